"""Coaching notes: what a supervisor praises, where the gap is, the next step with its due day, and that it was done.

Drawing them from the data is the page's work; here is what is kept. Each saving is a new version.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lingting.clock import now
from lingting.rights import Viewer
from lingting.store.database import Store
from lingting.store.models import CoachingNote
from lingting.work.duties import is_one_of
from lingting.work.published import agents_of
from lingting.work.refused import Refused, must
from lingting.work.scoring import needed


@dataclass(frozen=True)
class Note:
    """The newest version of one talk sheet. ``version`` 0 and an empty id: not yet saved."""

    agent_id: str
    strength: str
    gap: str
    next_step: str
    due_date: date
    note_id: str = ""
    version: int = 0
    done_at: datetime | None = None
    saved_by_id: str = ""
    saved_at: datetime | None = None


def save_note(store: Store, viewer: Viewer, note: Note, is_done: bool = False) -> Note:
    """Keep a talk sheet as its next version; ``is_done``: the next step was taken. Refused behind another one."""
    must(viewer, "coach")
    agents = agents_of(viewer)
    if agents is not None and note.agent_id not in agents:
        raise Refused("no_agent", "there is no such agent in your teams")
    if is_one_of(viewer, note.agent_id):
        raise Refused("own_call", "nobody coaches oneself")
    before = next((one for one in _newest(store, note.agent_id) if one.note_id == note.note_id), None)
    if (before.version if before else 0) != note.version or bool(before) != bool(note.note_id):
        raise Refused("review_stale", "somebody saved this sheet since; load it again")
    row = CoachingNote(
        note_id=note.note_id or str(uuid.uuid4()),
        version=note.version + 1,
        agent_id=note.agent_id,
        strength=needed(note.strength),
        gap=needed(note.gap),
        next_step=needed(note.next_step),
        due_date=note.due_date,
        done_at=((before.done_at if before else None) or now()) if is_done else None,
        saved_by_id=viewer.person,
        saved_at=now(),
    )
    try:
        with store.begin() as session:
            session.add(row)
            session.flush()
            return _note(row)
    except IntegrityError:
        raise Refused("review_stale", "somebody saved this sheet since; load it again") from None


def notes_of(store: Store, viewer: Viewer, agent_id: str) -> list[Note]:
    """The newest version of each sheet of an agent whom the person may see, newest first."""
    agents = agents_of(viewer)
    if agents is not None and agent_id not in agents:
        return []
    return _newest(store, agent_id)


def _newest(store: Store, agent_id: str) -> list[Note]:
    last = select(CoachingNote.note_id, func.max(CoachingNote.version).label("version")).group_by(CoachingNote.note_id)
    newest = last.subquery()
    wanted = (
        select(CoachingNote)
        .join(newest, (CoachingNote.note_id == newest.c.note_id) & (CoachingNote.version == newest.c.version))
        .where(CoachingNote.agent_id == agent_id)
        .order_by(CoachingNote.saved_at.desc(), CoachingNote.note_id)
    )
    with store() as session:
        return [_note(row) for row in session.scalars(wanted)]


def _note(row: CoachingNote) -> Note:
    return Note(
        row.agent_id,
        row.strength,
        row.gap,
        row.next_step,
        row.due_date,
        row.note_id,
        row.version,
        row.done_at,
        row.saved_by_id,
        row.saved_at,
    )
