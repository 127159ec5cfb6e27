"""What the wall asks: how things stood at the newest moment of the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboards.data import rows_supervisor as rows
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer


@dataclass(frozen=True)
class _Moment:
    at: datetime | None


def as_of(viewer: Viewer) -> datetime | None:
    """The newest moment of the data (UTC): due times are counted from there. None before the first call."""
    return ask(viewer, _Moment, "select max(as_of_at) from mart_wall_queue")[0].at


def slots(viewer: Viewer) -> list[rows.WallSlot]:
    """Each queue in each half hour of the newest two days."""
    return ask(
        viewer,
        rows.WallSlot,
        f"select {columns_of(rows.WallSlot)} from mart_wall_queue order by slot_date, half_hour, queue_id",
    )


def agents(viewer: Viewer) -> list[rows.WallAgent]:
    """Agents that the viewer leads, who has been in a state longest first."""
    columns = columns_of(rows.WallAgent, "w.").replace("w.agent_name", "a.agent_name")
    return ask(
        viewer,
        rows.WallAgent,
        f"""select {columns} from mart_wall_agent as w left join dim_agent as a on w.agent_id = a.agent_id
        order by w.for_seconds desc, w.agent_id""",
    )


def states(viewer: Viewer) -> list[rows.WallState]:
    """Agents of the whole centre by state; names nobody."""
    return ask(
        viewer,
        rows.WallState,
        f"select {columns_of(rows.WallState)} from mart_wall_state order by state_class, n_agents desc, state",
    )


def alerts(viewer: Viewer, first: date) -> list[rows.Alert]:
    """Alerts of KPIs since a day, those that still stand first."""
    return ask(
        viewer,
        rows.Alert,
        f"""select {columns_of(rows.Alert)} from fct_alert where alert_date >= ?
        order by cleared_at is not null, raised_at desc, alert_id""",
        (first,),
    )
