"""KPI rows of a published build: as stored by period, or added up over any range of days.

A range is always formed from the numerators and denominators of its days; a ratio is formed last and never averaged.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

from lingting.errors import UsageError
from lingting.kpi.intervals import interval, verdict
from lingting.kpi.records import records

GRAINS = ("day", "week", "month", "quarter")
SCOPES = ("centre", "queue", "team", "agent", "channel")

_FILTER = """
    k.scope = $scope
    and ($scope_id is null or k.scope_id = $scope_id)
    and ($kpi_id is null or k.kpi_id = $kpi_id)
    and ($formula_id is null or k.formula_id = $formula_id)
"""

_RANGE = f"""
with days as (
    select
        k.scope, k.scope_id, k.kpi_id, k.formula_id,
        min(k.period_start) as first_day, max(k.period_start) as last_day,
        first(k.is_default order by k.period_start) as is_default,
        sum(k.numerator) as numerator, sum(k.denominator) as denominator,
        cast(sum(k.n) as bigint) as n, cast(sum(k.n_open) as bigint) as n_open,
        sum(k.sum_of_squares) as sum_of_squares,
        first(k.target order by k.period_start) as target, first(k.warning order by k.period_start) as warning,
        first(k.direction order by k.period_start) as direction, first(k.unit order by k.period_start) as unit
    from mart_kpi as k
    where k.grain = 'day' and {_FILTER}
        and ($first is null or k.period_start >= $first) and ($last is null or k.period_start <= $last)
    group by k.scope, k.scope_id, k.kpi_id, k.formula_id
)
select
    null as grain, coalesce($first, days.first_day) as period_start, coalesce($last, days.last_day) as period_end,
    days.* exclude (first_day, last_day), coalesce(c.minimum_n, 0) as minimum_n,
    coalesce(c.interval_kind, 'none') as interval_kind
from days
left join kpi_catalogue as c
    on c.kpi_id = days.kpi_id and c.formula_id = days.formula_id
    and days.first_day >= c.valid_from and (c.valid_to is null or days.first_day <= c.valid_to)
order by days.kpi_id, days.is_default desc, days.formula_id, days.scope_id
"""

_STORED = f"""
select
    k.grain, k.period_start,
    case k.grain
        when 'day' then k.period_start
        when 'week' then k.period_start + 6
        when 'month' then last_day(k.period_start)
        else last_day(cast(k.period_start + interval 2 month as date))
    end as period_end,
    k.scope, k.scope_id, k.kpi_id, k.formula_id, k.is_default, k.numerator, k.denominator, k.n, k.n_open, k.value,
    k.ci_low, k.ci_high, k.target, k.warning, k.direction, k.unit, k.status
from mart_kpi as k
where k.grain = $grain and {_FILTER}
    and ($first is null or k.period_start >= cast(date_trunc($grain, cast($first as date)) as date))
    and ($last is null or k.period_start <= $last)
order by k.kpi_id, k.is_default desc, k.formula_id, k.scope_id, k.period_start
"""


_DAYS = "select min(period_start), max(period_start) from mart_kpi where grain = 'day'"

_CATALOGUE = """
select
    null as grain,
    $first as period_start, $last as period_end,
    'centre' as scope, 'centre' as scope_id,
    kpi_id, formula_id, first(is_default) as is_default, null as numerator, null as denominator, 0 as n, 0 as n_open,
    null as value, null as ci_low, null as ci_high,
    first(target order by valid_from desc) as target, first(warning order by valid_from desc) as warning,
    first(direction order by valid_from desc) as direction, first(unit order by valid_from desc) as unit,
    -- A formula of whole months has no value over some days.
    case first(smallest_grain order by valid_from desc) when 'day' then 'NO_DATA' else 'NOT_APPLICABLE' end as status
from kpi_catalogue
where ($kpi_id is null or kpi_id = $kpi_id) and ($formula_id is null or formula_id = $formula_id)
    and ($last is null or valid_from <= $last) and ($first is null or valid_to is null or valid_to >= $first)
