"""Writing an entry of the access log, and reading entries back. The chain itself is chain.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lingting.audit.chain import FIRST_HASH, Entry, entry_hash, entry_of
from lingting.audit.models import AccessEntry
from lingting.errors import LingtingError, UsageError
from lingting.paths import home
from lingting.rights import Viewer
from lingting.settings import settings
from lingting.store.database import Store, open_database

MIGRATIONS = Path(__file__).parent / "migrations"
NOBODY = "-"
_ADVISORY_LOCK = 4_831_908  # PostgreSQL: one appends at a time, so that numbers have no gap

Action = Literal["view", "search", "play", "export", "unmask", "change", "sign_in", "sign_out"]
Outcome = Literal["done", "refused"]


class AuditDown(LingtingError):
    """The access log can not be written. Who asked for a customer's data gets none; sums may still be shown."""


def open_log() -> Store:
    """The access log of the current home, migrated. Raises UsageError when it can not be reached."""
    return open_database(settings().audit_url, home().audit_database, MIGRATIONS, "audit")


def note(
    viewer: Viewer | None,
    action: Action,
    object_kind: str,
    object_id: str = "",
    *,
    outcome: Outcome = "done",
    customer_key: str | None = None,
    n_rows: int | None = None,
    purpose: str | None = None,
    fields: Sequence[str] = (),
) -> Entry:
    """Append one entry; ``viewer`` None: somebody who is not signed in.

    Raises AuditDown: then nothing was noted, and what was to be shown must not be shown.
    """
    values: dict[str, Any] = {
        "happened_at": datetime.now(UTC).replace(tzinfo=None),
        "user_id": (viewer.user_id or viewer.name or NOBODY) if viewer else NOBODY,
        "name": viewer.name if viewer else NOBODY,
        "role": viewer.role.value if viewer else NOBODY,
        "session": viewer.session if viewer else "",
        "action": action,
        "outcome": outcome,
        "object_kind": object_kind,
        "object_id": object_id,
        "customer_key": customer_key,
        "n_rows": n_rows,
        "purpose": purpose,
        "fields": "|".join(fields) or None,
    }
    try:
        with open_log().begin() as session:
            return _append(session, values)
    except (SQLAlchemyError, UsageError, OSError) as error:
        raise AuditDown("the access log can not be written, so nothing is shown; see `lingting doctor`") from error


def _append(session: Session, values: dict[str, Any]) -> Entry:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("begin immediate"))
    else:
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    last = session.execute(
        select(AccessEntry.seq_no, AccessEntry.entry_hash).order_by(AccessEntry.seq_no.desc()).limit(1)
    ).one_or_none()
    values["seq_no"] = last.seq_no + 1 if last else 1
    values["previous_hash"] = last.entry_hash if last else FIRST_HASH
    values["entry_hash"] = entry_hash(values)
    row = AccessEntry(**values)
    session.add(row)
    session.flush()
    return entry_of(row)


def entries(after: int = 0, limit: int = 1000, user_id: str | None = None) -> list[Entry]:
    """Entries behind a number, in order."""
    wanted = select(AccessEntry).where(AccessEntry.seq_no > after).order_by(AccessEntry.seq_no).limit(limit)
    if user_id is not None:
        wanted = wanted.where(AccessEntry.user_id == user_id)
    with open_log()() as session:
        return [entry_of(row) for row in session.scalars(wanted)]
