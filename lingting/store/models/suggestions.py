"""Suggestions of staff and what became of them."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base
from lingting.store.models.cases import CaseColumns, StepColumns


class Suggestion(CaseColumns, Base):
    """A suggestion. ``agent_id`` is set when an agent made it; ``opened_by`` is the person always."""

    __tablename__ = "suggestions"

    suggestion_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    topic: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[str | None] = mapped_column(String(100))


class SuggestionStep(StepColumns, Base):
    """``benefit_yuan``: per year, with the step implemented."""

    __tablename__ = "suggestion_steps"
    __table_args__ = (UniqueConstraint("suggestion_id", "seq_no"),)

    suggestion_id: Mapped[str] = mapped_column(ForeignKey("suggestions.suggestion_id"))
    benefit_yuan: Mapped[float | None] = mapped_column(Float)
