"""What the simulator planted beside what the warehouse measured: the rows in which the two differ.

Days and months of KPIs are compared in simulator/truth/compare.py. Each query here wants a connection with the work
database attached as ``work`` and the table ``verdicts`` (checklist.parquet).
"""

from __future__ import annotations

from typing import Any

import duckdb

from lingting.paths import Home

# The simulator plants no weeks and quarters: they must be the sums of the days and months.
WEEKS = """
    with days as (
        select date_trunc('week', period_start)::date as period_start, scope, scope_id, kpi_id, formula_id,
            sum(numerator) as numerator, sum(denominator) as denominator, sum(n_open) as n_open
        from work.mart_kpi where grain = 'day' group by all
    )
    select * from days as d
    full outer join (from work.mart_kpi where grain = 'week') as w
        using (period_start, scope, scope_id, kpi_id, formula_id)
    where coalesce(abs(d.numerator - w.numerator) > 1e-6, true) or d.n_open <> w.n_open
        or (d.denominator is null) <> (w.denominator is null) or abs(d.denominator - w.denominator) > 1e-6
"""

QUARTERS = """
    with months as (
        select date_trunc('quarter', period_start)::date as period_start, scope, scope_id, kpi_id, formula_id,
            sum(numerator) as numerator, sum(denominator) as denominator, sum(n_open) as n_open
        from work.mart_kpi where grain = 'month' and scope <> 'agent' group by all
    )
    select * from months as m
    full outer join (from work.mart_kpi where grain = 'quarter') as q
        using (period_start, scope, scope_id, kpi_id, formula_id)
    where coalesce(abs(m.numerator - q.numerator) > 1e-6, true) or m.n_open <> q.n_open
        or (m.denominator is null) <> (q.denominator is null) or abs(m.denominator - q.denominator) > 1e-6
"""

_SAME = ["status", "kpi_id", "formula_id", "comparison", "mark"]
_NEAR = ["numerator", "denominator", "value", "ci_low", "ci_high"]
_PART_SAME = ["is_judged", "n_open", "n_gold"]
_PART_NEAR = ["sensitivity", "specificity"]


def _verdicts(table: str, planted: str, key: list[str], same: list[str], near: list[str]) -> str:
    """Rows of one side only, and rows that differ; bounds to six places, as the warehouse's normal quantile has six."""
    pairs = ", ".join(f"t.{name}, m.{name}" for name in [*same, *near])
    unequal = [f"t.{name} is distinct from m.{name}" for name in same] + [
        f"(t.{name} is null) <> (m.{name} is null) or abs(t.{name} - m.{name}) > 1e-6 * greatest(1, abs(t.{name}))"
        for name in near
    ]
    return f"""
        select t.present is true as planted, m.present is true as measured, {", ".join(key)}, {pairs}
        from (select *, true as present from verdicts where {planted}) as t
        full outer join (select *, true as present from work.{table}) as m using ({", ".join(key)})
        where not (planted and measured) or {" or ".join(unequal)}
        order by all
    """


PARTS = _verdicts(
    "fct_checklist_part",
    "part_no is not null",
    ["month_start", "item_no", "part_no"],
    _SAME + _PART_SAME,
    _NEAR + _PART_NEAR,
)
ITEMS = _verdicts("mart_compliance_checklist", "part_no is null", ["month_start", "item_no"], _SAME, _NEAR)


def differences_from_truth(home: Home, sql: str) -> list[Any]:
    """The rows of one of the queries above."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.work_database}' as work (read_only)")
        connection.execute(f"create table verdicts as from '{home.truth / 'checklist.parquet'}'")
        return connection.execute(sql).fetchall()
