"""The library of good practice: clips of model calls, proposed by one, approved by another person of quality, used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from sqlalchemy import select

from lingting.clock import local_day, now
from lingting.rights import Viewer
from lingting.store import Store
from lingting.store.models import Practice, PracticeEvent
from lingting.work.cases import Form, moved, new_id, opened, sent_before, step_of, taken
from lingting.work.machines import next_steps
from lingting.work.published import must_see_call, words_between
from lingting.work.refused import Refused, must
from lingting.work.transaction import writing
from lingting.work.words import LONGEST_TEXT, LONGEST_TOPIC, needed

LONGEST_CLIP_SECONDS = 600.0


@dataclass(frozen=True)
class PracticeFile:
    practice: Practice
    events: tuple[PracticeEvent, ...]

    @property
    def n_uses(self) -> int:
        return sum(event.step == "used" for event in self.events)

    @property
    def next_steps(self) -> tuple[str, ...]:
        return next_steps("practice", self.practice.stage)


def list_practices(store: Store, viewer: Viewer) -> list[PracticeFile]:
    """The library, newest first. Who only learns from it (an agent) sees what is approved."""
    must(viewer, "read_practices")
    wanted = select(Practice).order_by(Practice.opened_at.desc())
    if not viewer.may("practice"):
        wanted = wanted.where(Practice.stage == "approved")
    with store() as session:
        found = list(session.scalars(wanted))
        ids = [practice.practice_id for practice in found]
        events = session.scalars(
            select(PracticeEvent).where(PracticeEvent.practice_id.in_(ids)).order_by(PracticeEvent.seq_no)
        ).all()
    return [
        PracticeFile(one, tuple(event for event in events if event.practice_id == one.practice_id)) for one in found
    ]


def propose(
    store: Store,
    viewer: Viewer,
    call_id: str,
    first: float,
    last: float,
    topic: str,
    text: str,
    form: Form,
    at: datetime | None = None,
) -> str:
    """Propose the stretch of a call from second ``first`` to ``last``; its masked words are kept with it."""
    must(viewer, "practice")
    call_id, topic, text = call_id.strip(), needed(topic, LONGEST_TOPIC), needed(text)
    must_see_call(viewer, call_id)
    if not (isfinite(first) and isfinite(last) and 0 <= first < last <= first + LONGEST_CLIP_SECONDS):
        raise Refused("bad_clip", "a clip begins before it ends and is at most ten minutes long")
    words = words_between(viewer, call_id, first, last)
    if not words:
        raise Refused("silent_clip", "nothing was said in these seconds; choose others")
    with writing(store, form.key) as session:
        before = sent_before(session, PracticeEvent, form, viewer)
        if before is not None:
            return before.practice_id
        practice = Practice(
            practice_id=new_id("LB", local_day(at or now())),
            topic=topic,
            call_id=call_id,
            from_seconds=first,
            to_seconds=last,
            words=words[:LONGEST_TEXT],
            **opened(viewer, "proposed", at),
        )
        session.add(practice)
        session.flush()
        session.add(_event(practice, viewer, form, "proposed", text))
        return practice.practice_id


def act(
    store: Store, viewer: Viewer, practice_id: str, step: str, text: str, form: Form, at: datetime | None = None
) -> None:
    """Approve, decline, use or retire. Only another person of quality than the proposer approves or declines."""
    must(viewer, "practice" if step == "used" else "approve_practice")
    words = needed(text)
    with writing(store, form.key) as session:
        if sent_before(session, PracticeEvent, form, viewer) is not None:
            return
        practice = taken(session, Practice, practice_id, form, PracticeEvent, PracticeEvent.practice_id)
        if step in ("approved", "declined") and viewer.person == practice.opened_by:
            raise Refused("same_person", "who proposed a clip can not approve it; ask a colleague")
        moved(practice, "practice", step, at, stage="approved" if step == "used" else None)
        session.add(_event(practice, viewer, form, step, words))


def _event(practice: Practice, viewer: Viewer, form: Form, step: str, text: str) -> PracticeEvent:
    return PracticeEvent(practice_id=practice.practice_id, **step_of(practice, viewer, form, step, text))
