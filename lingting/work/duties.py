"""Separation of duties: whether the person at work is one of those whom the work is about."""

from __future__ import annotations

from lingting.rights import Viewer


def is_one_of(viewer: Viewer, *ids: str | None) -> bool:
    """Whether any of the ids is this person, by employee, by agent or as work is written down."""
    return not {viewer.person, viewer.agent_id, viewer.employee_id}.isdisjoint({one for one in ids if one})
