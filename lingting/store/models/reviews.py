"""Manual reviews: versions of the scorecard, reviews with their items, the steps that follow, and drafts.

All but drafts is append-only: triggers in the migration refuse a change. The rules are in lingting/work.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, DateTime, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import UniqueConstraint

from lingting.store.models.base import Base


class Scorecard(Base):
    """One dimension of one version of the scorecard. ``is_own``: made here, not taken over from the published build."""

    __tablename__ = "scorecards"

    scorecard_version: Mapped[str] = mapped_column(String(100), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    weight_points: Mapped[float] = mapped_column(Float)
    pass_points: Mapped[float] = mapped_column(Float)
    is_behaviour: Mapped[bool] = mapped_column(Boolean)
    valid_from_date: Mapped[date] = mapped_column(Date)
    is_own: Mapped[bool] = mapped_column(Boolean)
    made_by_id: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(DateTime)


class Review(Base):
    """One scoring of one call. ``once``: what there may be only one of, such as a first scoring of a call by a person.

    ``form_key`` is made when the form is opened: whoever sends it twice makes one review.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("review_level in (2, 3)", name="review_level"),
        CheckConstraint("review_kind in ('first', 'second', 'appeal')", name="review_kind"),
        CheckConstraint("method in ('recording', 'live', 'ticket')", name="method"),
        CheckConstraint("evaluator_id <> agent_id", name="evaluator_id"),
        CheckConstraint("(review_kind = 'first') = (about_review_id is null)", name="about_review_id"),
        UniqueConstraint("about_review_id", "review_kind", name="uq_reviews_about_review_id"),
        Index("ix_reviews_agent_id", "agent_id"),
        Index("ix_reviews_reviewed_at", "reviewed_at"),
        Index("ix_reviews_call_id", "call_id"),
    )

    review_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    form_key: Mapped[str] = mapped_column(String(36), unique=True)
    once: Mapped[str] = mapped_column(String(250), unique=True)
    call_id: Mapped[str] = mapped_column(String(100))
    called_at: Mapped[datetime] = mapped_column(DateTime)
    queue_id: Mapped[str | None] = mapped_column(String(100))
    agent_id: Mapped[str] = mapped_column(String(100))
    evaluator_id: Mapped[str] = mapped_column(String(100))
    evaluator_certified_until_date: Mapped[date | None] = mapped_column(Date)
    review_level: Mapped[int] = mapped_column(Integer)
    review_kind: Mapped[str] = mapped_column(String(10))
    about_review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.review_id"))
    method: Mapped[str] = mapped_column(String(10))
    scorecard_version: Mapped[str] = mapped_column(String(100))
    reviewed_at: Mapped[datetime] = mapped_column(DateTime)
    feedback_due_at: Mapped[datetime | None] = mapped_column(DateTime)
    items: Mapped[list[ReviewItem]] = relationship(order_by="ReviewItem.dimension", lazy="selectin")
    steps: Mapped[list[ReviewStep]] = relationship(order_by="ReviewStep.step_no", lazy="selectin")


class ReviewItem(Base):
    """One dimension of one review; ``evidence_text`` is masked."""

    __tablename__ = "review_items"
    __table_args__ = (
        CheckConstraint("score_points between 0 and 100", name="score_points"),
        CheckConstraint("is_applicable = (score_points is not null)", name="is_applicable"),
        CheckConstraint("error_kind in ('customer', 'business', 'compliance')", name="error_kind"),
        CheckConstraint(
            "not is_applicable or (score_points = 100 and error_kind is null) or evidence_text is not null",
            name="evidence_text",
        ),
    )

    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.review_id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_applicable: Mapped[bool] = mapped_column(Boolean)
    score_points: Mapped[float | None] = mapped_column(Float)
    error_kind: Mapped[str | None] = mapped_column(String(20))
    evidence_text: Mapped[str | None] = mapped_column(Text)
    evidence_at_seconds: Mapped[float | None] = mapped_column(Float)


class ReviewStep(Base):
    """What follows a review, in the order of ``step_no``: two people who take the same step collide on its number."""

    __tablename__ = "review_steps"
    __table_args__ = (
        CheckConstraint(
            "step in ('fed_back', 'acknowledged', 'appeal_filed', 'appeal_upheld', 'appeal_dismissed')", name="step"
        ),
        UniqueConstraint("review_id", "step_no", name="uq_review_steps_review_id"),
        UniqueConstraint("review_id", "step", name="uq_review_steps_step"),
        Index("ix_review_steps_happened_at", "happened_at"),
    )

    review_step_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.review_id"))
    step_no: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime] = mapped_column(DateTime)
    by_id: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(Text)


class ReviewDraft(Base):
    """A scoring that is not finished. ``version`` counts its savings: an older tab can not overwrite a newer one.

    ``items_json`` is what stands in the form, with evidence masked. Gone when the review is handed in.
    """

    __tablename__ = "review_drafts"
    __table_args__ = (UniqueConstraint("call_id", "evaluator_id", "review_kind", name="uq_review_drafts_call_id"),)

    form_key: Mapped[str] = mapped_column(String(36), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(100))
    evaluator_id: Mapped[str] = mapped_column(String(100))
    review_kind: Mapped[str] = mapped_column(String(10))
    about_review_id: Mapped[str | None] = mapped_column(String(36))
    method: Mapped[str] = mapped_column(String(10))
    items_json: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    saved_at: Mapped[datetime] = mapped_column(DateTime)
