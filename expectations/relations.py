"""Rules that every source gets from its contract: keys that another source must hold, times that must not go back,
and times that lie in the future. What a suite refines of them is told in docs/doors.md.
"""

from __future__ import annotations

from expectations.suite import Check, Reference, Suite
from lingting.contracts import Contract, contract
from lingting.contracts.model import Column, ColumnType

# A large source is looked through a month back: most of what names a call follows within it.
_USUAL_DAYS = (31, 1)
# Single orphans are told and borne: their parent may come later, or be older than the history. Many are a broken file.
_BORNE_RATIO = 0.05
AHEAD = "times_are_not_ahead"


def references_of(declared: Contract, rules: Suite) -> dict[str, Reference]:
    """Each reference of the contract with what the suite says of it, by column."""
    found: dict[str, Reference] = {}
    for name, source, column in declared.reference_pairs:
        rule = rules.references.get(name, Reference())
        days = rule.days or (_USUAL_DAYS if contract(source).daily else "all")
        borne = _BORNE_RATIO if rule.borne_ratio is None else rule.borne_ratio
        found[name] = rule.model_copy(update={"source": source, "column": column, "days": days, "borne_ratio": borne})
    if unknown := set(rules.references) - set(found):
        raise ValueError(f"suite {rules.suite}: the contract has no reference in {', '.join(sorted(unknown))}")
    return found


def relation_columns(declared: Contract, references: dict[str, Reference]) -> dict[str, str]:
    """The columns that the checks of ``relation_checks`` look at, as SQL."""
    found = {f"is_known_{name}": _is_known(name, reference) for name, reference in references.items()}
    found |= {
        f"may_predate_{name}": f"coalesce(getvariable('may_predate_{name}'), false)"
        for name, reference in references.items()
        if reference.borne_ratio
    }
    found |= {
        _in_order_name(earlier, later): f"{_local_day(earlier)} <= {_local_day(later)}"
        for earlier, later in ((declared.column(pair[0]), declared.column(pair[1])) for pair in declared.order)
        if earlier.type is not later.type
    }
    return found | {"is_not_ahead": _is_not_ahead(declared)}


def relation_checks(declared: Contract, references: dict[str, Reference]) -> list[Check]:
    checks = [_known(known_name(declared, name), name, reference) for name, reference in references.items()]
    checks += [_in_order(declared.column(earlier), declared.column(later)) for earlier, later in declared.order]
    return [*checks, _not_ahead(declared)]


def _is_known(name: str, reference: Reference) -> str:
    """Null, so not judged, while there is no list to look in; a source of events is looked in once it has any day."""
    held = f"from known_{name}"
    if not contract(reference.source).is_list:
        held = f"from lake_sources where source = '{reference.source}'"
    unasked = f"{name} is null" + (f" or not coalesce({reference.where}, false)" if reference.where else "")
    found = f"{name} in (select {reference.column} from known_{name})"
    return f"case when {unasked} then true when exists ({held}) then {found} end"


def known_name(declared: Contract, name: str) -> str:
    """``agent_is_known`` of agent_id; the whole name where ``agent`` is a column itself."""
    short = name.removesuffix("_id")
    return f"{name if short in declared.names else short}_is_known"


def _known(check: str, name: str, reference: Reference) -> Check:
    return Check(
        name=check,
        type="expect_column_values_to_be_in_set",
        kwargs={"column": f"is_known_{name}", "value_set": [True]},
        column=name,
        borne_ratio=reference.borne_ratio or 0,
        excused=f"may_predate_{name}" if reference.borne_ratio else None,
        says=f"orphan key: there is no such {reference.column} in {reference.source}",
    )


def _in_order_name(earlier: Column, later: Column) -> str:
    return f"is_{later.name}_not_before_{earlier.name}"


def _in_order(earlier: Column, later: Column) -> Check:
    name = f"{later.name}_is_not_before_{earlier.name}"
    says = f"time goes backwards: {later.name} lies before {earlier.name}"
    if earlier.type is not later.type:
        return Check(
            name=name,
            type="expect_column_values_to_be_in_set",
            kwargs={"column": _in_order_name(earlier, later), "value_set": [True]},
            column=f"{later.name}, {earlier.name}",
            says=says,
        )
    return Check(
        name=name,
        type="expect_column_pair_values_a_to_be_greater_than_b",
        kwargs={
            "column_A": later.name,
            "column_B": earlier.name,
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
        says=says,
    )


def _local_day(column: Column) -> str:
    return f"local_day({column.name})" if column.type is ColumnType.TIMESTAMP else column.name


def _is_not_ahead(declared: Contract) -> str:
    """``latest_day`` is the last local day on which something can have happened; see lake_frames."""
    tests = [
        f"coalesce({_local_day(column)} <= getvariable('latest_day') + {column.ahead_days}, true)"
        for column in declared.columns
        if column.is_time
    ]
    return " and ".join(tests)


def _not_ahead(declared: Contract) -> Check:
    times = [column.name for column in declared.columns if column.is_time]
    return Check(
        name=AHEAD,
        type="expect_column_values_to_be_in_set",
        kwargs={"column": "is_not_ahead", "value_set": [True]},
        column=", ".join(times),
        says=f"a date lies in the future ({' or '.join(times)}): further ahead than this column can",
    )
