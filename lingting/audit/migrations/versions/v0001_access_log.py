"""The access log, and the triggers that keep it append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SENTENCE = "the access log is append-only"


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("seq_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("user_id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("object_kind", sa.String(40), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.String(200)),
        sa.Column("n_rows", sa.Integer()),
        sa.Column("purpose", sa.Text()),
        sa.Column("fields", sa.Text()),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("entry_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq_no"),
    )
    op.create_index("ix_access_log_happened_at", "access_log", ["happened_at"])
    op.create_index("ix_access_log_user_id", "access_log", ["user_id"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger access_log_no_{verb} before {verb} on access_log "
                f"begin select raise(abort, '{_SENTENCE}'); end"
            )
        return
    op.execute(
        "create function access_log_append_only() returns trigger language plpgsql as "
        f"$$ begin raise exception '{_SENTENCE}'; end $$"
    )
    op.execute(
        "create trigger access_log_append_only before update or delete or truncate on access_log "
        "for each statement execute function access_log_append_only()"
    )


def downgrade() -> None:
    op.drop_table("access_log")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("drop function access_log_append_only()")
