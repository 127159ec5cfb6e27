"""How SQLite writes a table anew with other checks: its checks are named whole each time, never carried over.

What of them is read back from the database depends on the versions of SQLAlchemy and Alembic, and an old check that
came along unseen would refuse what the new one allows.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op


def with_checks(name: str, checks: Mapping[str, str]) -> sa.Table | None:
    """The table as it is, but with these checks alone: for ``batch_alter_table(copy_from=…)``. None on other databases,
    which change a table in place."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return None
    found = sa.Table(name, sa.MetaData(), autoload_with=bind)
    for constraint in [one for one in found.constraints if isinstance(one, sa.CheckConstraint)]:
        found.constraints.remove(constraint)
    for check, condition in checks.items():
        found.append_constraint(sa.CheckConstraint(condition, name=op.f(check)))
    return found
