"""What work asks the published build, within the rights of the person who works: calls, KPIs, candidates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from lingting.rights import Forbidden, Viewer, limited
from lingting.warehouse import NoBuild, published_connection
from lingting.work.refused import Refused


def rows(viewer: Viewer, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows that the person may read; none where the role has no right to the table."""
    try:
        question, bound = limited(viewer, sql, parameters)
        cursor, _ = published_connection()
    except (Forbidden, NoBuild):
        return []
    with cursor:
        return cursor.execute(question, bound).fetchall()


def must_see_call(viewer: Viewer, call_id: str) -> None:
    """A call that does not exist and one of somebody else are refused alike."""
    if not rows(viewer, "select 1 from mart_call where call_id = ?", (call_id,)):
        raise Refused("unknown_call", f"there is no call {call_id} that you may open; check its number")


def formula_of(viewer: Viewer, kpi_id: str) -> str:
    """The default formula of a KPI that days can be compared by."""
    found = rows(
        viewer,
        "select formula_id from kpi_catalogue where kpi_id = ? and is_default and smallest_grain = 'day' "
        "and unit <> 'count' order by valid_from desc limit 1",
        (kpi_id,),
    )
    if not found:
        raise Refused("unknown_kpi", f"no KPI {kpi_id} can be compared before and after; choose another one")
    return str(found[0][0])


def must_know_queue(viewer: Viewer, queue_id: str) -> None:
    if not rows(viewer, "select 1 from dim_queue where queue_id = ?", (queue_id,)):
        raise Refused("unknown_queue", f"there is no queue {queue_id}; choose one of the list")


def words_between(viewer: Viewer, call_id: str, first: float, last: float) -> str:
    """The masked words of a stretch of a call, a line a turn; empty where nothing was said."""
    found = rows(
        viewer,
        "select t.speaker, t.text_masked from mart_turn as t join mart_call as c on t.call_id = c.call_id "
        "and t.recording_id = c.recording_id where t.call_id = ? and t.end_seconds > ? and t.start_seconds < ? "
        "order by t.turn_no",
        (call_id, first, last),
    )
    return "\n".join(f"{speaker}: {text}" for speaker, text in found)


def may_be_star(viewer: Viewer, agent_id: str, grain: str, period_start: date) -> bool:
    """Whether the agent stands among the eligible of the period that the person may see."""
    return bool(
        rows(
            viewer,
            "select 1 from mart_service_star where agent_id = ? and grain = ? and month_start = ? and is_eligible",
            (agent_id, grain, period_start),
        )
    )
