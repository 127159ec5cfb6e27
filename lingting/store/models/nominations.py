"""Nominations of service stars (a month) and quality models (a quarter)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base
from lingting.store.models.cases import CaseColumns, StepColumns


class Nomination(CaseColumns, Base):
    """One agent for one period; a second nomination of the same agent and period is none."""

    __tablename__ = "nominations"
    __table_args__ = (
        UniqueConstraint("agent_id", "grain", "period_start"),
        CheckConstraint("grain in ('month', 'quarter')", name="grain"),
    )

    nomination_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    agent_id: Mapped[str] = mapped_column(String(100))
    grain: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[date] = mapped_column(Date)


class NominationStep(StepColumns, Base):
    __tablename__ = "nomination_steps"
    __table_args__ = (UniqueConstraint("nomination_id", "seq_no"),)

    nomination_id: Mapped[str] = mapped_column(ForeignKey("nominations.nomination_id"))
