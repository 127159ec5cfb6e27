"""Accounts, the teams they may see, and sessions of the cockpit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("agent_id", sa.String(100)),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_login_at", sa.DateTime()),
        sa.Column("n_failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime()),
        sa.PrimaryKeyConstraint("user_id", name="pk_accounts"),
        sa.UniqueConstraint("name_key", name="uq_accounts_name_key"),
        sa.CheckConstraint("role in ('agent', 'supervisor', 'management')", name="ck_accounts_role"),
        sa.CheckConstraint("role <> 'agent' or agent_id is not null", name="ck_accounts_agent_id"),
    )
    op.create_table(
        "account_teams",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("team_id", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "team_id", name="pk_account_teams"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["accounts.user_id"], name="fk_account_teams_user_id_accounts", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["accounts.user_id"], name="fk_sessions_user_id_accounts", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def downgrade() -> None:
    op.drop_table("sessions")
    op.drop_table("account_teams")
    op.drop_table("accounts")
