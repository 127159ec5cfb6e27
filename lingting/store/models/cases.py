"""What every case of the closed loop shares: a header with a version number, and steps that are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Float, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column


class CaseColumns:
    """The header of a case. ``version`` counts its steps: who edits names the version that was read."""

    version: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(DateTime)
    opened_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime] = mapped_column(DateTime, index=True)


class StepColumns:
    """A step: never changed, never removed. ``seq_no`` is the version that it made of the case.

    ``form_key`` is the mark of the form that was sent: the same form twice is one step.
    """

    step_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    seq_no: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    by_id: Mapped[str] = mapped_column(String(100))
    text: Mapped[str | None] = mapped_column(Text)
    call_id: Mapped[str | None] = mapped_column(String(100))
    call_seconds: Mapped[float | None] = mapped_column(Float)
    link: Mapped[str | None] = mapped_column(String(500))