group by kpi_id, formula_id
"""


@dataclass(frozen=True)
class KpiRow:
    """One formula of one member of a scope over one period (both ends are included local days).

    ``grain`` is None for a range that the caller chose. Ratios are 0-1, times seconds; ``value`` is None without data.
    """

    grain: str | None
    period_start: date | None
    period_end: date | None
    scope: str
    scope_id: str
    kpi_id: str
    formula_id: str
    is_default: bool
    numerator: float | None
    denominator: float | None
    n: int
    n_open: int
    value: float | None
    ci_low: float | None
    ci_high: float | None
    target: float | None
    warning: float | None
    direction: str
    unit: str
    status: str

    def to_dict(self) -> dict[str, Any]:
        """JSON values; days as YYYY-MM-DD."""
        days = {name: getattr(self, name) for name in ("period_start", "period_end")}
        return asdict(self) | {name: None if day is None else day.isoformat() for name, day in days.items()}


def rollup(
    connection: duckdb.DuckDBPyConnection,
    kpi_id: str | None = None,
    formula_id: str | None = None,
    scope: str = "centre",
    scope_id: str | None = None,
    start: date | None = None,
    end: date | None = None,
    grain: str | None = None,
) -> list[KpiRow]:
    """KPI rows of one scope; None leaves a filter open.

    ``grain`` None: one row a formula and member over the days start..end, judged by the target of its first day.
    Else: the stored rows of every day, week, month or quarter that start..end touches, whole.
    Raises UsageError for an unknown KPI, formula, scope or grain, or when start lies after end.
    """
    _refuse_unknown(connection, kpi_id, formula_id, scope, grain)
    if start and end and start > end:
        raise UsageError(f"the first day {start} lies after the last day {end}; swap them")
    given = {
        "kpi_id": kpi_id,
        "formula_id": formula_id,
        "scope": scope,
        "scope_id": scope_id,
        "first": start,
        "last": end,
    }
    if grain is not None:
        return [KpiRow(**row) for row in records(connection, _STORED, given | {"grain": grain})]
    rows = [_judged(row) for row in records(connection, _RANGE, given)]
    return sorted([*rows, *_without_data(connection, given, rows)], key=_order) if scope == "centre" else rows


def headline(connection: duckdb.DuckDBPyConnection, start: date | None = None, end: date | None = None) -> list[KpiRow]:
    """The default formula of every KPI for the whole centre over a range."""
    return [row for row in rollup(connection, start=start, end=end) if row.is_default]


def known_formulas(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """KPI -> its formulas, the default one first."""
    found: dict[str, list[str]] = {}
    for kpi_id, formula_id in connection.execute(
        "select kpi_id, formula_id from kpi_catalogue group by kpi_id, formula_id "
        "order by kpi_id, bool_or(is_default) desc, formula_id"
    ).fetchall():
        found.setdefault(kpi_id, []).append(formula_id)
    return found


def _judged(row: dict[str, Any]) -> KpiRow:
    minimum_n, squares, kind = row.pop("minimum_n"), row.pop("sum_of_squares"), row.pop("interval_kind")
    denominator = row["denominator"]
    if row["unit"] == "count":
        row["value"] = row["numerator"]
    else:
        row["value"] = row["numerator"] / denominator if denominator else None
    row["ci_low"], row["ci_high"] = interval(kind, row["value"], row["n"], squares)
    row["status"] = verdict(
        row["value"], row["target"], row["warning"], row["direction"], row["n"], minimum_n, row["n_open"]
    )
    return KpiRow(**row)


def _order(row: KpiRow) -> tuple[str, bool, str]:
    return row.kpi_id, not row.is_default, row.formula_id


def _without_data(connection: duckdb.DuckDBPyConnection, given: dict[str, Any], rows: list[KpiRow]) -> list[KpiRow]:
    """NO_DATA rows of the centre for formulas that have no day in the range: a KPI is never left out in silence."""
    if given["scope_id"] not in (None, "centre"):
        return []
    found = {(row.kpi_id, row.formula_id) for row in rows}
    if given["kpi_id"] and given["formula_id"] and found:
        return []
    asked = {name: given[name] for name in ("kpi_id", "formula_id", "first", "last")}
    days: dict[str, Any] = {}
    if None in (given["first"], given["last"]):
        ((first, last),) = connection.execute(_DAYS).fetchall()
        days = {"period_start": given["first"] or first, "period_end": given["last"] or last}
    return [
        KpiRow(**row | days)
        for row in records(connection, _CATALOGUE, asked)
        if (row["kpi_id"], row["formula_id"]) not in found
    ]


def _refuse_unknown(
    connection: duckdb.DuckDBPyConnection, kpi_id: str | None, formula_id: str | None, scope: str, grain: str | None
) -> None:
    known = known_formulas(connection)
    if kpi_id is not None and kpi_id not in known:
        raise UsageError(f"no KPI is called {kpi_id!r}; choose one of: {', '.join(known)}")
    formulas = known[kpi_id] if kpi_id else sorted({formula for all_of in known.values() for formula in all_of})
    if formula_id is not None and formula_id not in formulas:
        whose = f"KPI {kpi_id}" if kpi_id else "any KPI"
        raise UsageError(f"{formula_id!r} is no formula of {whose}; choose one of: {', '.join(formulas)}")
    if scope not in SCOPES:
        raise UsageError(f"no scope is called {scope!r}; choose one of: {', '.join(SCOPES)}")
    if grain is not None and grain not in GRAINS:
        raise UsageError(f"no grain is called {grain!r}; choose one of: {', '.join(GRAINS)}")
    if grain == "quarter" and scope == "agent":
        raise UsageError("agents have no quarters; choose grain month, or the days of the quarter without a grain")
