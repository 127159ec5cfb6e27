"""Roles of quality, compliance, data and administration; who of the staff an account is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OLD = "'agent', 'supervisor', 'management'"
_ROLES = "'agent', 'supervisor', 'management', 'quality', 'compliance', 'data', 'administrator'"


def upgrade() -> None:
    _roles(_ROLES)
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("employee_id", sa.String(100)))


def downgrade() -> None:
    with op.batch_alter_table("accounts", table_args=_checks(_ROLES)) as accounts:
        accounts.drop_column("employee_id")
    _roles(_OLD)


def _roles(allowed: str) -> None:
    """Replace the check of the role. SQLite forgets checks when a table is written anew, so both are named again."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("accounts", recreate="always", table_args=_checks(allowed)):
            return
    op.drop_constraint(op.f("ck_accounts_role"), "accounts", type_="check")
    op.create_check_constraint(op.f("ck_accounts_role"), "accounts", f"role in ({allowed})")


def _checks(allowed: str) -> tuple[sa.CheckConstraint, ...]:
    if op.get_bind().dialect.name != "sqlite":
        return ()
    return (
        sa.CheckConstraint(f"role in ({allowed})", name=op.f("ck_accounts_role")),
        sa.CheckConstraint("role <> 'agent' or agent_id is not null", name=op.f("ck_accounts_agent_id")),
    )
