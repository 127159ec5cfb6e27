"""What the page of service and staffing asks beside staffing (lingting/kpi/staffing.py): breaches, durations."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.data import rows_supervisor as rows
from dashboards.data.periods import Period
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer

# In the order in which a caller meets them.
MEASURES = ("wait_answered", "wait_abandoned", "ring", "talk", "hold", "wrap", "handle")


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
