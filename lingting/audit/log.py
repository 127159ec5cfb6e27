"""Writing an entry of the access log, and reading entries back. The chain itself is chain.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, or_, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lingting.audit.chain import FIRST_HASH, Entry, entry_hash, entry_of
from lingting.audit.models import AccessEntry
from lingting.clock import now
from lingting.errors import LingtingError, UsageError
from lingting.paths import home
from lingting.rights import Viewer
from lingting.settings import settings
from lingting.store.database import Store, open_database

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 4_831_908  # PostgreSQL: one appends at a time, so that numbers have no gap

Action = Literal["view", "search", "play", "export", "unmask", "change", "sign_in", "sign_out"]
Outcome = Literal["done", "refused"]


@dataclass(frozen=True)
class Stranger:
    """Somebody who has not proven who they are: an attempt to sign in. ``user_id`` and ``name`` of the account tried.

    A name that no account has is not written down: it may be a password in the wrong field.
    """

    user_id: str = "-"
    name: str = "-"
    session: str = ""
    role = "unknown"


class AuditDown(LingtingError):
    """The access log can not be written. Who asked for a customer's data gets none; sums may still be shown."""


def open_log() -> Store:
    """The access log of the current home, migrated. Raises UsageError when it can not be reached."""
    return open_database(settings().audit_url, home().audit_database, MIGRATIONS, "audit")


def note(
    viewer: Viewer | Stranger,
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
    """Append one entry.

    Raises AuditDown: then nothing was noted, and what was to be shown must not be shown.
    """
    values: dict[str, Any] = {
        "user_id": viewer.user_id or viewer.name or "-",
        "name": viewer.name,
        "role": str(viewer.role),
        "session": viewer.session,
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
    newest = select(AccessEntry.seq_no, AccessEntry.entry_hash, AccessEntry.happened_at)
    last = session.execute(newest.order_by(AccessEntry.seq_no.desc()).limit(1)).one_or_none()
    # The clock may be set back; a greater number is never earlier.
    moment = now()
    values["happened_at"] = max(moment, last.happened_at) if last else moment
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


def all_entries(batch: int = 5000) -> Iterator[Entry]:
    """The whole log in order, read in pieces."""
    after = 0
    while found := entries(after, batch):
        yield from found
        after = found[-1].seq_no


def latest_entries(limit: int, user: str | None = None) -> list[Entry]:
    """The latest entries in order, of everybody or of one account (its id or its name)."""
    wanted = select(AccessEntry).order_by(AccessEntry.seq_no.desc()).limit(limit)
    if user is not None:
        wanted = wanted.where(or_(AccessEntry.user_id == user, AccessEntry.name == user))
    with open_log()() as session:
        return [entry_of(row) for row in session.scalars(wanted)][::-1]


def last_entry() -> Entry | None:
    with open_log()() as session:
        row = session.scalars(select(AccessEntry).order_by(AccessEntry.seq_no.desc()).limit(1)).one_or_none()
        return entry_of(row) if row else None


def entries_between(start: datetime, end: datetime) -> list[Entry]:
    """Entries from ``start`` to before ``end`` (UTC), in order."""
    wanted = select(AccessEntry).where(AccessEntry.happened_at >= start, AccessEntry.happened_at < end)
    with open_log()() as session:
        return [entry_of(row) for row in session.scalars(wanted.order_by(AccessEntry.seq_no))]


def latest_of_each(action: str, before: datetime, object_kind: str | None = None) -> dict[str, datetime]:
    """When each account last did ``action`` before a time, by account."""
    wanted = select(AccessEntry.user_id, func.max(AccessEntry.happened_at)).where(
        AccessEntry.action == action, AccessEntry.outcome == "done", AccessEntry.happened_at < before
    )
    if object_kind is not None:
        wanted = wanted.where(AccessEntry.object_kind == object_kind)
    with open_log()() as session:
        return dict(session.execute(wanted.group_by(AccessEntry.user_id)).tuples().all())
