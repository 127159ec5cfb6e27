"""Second factors with recovery codes, people of an identity provider, devices of sessions, attestations of accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from lingting.store.migrations.anew import with_checks

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROLES = "'agent', 'supervisor', 'management', 'quality', 'compliance', 'data', 'administrator'"
_CHECKS = {
    "ck_accounts_role": f"role in ({_ROLES})",
    "ck_accounts_agent_id": "role <> 'agent' or agent_id is not null",
}
_ACCOUNT_COLUMNS = (
    "must_change_password",
    "issuer",
    "subject",
    "disabled_at",
    "role_since",
    "version",
)


def upgrade() -> None:
    with op.batch_alter_table("accounts", copy_from=with_checks("accounts", _CHECKS)) as accounts:
        accounts.add_column(sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()))
        accounts.add_column(sa.Column("issuer", sa.String(300)))
        accounts.add_column(sa.Column("subject", sa.String(255)))
        accounts.add_column(sa.Column("disabled_at", sa.DateTime()))
        accounts.add_column(sa.Column("role_since", sa.DateTime()))
        accounts.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        accounts.create_unique_constraint("uq_accounts_issuer", ["issuer", "subject"])
    # When an account was disabled was not kept before: the time of this change is the earliest that is sure.
    moment = datetime.now(UTC).replace(tzinfo=None)
    op.execute(sa.text("update accounts set disabled_at = :moment where is_disabled").bindparams(moment=moment))
    op.execute("update accounts set role_since = created_at")
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("is_complete", sa.Boolean(), nullable=False, server_default=sa.true()))
        sessions.add_column(sa.Column("factor", sa.String(20), nullable=False, server_default="password"))
        sessions.add_column(sa.Column("device", sa.String(100), nullable=False, server_default=""))
    _of_accounts(
        "second_factors",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("secret", sa.Text()),
        sa.Column("pending", sa.Text()),
        sa.Column("enrolled_at", sa.DateTime()),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
    _of_accounts(
        "recovery_codes",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="pk_recovery_codes"),
    )
    _of_accounts(
        "attestations",
        sa.Column("attestation_no", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("attested_at", sa.DateTime(), nullable=False),
        sa.Column("attested_by", sa.String(36), nullable=False),
        sa.Column("attested_name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attestation_no", name="pk_attestations"),
    )
    op.create_index("ix_attestations_user_id", "attestations", ["user_id"])
    op.create_table(
        "used_identities",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_used_identities"),
    )


def downgrade() -> None:
    for table in ("used_identities", "attestations", "recovery_codes", "second_factors"):
        op.drop_table(table)
    with op.batch_alter_table("sessions") as sessions:
        for column in ("is_complete", "factor", "device"):
            sessions.drop_column(column)
    with op.batch_alter_table("accounts", copy_from=with_checks("accounts", _CHECKS)) as accounts:
        accounts.drop_constraint("uq_accounts_issuer", type_="unique")
        for column in _ACCOUNT_COLUMNS:
            accounts.drop_column(column)


def _of_accounts(name: str, *columns: sa.Column[object] | sa.PrimaryKeyConstraint) -> None:
    """A table whose rows belong to an account and go with it."""
    op.create_table(
        name,
        *columns,
        sa.ForeignKeyConstraint(
            ["user_id"], ["accounts.user_id"], name=f"fk_{name}_user_id_accounts", ondelete="CASCADE"
        ),
    )
