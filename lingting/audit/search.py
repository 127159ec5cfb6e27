"""Reading the access log with filters, newest first, and checking its whole chain. Who may is the caller's to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from lingting.audit.anchor import anchored
from lingting.audit.chain import Broken, Entry, entry_of, verify
from lingting.audit.log import all_entries, open_log
from lingting.audit.models import AccessEntry
from lingting.clock import bounds


@dataclass(frozen=True)
class Wanted:
    """Which entries; what is None or False does not narrow. ``day`` is a local day, ``text`` a part of the object."""

    name: str | None = None
    action: str | None = None
    object_kind: str | None = None
    day: date | None = None
    text: str | None = None
    only_refused: bool = False

    @property
    def said(self) -> tuple[str, ...]:
        """What narrows, to be noted when somebody reads the log."""
        return tuple(f"{name}={value}" for name, value in vars(self).items() if value)


@dataclass(frozen=True)
class Checked:
    """The outcome of a check of the whole chain."""

    n_entries: int
    n_anchors: int
    broken: tuple[Broken, ...]


def found(wanted: Wanted, limit: int, offset: int = 0) -> list[Entry]:
    """Entries, newest first."""
    chosen = select(AccessEntry).where(*_conditions(wanted)).order_by(AccessEntry.seq_no.desc())
    with open_log()() as session:
        return [entry_of(row) for row in session.scalars(chosen.limit(limit).offset(offset))]


def n_found(wanted: Wanted) -> int:
    with open_log()() as session:
        return session.scalar(select(func.count()).select_from(AccessEntry).where(*_conditions(wanted))) or 0


def choices() -> dict[str, list[str]]:
    """The names, actions and kinds of object that stand in the log, to choose from."""
    columns = {"name": AccessEntry.name, "action": AccessEntry.action, "object_kind": AccessEntry.object_kind}
    with open_log()() as session:
        return {
            name: list(session.scalars(select(column).distinct().order_by(column))) for name, column in columns.items()
        }


def check() -> Checked:
    """Go through the whole log, entry by entry, and compare it with the anchors that were noted."""
    known = anchored()
    return Checked(n_found(Wanted()), len(known), tuple(verify(all_entries(), known)))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    for column, value in (
        (AccessEntry.name, wanted.name),
        (AccessEntry.action, wanted.action),
        (AccessEntry.object_kind, wanted.object_kind),
        (AccessEntry.outcome, "refused" if wanted.only_refused else None),
    ):
        if value is not None:
            narrowed.append(column == value)
    if wanted.text:
        narrowed.append(AccessEntry.object_id.contains(wanted.text, autoescape=True))
    if wanted.day:
        start, end = bounds(wanted.day)
        narrowed += [AccessEntry.happened_at >= start, AccessEntry.happened_at < end]
    return narrowed
