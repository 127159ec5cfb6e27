"""Coaching notes: what a supervisor and an agent talked about, and what was agreed. Each saving is a new version."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base


class CoachingNote(Base):
    """One version of one talk sheet; the highest ``version`` counts. Two people who save at once collide on it."""

    __tablename__ = "coaching_notes"
    __table_args__ = (Index("ix_coaching_notes_agent_id", "agent_id"),)

    note_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    agent_id: Mapped[str] = mapped_column(String(100))
    strength: Mapped[str] = mapped_column(Text)
    gap: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(Text)
    due_date: Mapped[date] = mapped_column(Date)
    done_at: Mapped[datetime | None] = mapped_column(DateTime)
    saved_by_id: Mapped[str] = mapped_column(String(100))
    saved_at: Mapped[datetime] = mapped_column(DateTime)
