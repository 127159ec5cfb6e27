"""What the page of service and staffing asks: agents needed and planned, half hours of abandonment, durations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.data import rows_supervisor as rows
from dashboards.data.periods import Period
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer

# In the order in which a caller meets them.
MEASURES = ("wait_answered", "wait_abandoned", "ring", "talk", "hold", "wrap", "handle")


def need(viewer: Viewer, month: date) -> list[rows.Need]:
    """Agents that each queue needs, by weekday and half hour of a month."""
    return ask(
        viewer,
        rows.Need,
        f"""select {columns_of(rows.Need)} from mart_staffing_need where month_start = ?
        order by queue_id, weekday, half_hour""",
        (month,),
    )


def planned(viewer: Viewer, first: date, last: date, scope: str) -> list[rows.Planned]:
    """Heads planned for the centre or each queue, the mean of each weekday; a day without plan counts as 0."""
    return ask(
        viewer,
        rows.Planned,
        """with days as (
            select isodow(slot_date) as weekday, count(distinct slot_date) as n_days from mart_scheduled_staff
            where slot_date between ? and ? and scope = 'centre' group by 1
        ), heads as (
            select scope_id, isodow(slot_date) as weekday, half_hour, sum(scheduled_heads) as heads
            from mart_scheduled_staff where slot_date between ? and ? and scope = ? group by all
        )
        select h.scope_id, h.weekday, h.half_hour, d.n_days, h.heads / d.n_days
        from heads as h join days as d on h.weekday = d.weekday order by h.scope_id, h.weekday, h.half_hour""",
        (first, last, first, last, scope),
    )


def breaches(viewer: Viewer, period: Period, scope: str, scope_ids: Sequence[str]) -> list[rows.AlertWindow]:
    """Half hours in which more gave up than the rule allows, newest first."""
    return ask(
        viewer,
        rows.AlertWindow,
        f"""select {columns_of(rows.AlertWindow)} from fct_alert_window
        where window_date between ? and ? and is_breach and scope = ? and scope_id in (select unnest(?::varchar[]))
        order by window_start_at desc, scope_id""",
        (period.start, period.end, scope, list(scope_ids)),
    )


def durations(viewer: Viewer, period: Period, scope: str, scope_id: str) -> list[rows.Duration]:
    """Median and P90 of waits and handling; only days, weeks and months have them: percentiles can not be summed."""
    return ask(
        viewer,
        rows.Duration,
        f"""select {columns_of(rows.Duration)} from mart_duration
        where grain = ? and period_start = ? and scope = ? and scope_id = ?
        order by list_position(?::varchar[], measure), measure""",
        (period.grain, period.start, scope, scope_id, list(MEASURES)),
    )
