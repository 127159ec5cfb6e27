"""Alerts of calls that go on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_alerts",
        sa.Column("alert_no", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("alert_id", sa.String(36), nullable=False),
        sa.Column("call_id", sa.String(100), nullable=False),
        sa.Column("queue_id", sa.String(100)),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("rule_id", sa.String(100), nullable=False),
        sa.Column("rule_version", sa.String(20), nullable=False),
        sa.Column("at_seconds", sa.Float(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("speaker", sa.String(20)),
        sa.Column("words", sa.Text()),
        sa.Column("phrase", sa.Text()),
        sa.Column("score", sa.Float()),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("script", sa.Text()),
        sa.Column("script_version", sa.String(20)),
        sa.PrimaryKeyConstraint("alert_no", name="pk_live_alerts"),
        sa.UniqueConstraint("alert_id", name="uq_live_alerts_alert_id"),
        sa.CheckConstraint(
            "kind in ('risk', 'forbidden', 'silence', 'notice_missing')", name=op.f("ck_live_alerts_kind")
        ),
    )
    op.create_index("ix_live_alerts_call_id", "live_alerts", ["call_id"])
    op.create_index("ix_live_alerts_raised_at", "live_alerts", ["raised_at"])


def downgrade() -> None:
    op.drop_table("live_alerts")
