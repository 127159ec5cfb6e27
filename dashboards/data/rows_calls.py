"""Rows around one call and one customer: the way through the menu, tickets, reviews, the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MenuStep:
    """One visit to a node of the voice menu."""

    step_no: int
    node: str
    duration_seconds: float
    key_pressed: str | None
    result: str


@dataclass(frozen=True)
class Ticket:
    ticket_id: str
    opened_at: datetime
    closed_at: datetime | None
    reopened_at: datetime | None
    topic: str | None
    priority: int | None
    due_at: datetime | None
    resolved_48h: str | None
    n_transfers: int


@dataclass(frozen=True)
class Review:
    """One scoring of a call by a person. ``review_kind``: first, second, recheck, appeal."""

    review_id: str
    reviewed_at: datetime
    review_level: int
    review_kind: str
    evaluator_id: str
    score_points: float | None
    pass_points: float | None
    is_passed: bool | None


@dataclass(frozen=True)
class ReviewItem:
    """One dimension of a review that lost points, with its evidence."""

    review_id: str
    dimension: str
    score_points: float | None
    weight_points: float
    error_kind: str | None
    evidence_text: str | None
    evidence_at_seconds: float | None


@dataclass(frozen=True)
class Event:
    """One thing that happened with a customer. ``score``: the answer to a question. ``call_id``, ``agent_name``: of a
    contact whose call the viewer may open; who had the others stays untold."""

    event_at: datetime
    kind: str
    step: str
    channel: str | None
    topic: str | None
    score: float | None
    call_id: str | None
    agent_name: str | None
