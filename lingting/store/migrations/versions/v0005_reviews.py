"""Manual reviews, what follows them, drafts, versions of the scorecard, and coaching notes; with their triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("scorecards", "reviews", "review_items", "review_steps", "coaching_notes")
_SENTENCE = "reviews are append-only"


def upgrade() -> None:
    _scorecards()
    _reviews()
    _items()
    _steps()
    _drafts()
    _coaching()
    if op.get_bind().dialect.name == "sqlite":
        for table in _APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_no_{verb} before {verb} on {table} "
                    f"begin select raise(abort, '{_SENTENCE}'); end"
                )
        return
    op.execute(
        "create function reviews_append_only() returns trigger language plpgsql as "
        f"$$ begin raise exception '{_SENTENCE}'; end $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function reviews_append_only()"
        )


def downgrade() -> None:
    for table in ("coaching_notes", "review_drafts", "review_steps", "review_items", "reviews", "scorecards"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("drop function reviews_append_only()")


def _scorecards() -> None:
    op.create_table(
        "scorecards",
        sa.Column("scorecard_version", sa.String(100), nullable=False),
        sa.Column("dimension", sa.String(20), nullable=False),
        sa.Column("weight_points", sa.Float(), nullable=False),
        sa.Column("pass_points", sa.Float(), nullable=False),
        sa.Column("is_behaviour", sa.Boolean(), nullable=False),
        sa.Column("valid_from_date", sa.Date(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.String(100), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scorecard_version", "dimension", name="pk_scorecards"),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("review_id", sa.String(36), nullable=False),
        sa.Column("form_key", sa.String(36), nullable=False),
        sa.Column("once", sa.String(250), nullable=False),
        sa.Column("call_id", sa.String(100), nullable=False),
        sa.Column("called_at", sa.DateTime(), nullable=False),
        sa.Column("queue_id", sa.String(100)),
        sa.Column("agent_id", sa.String(100), nullable=False),
        sa.Column("evaluator_id", sa.String(100), nullable=False),
        sa.Column("evaluator_certified_until_date", sa.Date()),
        sa.Column("review_level", sa.Integer(), nullable=False),
        sa.Column("review_kind", sa.String(10), nullable=False),
        sa.Column("about_review_id", sa.String(36)),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("scorecard_version", sa.String(100), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=False),
        sa.Column("feedback_due_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("review_id", name="pk_reviews"),
        sa.UniqueConstraint("form_key", name="uq_reviews_form_key"),
        sa.UniqueConstraint("once", name="uq_reviews_once"),
        sa.UniqueConstraint("about_review_id", "review_kind", name="uq_reviews_about_review_id"),
        sa.ForeignKeyConstraint(["about_review_id"], ["reviews.review_id"], name="fk_reviews_about_review_id_reviews"),
        sa.CheckConstraint("review_level in (2, 3)", name=op.f("ck_reviews_review_level")),
        sa.CheckConstraint("review_kind in ('first', 'second', 'appeal')", name=op.f("ck_reviews_review_kind")),
        sa.CheckConstraint("method in ('recording', 'live', 'ticket')", name=op.f("ck_reviews_method")),
        sa.CheckConstraint("evaluator_id <> agent_id", name=op.f("ck_reviews_evaluator_id")),
        sa.CheckConstraint(
            "(review_kind = 'first') = (about_review_id is null)", name=op.f("ck_reviews_about_review_id")
        ),
    )
    for column in ("agent_id", "reviewed_at", "call_id"):
        op.create_index(f"ix_reviews_{column}", "reviews", [column])


def _items() -> None:
    op.create_table(
        "review_items",
        sa.Column("review_id", sa.String(36), nullable=False),
        sa.Column("dimension", sa.String(20), nullable=False),
        sa.Column("is_applicable", sa.Boolean(), nullable=False),
        sa.Column("score_points", sa.Float()),
        sa.Column("error_kind", sa.String(20)),
        sa.Column("evidence_text", sa.Text()),
        sa.Column("evidence_at_seconds", sa.Float()),
        sa.PrimaryKeyConstraint("review_id", "dimension", name="pk_review_items"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.review_id"], name="fk_review_items_review_id_reviews"),
        sa.CheckConstraint("score_points between 0 and 100", name=op.f("ck_review_items_score_points")),
        sa.CheckConstraint("is_applicable = (score_points is not null)", name=op.f("ck_review_items_is_applicable")),
        sa.CheckConstraint(
            "error_kind in ('customer', 'business', 'compliance')", name=op.f("ck_review_items_error_kind")
        ),
        sa.CheckConstraint(
            "not is_applicable or (score_points = 100 and error_kind is null) or evidence_text is not null",
            name=op.f("ck_review_items_evidence_text"),
        ),
    )


def _steps() -> None:
    op.create_table(
        "review_steps",
        sa.Column("review_step_id", sa.String(36), nullable=False),
        sa.Column("review_id", sa.String(36), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("review_step_id", name="pk_review_steps"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.review_id"], name="fk_review_steps_review_id_reviews"),
        sa.UniqueConstraint("review_id", "step_no", name="uq_review_steps_review_id"),
        sa.UniqueConstraint("review_id", "step", name="uq_review_steps_step"),
        sa.CheckConstraint(
            "step in ('fed_back', 'acknowledged', 'appeal_filed', 'appeal_upheld', 'appeal_dismissed')",
            name=op.f("ck_review_steps_step"),
        ),
    )
    op.create_index("ix_review_steps_happened_at", "review_steps", ["happened_at"])


def _drafts() -> None:
    op.create_table(
        "review_drafts",
        sa.Column("form_key", sa.String(36), nullable=False),
        sa.Column("call_id", sa.String(100), nullable=False),
        sa.Column("evaluator_id", sa.String(100), nullable=False),
        sa.Column("review_kind", sa.String(10), nullable=False),
        sa.Column("about_review_id", sa.String(36)),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("items_json", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("form_key", name="pk_review_drafts"),
        sa.UniqueConstraint("call_id", "evaluator_id", "review_kind", name="uq_review_drafts_call_id"),
    )


def _coaching() -> None:
    op.create_table(
        "coaching_notes",
        sa.Column("note_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(100), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("gap", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("saved_by_id", sa.String(100), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("note_id", "version", name="pk_coaching_notes"),
    )
    op.create_index("ix_coaching_notes_agent_id", "coaching_notes", ["agent_id"])
