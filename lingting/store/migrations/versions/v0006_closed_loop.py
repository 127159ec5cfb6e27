"""Quality issues, projects, suggestions, practices, nominations: a header and its steps; entries of the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CASES = {"issue": "issues", "project": "projects", "suggestion": "suggestions", "practice": "practices",
         "nomination": "nominations"}  # fmt: skip


def upgrade() -> None:
    _issues()
    _projects()
    _suggestions()
    _practices()
    _nominations()
    op.create_table(
        "ledger_entries",
        sa.Column("entry_id", sa.String(40), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("scope", sa.String(100), nullable=False),
        sa.Column("done_date", sa.Date(), nullable=False),
        sa.Column("done_by", sa.String(100)),
        sa.Column("next_due_date", sa.Date()),
        sa.Column("evidence_uri", sa.String(500)),
        sa.Column("result", sa.Text()),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger_entries"),
        sa.UniqueConstraint("form_key", name="uq_ledger_entries_form_key"),
    )
    op.create_index("ix_ledger_entries_kind", "ledger_entries", ["kind", "scope"])
    op.create_index("ix_ledger_entries_recorded_at", "ledger_entries", ["recorded_at"])


def _issues() -> None:
    _case(
        "issue",
        sa.Column("issue_kind", sa.String(20), nullable=False),
        sa.Column("found_by", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("queue_id", sa.String(100)),
        sa.Column("kpi_id", sa.String(100)),
        sa.Column("formula_id", sa.String(100)),
        sa.Column("rule_id", sa.String(100)),
        sa.Column("call_id", sa.String(100)),
        sa.Column("call_seconds", sa.Float()),
        sa.Column("owner_id", sa.String(100), nullable=False),
        sa.Column("due_date", sa.Date()),
    )
    _steps(
        "issue",
        "issue_steps",
        sa.Column("owner_id", sa.String(100), nullable=False),
        sa.Column("due_date", sa.Date()),
        sa.Column("effect", sa.Text()),
    )


def _projects() -> None:
    _case(
        "project",
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("owner_id", sa.String(100), nullable=False),
        sa.Column("kpi_id", sa.String(100), nullable=False),
        sa.Column("formula_id", sa.String(100), nullable=False),
        sa.Column("queue_id", sa.String(100)),
        sa.Column("baseline_value", sa.Float()),
        sa.Column("target_value", sa.Float(), nullable=False),
        sa.Column("result_value", sa.Float()),
    )
    _steps("project", "project_steps", sa.Column("result_value", sa.Float()))


def _suggestions() -> None:
    _case("suggestion", sa.Column("topic", sa.String(200), nullable=False), sa.Column("agent_id", sa.String(100)))
    _steps("suggestion", "suggestion_steps", sa.Column("benefit_yuan", sa.Float()))


def _practices() -> None:
    _case(
        "practice",
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("call_id", sa.String(100), nullable=False),
        sa.Column("from_seconds", sa.Float(), nullable=False),
        sa.Column("to_seconds", sa.Float(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    _steps("practice", "practice_events")


def _nominations() -> None:
    _case(
        "nomination",
        sa.Column("agent_id", sa.String(100), nullable=False),
        sa.Column("grain", sa.String(10), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.UniqueConstraint("agent_id", "grain", "period_start", name="uq_nominations_agent_id"),
        sa.CheckConstraint("grain in ('month', 'quarter')", name=op.f("ck_nominations_grain")),
    )
    _steps("nomination", "nomination_steps")


def _case(kind: str, *own: sa.schema.SchemaItem) -> None:
    table = CASES[kind]
    op.create_table(
        table,
        sa.Column(f"{kind}_id", sa.String(40), nullable=False),
        *own,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(100), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint(f"{kind}_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_changed_at", table, ["changed_at"])


def _steps(kind: str, table: str, *own: sa.schema.SchemaItem) -> None:
    case = CASES[kind]
    op.create_table(
        table,
        sa.Column("step_no", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(f"{kind}_id", sa.String(40), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=False),
        sa.Column("seq_no", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.String(100), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("call_id", sa.String(100)),
        sa.Column("call_seconds", sa.Float()),
        sa.Column("link", sa.String(500)),
        *own,
        sa.PrimaryKeyConstraint("step_no", name=f"pk_{table}"),
        sa.ForeignKeyConstraint([f"{kind}_id"], [f"{case}.{kind}_id"], name=f"fk_{table}_{kind}_id_{case}"),
        sa.UniqueConstraint("form_key", name=f"uq_{table}_form_key"),
        sa.UniqueConstraint(f"{kind}_id", "seq_no", name=f"uq_{table}_{kind}_id"),
    )
    op.create_index(f"ix_{table}_happened_at", table, ["happened_at"])


def downgrade() -> None:
    op.drop_table("ledger_entries")
    for table in ("nomination_steps", "practice_events", "suggestion_steps", "project_steps", "issue_steps"):
        op.drop_table(table)
    for table in reversed(CASES.values()):
        op.drop_table(table)
