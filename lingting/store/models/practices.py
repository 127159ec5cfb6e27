"""The library of good practice: a clip of a model call, and what happened to it."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base
from lingting.store.models.cases import CaseColumns, StepColumns


class Practice(CaseColumns, Base):
    """A clip. ``words`` are masked; they stay readable when the recording is deleted by its retention."""

    __tablename__ = "practices"

    practice_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    topic: Mapped[str] = mapped_column(String(200))
    call_id: Mapped[str] = mapped_column(String(100))
    from_seconds: Mapped[float] = mapped_column(Float)
    to_seconds: Mapped[float] = mapped_column(Float)
    words: Mapped[str] = mapped_column(Text)


class PracticeEvent(StepColumns, Base):
    __tablename__ = "practice_events"
    __table_args__ = (UniqueConstraint("practice_id", "seq_no"),)

    practice_id: Mapped[str] = mapped_column(ForeignKey("practices.practice_id"))
