"""The windows of the KPI rules, read from the published build: half hours, local days and whole local weeks."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb

from lingting.alerting.engine import Window
from lingting.alerting.rules import AlertRule
from lingting.clock import day_start

_HALF_HOUR = timedelta(minutes=30)
_LENGTH = {"day": 1, "week": 7}  # days
_BEFORE = 12  # days: the newest whole week began at most so long before the newest day


def windows(cursor: duckdb.DuckDBPyConnection, rule: AlertRule, since: date, last: date) -> dict[str, list[Window]]:
    """Member of the rule's scope -> its windows from the local day ``since`` to the newest day ``last``."""
    found = _half_hours(cursor, rule, since) if rule.grain == "half_hour" else _periods(cursor, rule, since, last)
    by_member: dict[str, list[Window]] = {}
    for scope_id, window in found:
        by_member.setdefault(scope_id, []).append(window)
    return by_member


def _half_hours(cursor: duckdb.DuckDBPyConnection, rule: AlertRule, since: date) -> list[tuple[str, Window]]:
    cursor.execute(
        """select scope_id, window_start_at, value_ratio, n from fct_alert_window
        where scope = ? and window_date >= ? order by window_start_at, scope_id""",
        [rule.scope, since],
    )
    return [(scope_id, Window(at, at + _HALF_HOUR, value, n)) for scope_id, at, value, n in cursor.fetchall()]


def _periods(cursor: duckdb.DuckDBPyConnection, rule: AlertRule, since: date, last: date) -> list[tuple[str, Window]]:
    """Days, and weeks that are over. What a KPI can not say yet (its own window is open) is not judged."""
    days = _LENGTH[rule.grain]
    first = since if days == 1 else since - timedelta(days=_BEFORE)
    cursor.execute(
        """select scope_id, period_start, case when status not in ('OPEN', 'NO_DATA') then value end, n
        from mart_kpi
        where grain = ? and scope = ? and kpi_id = ? and formula_id = ? and period_start between ? and ?
        order by period_start, scope_id""",
        [rule.grain, rule.scope, rule.kpi_id, rule.formula_id, first, last - timedelta(days=days - 1)],
    )
    return [
        (scope_id, Window(day_start(start), day_start(start + timedelta(days=days)), value, n))
        for scope_id, start, value, n in cursor.fetchall()
    ]
