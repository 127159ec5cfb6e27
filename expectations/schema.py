"""The part of a lake suite that follows from the contract: columns, types, nulls, values, ranges, key, day."""

from __future__ import annotations

from expectations.relations import references_of, relation_checks, relation_columns
from expectations.suite import Check, Suite, Volume, read_suites
from lingting.contracts import Contract, contract
from lingting.contracts.model import Column, ColumnType

VOLUME_MEASURES = {
    "rows_against_usual": "(select count(*) from part) / getvariable('usual_rows')",
    "n_rows_short": "greatest(0, cast(getvariable('usual_rows') as bigint) - (select count(*) from part))",
}
REJECT_MEASURES = {
    "n_rows_out_of_range": "(select count(*) from rejects where reason = 'out_of_range')",
    "n_rows_rejected": "(select count(*) from rejects)",
    "rejected_ratio": """(
        select r.n / nullif(r.n + p.n, 0)
        from (select count(*) as n from rejects) as r, (select count(*) as n from part) as p
    )""",
}
MAX_REJECTED_RATIO = 0.05


def lake_suite(source: str) -> Suite:
    """The whole suite of a lake source: what the contract says, then the rules of suites/lake/<source>.yaml."""
    declared = contract(source)
    rules = read_suites("lake").get(source) or Suite(suite=source)
    measures = {**REJECT_MEASURES, **(VOLUME_MEASURES if rules.volume else {}), **rules.measures}
    references = references_of(declared, rules)
    from_contract = [*_schema_checks(declared), *relation_checks(declared, references), *_reject_checks()]
    checks = [*from_contract, *_volume_checks(rules.volume), *rules.checks]
    columns = {"is_in_its_day": _is_in_its_day(declared), **relation_columns(declared, references)}
    return rules.model_copy(
        update={
            "key": declared.key,
            "columns": columns | rules.columns,
            "references": references,
            "measures": measures,
            "checks": tuple(checks),
        }
    )


def _is_in_its_day(declared: Contract) -> str:
    is_date = declared.day_of in declared.names and declared.column(declared.day_of).type is ColumnType.DATE
    day = declared.day_of if is_date else f"local_day({declared.day_of})"
    return f"({day}) = getvariable('day')"


def _schema_checks(declared: Contract) -> list[Check]:
    checks = [
        Check(
            name="column_is_there",
            type="expect_column_values_to_not_be_null",
            kwargs={"column": "found_type"},
            frame="schema",
            says="a column of the contract is missing",
        ),
        Check(
            name="column_is_declared",
            type="expect_column_values_to_not_be_null",
            kwargs={"column": "declared_type"},
            frame="schema",
            says="a column is not in the contract",
        ),
        Check(
            name="type_matches_contract",
            type="expect_column_pair_values_to_be_equal",
            kwargs={"column_A": "found_type", "column_B": "declared_type", "ignore_row_if": "either_value_is_missing"},
            frame="schema",
            says="a column has another type than the contract says",
        ),
        Check(
            name="row_is_in_its_day",
            type="expect_column_values_to_be_in_set",
            kwargs={"column": "is_in_its_day", "value_set": [True]},
            says="a row belongs to another local day than its partition",
            column=declared.day_of,
        ),
        _unique(declared.key),
    ]
    for column in declared.columns:
        checks += _column_checks(column)
    return checks


def _unique(key: tuple[str, ...]) -> Check:
    says = "two rows have the same key"
    if len(key) == 1:
        kwargs: dict[str, object] = {"column": key[0]}
        return Check(name="key_is_unique", type="expect_column_values_to_be_unique", kwargs=kwargs, says=says)
    kwargs = {"column_list": list(key)}
    return Check(name="key_is_unique", type="expect_compound_columns_to_be_unique", kwargs=kwargs, says=says)


def _column_checks(column: Column) -> list[Check]:
    checks = []
    if not column.nullable:
        checks.append(
            Check(
                name=f"{column.name}_is_present",
                type="expect_column_values_to_not_be_null",
                kwargs={"column": column.name},
                says="a required value is missing",
            )
        )
    if column.values is not None:
        checks.append(
            Check(
                name=f"{column.name}_is_known",
                type="expect_column_values_to_be_in_set",
                kwargs={"column": column.name, "value_set": list(column.values)},
                says=f"a value is none of {', '.join(column.values)}",
            )
        )
    if column.minimum is not None or column.maximum is not None:
        unit = f" {column.unit}" if column.unit else ""
        limits = [f"below {column.minimum:g}{unit}"] if column.minimum is not None else []
        limits += [f"above {column.maximum:g}{unit}"] if column.maximum is not None else []
        checks.append(
            Check(
                name=f"{column.name}_in_range",
                type="expect_column_values_to_be_between",
                kwargs={"column": column.name, "min_value": column.minimum, "max_value": column.maximum},
                says=f"a value is {' or '.join(limits)}",
            )
        )
    return checks


def _reject_checks() -> list[Check]:
    """Rows that the loader refused are not in the partition; a door that did not look there would not miss them."""
    return [
        Check(
            name="no_row_was_out_of_range",
            type="expect_column_values_to_be_between",
            kwargs={"column": "n_rows_out_of_range", "max_value": 0},
            frame="measures",
            count="n_rows_out_of_range",
            says="the loader rejected rows with an impossible value, such as a negative duration (see lake/_rejected); "
            "land a corrected file",
        ),
        Check(
            name="few_rows_were_rejected",
            type="expect_column_values_to_be_between",
            kwargs={"column": "rejected_ratio", "max_value": MAX_REJECTED_RATIO},
            frame="measures",
            count="n_rows_rejected",
            says="the loader rejected more rows than a sound export has (see lake/_rejected); land a corrected file",
        ),
    ]


def _volume_checks(volume: Volume | None) -> list[Check]:
    if volume is None:
        return []
    return [
        Check(
            name="as_many_rows_as_usual",
            type="expect_column_values_to_be_between",
            kwargs={"column": "rows_against_usual", "min_value": volume.share},
            frame="measures",
            count="n_rows_short",
            says="the day has far fewer rows than the same weekday usually brings: is the file whole?",
        )
    ]
