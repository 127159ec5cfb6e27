"""Alerts of calls that go on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base


class LiveAlert(Base):
    """An alert of a call that went on (`lingting live`). Words are masked; ``alert_no`` counts in the order of storing.

    ``at_seconds`` is the second of the call. Times and scores as in asr_jobs; a call may have several rows a rule.
    """

    __tablename__ = "live_alerts"
    __table_args__ = (
        CheckConstraint("kind in ('risk', 'forbidden', 'silence', 'notice_missing')", name="kind"),
        Index("ix_live_alerts_call_id", "call_id"),
        Index("ix_live_alerts_raised_at", "raised_at"),
    )

    alert_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    alert_id: Mapped[str] = mapped_column(String(36), unique=True)
    call_id: Mapped[str] = mapped_column(String(100))
    queue_id: Mapped[str | None] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    rule_id: Mapped[str] = mapped_column(String(100))
    rule_version: Mapped[str] = mapped_column(String(20))
    at_seconds: Mapped[float] = mapped_column(Float)
    raised_at: Mapped[datetime] = mapped_column(DateTime)
    speaker: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(Text)
    phrase: Mapped[str | None] = mapped_column(Text)
    score: Mapped[float | None] = mapped_column(Float)
    is_partial: Mapped[bool] = mapped_column(Boolean)
    script: Mapped[str | None] = mapped_column(Text)
    script_version: Mapped[str | None] = mapped_column(String(20))
