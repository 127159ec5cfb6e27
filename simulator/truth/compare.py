"""Compares the KPIs of a work database with the planted ones, row by row."""

from __future__ import annotations

from typing import Any

import duckdb

from lingting.paths import Home

KEY = ("grain", "period_start", "scope", "scope_id", "kpi_id", "formula_id")
COLUMNS = ("planted", "measured", *KEY, *(f"{name} {side}" for name in ("numerator", "denominator", "open")
                                          for side in ("planted", "measured")))  # fmt: skip

_DIFFERENT = f"""
    select coalesce(t.present, false) as planted, coalesce(m.present, false) as measured, {", ".join(KEY)},
        t.numerator, m.numerator, t.denominator, m.denominator, t.n_open, m.n_open
    from (select *, true as present from truth) as t
    full outer join (select *, true as present from work.mart_kpi where grain in ('day', 'month')) as m
        using ({", ".join(KEY)})
    where (kpi_id = $kpi_id or $kpi_id is null) and (
        not (planted and measured)
        or abs(t.numerator - m.numerator) > 1e-9 * greatest(1, abs(t.numerator))
        or (t.denominator is null) <> (m.denominator is null)
        or abs(t.denominator - m.denominator) > 1e-9 * greatest(1, abs(t.denominator))
        or t.n_open <> m.n_open
    )
    order by all
"""


def differences(home: Home, kpi_id: str | None = None) -> list[tuple[Any, ...]]:
    """Rows of days and months that are only planted, only measured, or not equal; of one KPI, or of all.
    Columns: COLUMNS."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.work_database}' as work (read_only)")
        connection.execute(f"create view truth as from '{home.truth / 'kpis.parquet'}' where grain in ('day', 'month')")
        return connection.execute(_DIFFERENT, {"kpi_id": kpi_id}).fetchall()


def planted(home: Home) -> dict[tuple[str, str], int]:
    """(kpi_id, formula_id) -> planted rows of days and months."""
    found = duckdb.sql(
        f"select kpi_id, formula_id, count(*) from '{home.truth / 'kpis.parquet'}'"
        " where grain in ('day', 'month') group by all"
    ).fetchall()
    return {(kpi_id, formula_id): n for kpi_id, formula_id, n in found}
