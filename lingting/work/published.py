"""What a piece of work must know of the published build: the call it is about and whose agents the person sees.

Asked within the person's rights (lingting/rights), so that no form can name a call or an agent that is not theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lingting.rights import Role, Viewer, limited, policy
from lingting.warehouse import published_connection
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
