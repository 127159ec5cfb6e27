"""What work asks the published build: the call it is about, the agents the person sees, KPIs, candidates.

Asked within the person's rights (lingting/rights), so that no form can name a call or an agent that is not theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lingting.rights import Forbidden, Role, Viewer, limited, policy
from lingting.warehouse import NoBuild, published_connection
from lingting.work.refused import Refused


@dataclass(frozen=True)
class CallFacts:
    """The call that is worked on. ``limit_seconds``: how long it was; ``has_places``: it has sound or turns."""

    call_id: str
    queued_at: datetime
    queue_id: str | None
    agent_id: str
    limit_seconds: float
    has_places: bool


def asked(viewer: Viewer, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows of a question to the published build. Raises lingting.rights.Forbidden, lingting.warehouse.NoBuild."""
    question, bound = limited(viewer, sql, parameters)
    cursor, _ = published_connection()
    try:
        return cursor.execute(question, bound).fetchall()
    finally:
        cursor.close()


def rows(viewer: Viewer, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows that the person may read; none where the role has no right to the table or nothing was published."""
    try:
        return asked(viewer, sql, parameters)
    except (Forbidden, NoBuild):
        return []


def call_facts(viewer: Viewer, call_id: str) -> CallFacts:
    """The call; one that does not exist and one of somebody else are refused in the same words."""
    found = asked(
        viewer,
        """select call_id, queued_at, queue_id, agent_id,
            coalesce(duration_seconds, date_diff('millisecond', answered_at, ended_at) / 1000.0), media_kind is not null
        from mart_call where call_id = ?""",
        [call_id],
    )
    if not found:
        raise Refused("no_call", "there is no such call, or it is not yours to work on")
    return CallFacts(*found[0])


def agents_of(viewer: Viewer) -> frozenset[str] | None:
    """The agents whose reviews the person sees; None: everybody's. The same rule as that of fct_review."""
    rule = policy().by_table["fct_review"].rows.get(viewer.role)
    if rule == "all":
        return None
    if rule is None:
        return frozenset()
    if viewer.role is Role.AGENT:
        return frozenset([viewer.agent_id] if viewer.agent_id else [])
    return frozenset(agent_id for (agent_id,) in asked(viewer, "select agent_id from dim_agent"))


def certified_until(viewer: Viewer) -> date | None:
    """Last day of the person's newest certificate for a key post, as the published build knows it."""
    found = asked(
        viewer,
        "select max(valid_to_date) from fct_certificate where is_key_post and employee_id = ?",
        [viewer.person],
    )
    latest: date | None = found[0][0]
    return latest


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
