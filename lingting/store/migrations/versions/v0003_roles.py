"""Roles of quality, compliance, data and administration; who of the staff an account is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WAS = "ck_accounts_ck_accounts_role"  # as revision 0001 named it
_OLD = "'agent', 'supervisor', 'management'"
_ROLES = "'agent', 'supervisor', 'management', 'quality', 'compliance', 'data', 'administrator'"


def upgrade() -> None:
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("employee_id", sa.String(100)))
        accounts.drop_constraint(op.f(_WAS), type_="check")
        accounts.create_check_constraint(op.f("ck_accounts_role"), f"role in ({_ROLES})")


def downgrade() -> None:
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint(op.f("ck_accounts_role"), type_="check")
        accounts.create_check_constraint(op.f(_WAS), f"role in ({_OLD})")
        accounts.drop_column("employee_id")
