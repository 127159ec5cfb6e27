"""Roles of quality, compliance, data and administration; who of the staff an account is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lingting.store.migrations.anew import with_checks

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OLD = "'agent', 'supervisor', 'management'"
_ROLES = "'agent', 'supervisor', 'management', 'quality', 'compliance', 'data', 'administrator'"


def upgrade() -> None:
    _roles(_ROLES)
    op.add_column("accounts", sa.Column("employee_id", sa.String(100)))


def downgrade() -> None:
    with op.batch_alter_table("accounts", copy_from=with_checks("accounts", _checks(_ROLES))) as accounts:
        accounts.drop_column("employee_id")
    _roles(_OLD)


def _roles(allowed: str) -> None:
    """Replace the check of the role."""
    written_anew = with_checks("accounts", _checks(allowed))
    if written_anew is not None:
        with op.batch_alter_table("accounts", recreate="always", copy_from=written_anew):
            return
    for name, condition in _checks(allowed).items():
        # Revision 0001 named its checks without op.f, so that their names have the prefix twice.
        for old in (name, f"ck_accounts_{name}"):
            op.execute(f"alter table accounts drop constraint if exists {old}")
        op.create_check_constraint(op.f(name), "accounts", condition)


def _checks(allowed: str) -> dict[str, str]:
    return {
        "ck_accounts_role": f"role in ({allowed})",
        "ck_accounts_agent_id": "role <> 'agent' or agent_id is not null",
    }
