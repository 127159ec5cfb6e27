"""The rows that data/management.py gives beside those of lingting/kpi: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Example:
    """A call to listen to. ``at_seconds``: where to begin; ``what``: why there (risk, emotion, first)."""

    call_id: str
    answered_at: datetime
    agent_name: str | None
    queue_id: str
    topic: str | None
    handle_seconds: float
    csat_answer: int | None
    at_seconds: float | None
    what: str | None
