"""Quality issues and their steps."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base
from lingting.store.models.cases import CaseColumns, StepColumns


class Issue(CaseColumns, Base):
    """A quality issue as it stands after its last step. ``kpi_id``: what its measures should move."""

    __tablename__ = "issues"

    issue_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    issue_kind: Mapped[str] = mapped_column(String(20))
    found_by: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(200))
    queue_id: Mapped[str | None] = mapped_column(String(100))
    kpi_id: Mapped[str | None] = mapped_column(String(100))
    formula_id: Mapped[str | None] = mapped_column(String(100))
    rule_id: Mapped[str | None] = mapped_column(String(100))
    call_id: Mapped[str | None] = mapped_column(String(100))
    call_seconds: Mapped[float | None] = mapped_column(Float)
    owner_id: Mapped[str] = mapped_column(String(100))
    due_date: Mapped[date | None] = mapped_column(Date)


class IssueStep(StepColumns, Base):
    """A step of an issue, with owner and due date as they were then. ``effect``: before and after, as JSON."""

    __tablename__ = "issue_steps"
    __table_args__ = (UniqueConstraint("issue_id", "seq_no"),)

    issue_id: Mapped[str] = mapped_column(ForeignKey("issues.issue_id"))
    owner_id: Mapped[str] = mapped_column(String(100))
    due_date: Mapped[date | None] = mapped_column(Date)
    effect: Mapped[str | None] = mapped_column(Text)
