"""Improvement projects (DMAIC) and their phases."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base
from lingting.store.models.cases import CaseColumns, StepColumns


class Project(CaseColumns, Base):
    """A project; ``stage`` is its phase. Values are in the unit of the KPI."""

    __tablename__ = "projects"

    project_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[str] = mapped_column(String(100))
    kpi_id: Mapped[str] = mapped_column(String(100))
    formula_id: Mapped[str] = mapped_column(String(100))
    queue_id: Mapped[str | None] = mapped_column(String(100))
    baseline_value: Mapped[float | None] = mapped_column(Float)
    target_value: Mapped[float] = mapped_column(Float)
    result_value: Mapped[float | None] = mapped_column(Float)


class ProjectStep(StepColumns, Base):
    """The beginning of a phase. ``result_value`` comes with the phase closed."""

    __tablename__ = "project_steps"
    __table_args__ = (UniqueConstraint("project_id", "seq_no"),)

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.project_id"))
    result_value: Mapped[float | None] = mapped_column(Float)
