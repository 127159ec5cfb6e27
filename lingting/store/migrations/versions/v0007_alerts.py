"""Alerts with their windows, steps, deliveries and mutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _alerts()
    op.create_table(
        "alert_windows",
        _of_alert(),
        sa.Column("window_start_at", sa.DateTime(), nullable=False),
        sa.Column("window_end_at", sa.DateTime(), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("n", sa.Integer()),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "window_start_at", name="pk_alert_windows"),
        _reference("alert_windows"),
    )
    op.create_table(
        "alert_steps",
        sa.Column("step_no", sa.Integer(), autoincrement=True, nullable=False),
        _of_alert(),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("step_by", sa.String(100)),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("step_no", name="pk_alert_steps"),
        _reference("alert_steps"),
    )
    op.create_index("ix_alert_steps_alert_id", "alert_steps", ["alert_id"])
    _deliveries()
    op.create_table(
        "alert_mutes",
        sa.Column("mute_id", sa.String(36), nullable=False),
        sa.Column("rule_id", sa.String(200), nullable=False),
        sa.Column("scope_id", sa.String(100)),
        sa.Column("until_at", sa.DateTime(), nullable=False),
        sa.Column("muted_at", sa.DateTime(), nullable=False),
        sa.Column("muted_by", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mute_id", name="pk_alert_mutes"),
    )
    op.create_table(
        "alert_marks",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("mark", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_alert_marks"),
    )


def _of_alert() -> sa.Column[str]:
    return sa.Column("alert_id", sa.String(36), nullable=False)


def _reference(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["alert_id"], ["alerts.alert_id"], name=f"fk_{table}_alert_id_alerts", ondelete="CASCADE"
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        _of_alert(),
        sa.Column("rule_id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("scope_id", sa.String(100), nullable=False),
        sa.Column("object_id", sa.String(100)),
        sa.Column("grain", sa.String(20), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("owners", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("is_above", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Float()),
        sa.Column("clear_at", sa.Float()),
        sa.Column("window_start_at", sa.DateTime(), nullable=False),
        sa.Column("window_end_at", sa.DateTime(), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("n", sa.Integer()),
        sa.Column("last_window_end_at", sa.DateTime(), nullable=False),
        sa.Column("last_value", sa.Float()),
        sa.Column("last_n", sa.Integer()),
        sa.Column("detail", sa.Text()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime()),
        sa.Column("acknowledged_by", sa.String(100)),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alerts"),
        sa.CheckConstraint("state in ('raised', 'acknowledged', 'cleared', 'resolved')", name=op.f("ck_alerts_state")),
        sa.CheckConstraint("severity in ('critical', 'warning', 'notice')", name=op.f("ck_alerts_severity")),
    )
    for column in ("state", "rule_id", "raised_at"):
        op.create_index(f"ix_alerts_{column}", "alerts", [column])


def _deliveries() -> None:
    op.create_table(
        "alert_deliveries",
        sa.Column("delivery_id", sa.Integer(), autoincrement=True, nullable=False),
        _of_alert(),
        sa.Column("channel", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(36)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime()),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_alert_deliveries"),
        _reference("alert_deliveries"),
        sa.UniqueConstraint("alert_id", "channel", "kind", "round_no", name="uq_alert_deliveries_alert_id"),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'sent', 'dropped', 'given_up')", name=op.f("ck_alert_deliveries_state")
        ),
        sa.CheckConstraint("kind in ('raised', 'reminder', 'cleared')", name=op.f("ck_alert_deliveries_kind")),
    )
    op.create_index("ix_alert_deliveries_state", "alert_deliveries", ["state", "next_try_at"])


def downgrade() -> None:
    for table in ("alert_marks", "alert_mutes", "alert_deliveries", "alert_steps", "alert_windows", "alerts"):
        op.drop_table(table)
