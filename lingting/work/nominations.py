"""Service star of a month and quality model of a quarter: nominated by supervisor or quality, decided by management."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lingting.clock import local_day, now
from lingting.rights import Viewer
from lingting.store import Store
from lingting.store.models import Nomination, NominationStep
from lingting.work.cases import Form, moved, new_id, opened, sent_before, step_of, taken
from lingting.work.published import may_be_star
from lingting.work.refused import Refused, must
from lingting.work.transaction import writing
from lingting.work.words import needed


@dataclass(frozen=True)
class NominationFile:
    nomination: Nomination
    steps: tuple[NominationStep, ...]


def list_nominations(store: Store, viewer: Viewer, grain: str, period_start: date) -> list[NominationFile]:
    """Nominations of one month or quarter, for who nominates or decides."""
    if not viewer.may("decide_nomination"):
        must(viewer, "nominate")
    wanted = select(Nomination).where(Nomination.grain == grain, Nomination.period_start == period_start)
    with store() as session:
        found = list(session.scalars(wanted.order_by(Nomination.opened_at)))
        ids = [one.nomination_id for one in found]
        steps = session.scalars(
            select(NominationStep).where(NominationStep.nomination_id.in_(ids)).order_by(NominationStep.seq_no)
        ).all()
    return [
        NominationFile(one, tuple(step for step in steps if step.nomination_id == one.nomination_id)) for one in found
    ]


def nominate(
    store: Store,
    viewer: Viewer,
    agent_id: str,
    grain: str,
    period_start: date,
    reason: str,
    form: Form,
    at: datetime | None = None,
) -> str:
    """Nominate an eligible agent; gives the id of the nomination. One nomination an agent and period."""
    must(viewer, "nominate")
    words = needed(reason)
    if agent_id in (viewer.agent_id, viewer.person):
        raise Refused("same_person", "nobody nominates themselves; ask somebody else")
    if not may_be_star(viewer, agent_id, grain, period_start):
        raise Refused("not_eligible", f"{agent_id} is not among the eligible of this period that you may nominate")
    with writing(store, form.key) as session:
        before = sent_before(session, NominationStep, form, viewer)
        if before is not None:
            return before.nomination_id
        same = select(Nomination).where(
            Nomination.agent_id == agent_id, Nomination.grain == grain, Nomination.period_start == period_start
        )
        if session.scalars(same).first() is not None:
            raise Refused("nominated_before", f"{agent_id} is nominated for this period already")
        nomination = Nomination(
            nomination_id=new_id("LN", local_day(at or now())),
            agent_id=agent_id,
            grain=grain,
            period_start=period_start,
            **opened(viewer, "nominated", at),
        )
        session.add(nomination)
        session.flush()
        session.add(_step(nomination, viewer, form, "nominated", words))
        return nomination.nomination_id


def decide_nomination(
    store: Store, viewer: Viewer, nomination_id: str, step: str, reason: str, form: Form, at: datetime | None = None
) -> None:
    """Grant or decline. Nobody decides for themselves, nor on what they nominated."""
    must(viewer, "decide_nomination")
    words = needed(reason)
    with writing(store, form.key) as session:
        if sent_before(session, NominationStep, form, viewer) is not None:
            return
        nomination = taken(session, Nomination, nomination_id, form, NominationStep, NominationStep.nomination_id)
        if viewer.person in (nomination.opened_by, nomination.agent_id):
            raise Refused("same_person", "who nominated, or is nominated, can not decide; ask somebody else")
        moved(nomination, "nomination", step, at)
        session.add(_step(nomination, viewer, form, step, words))


def _step(nomination: Nomination, viewer: Viewer, form: Form, step: str, text: str) -> NominationStep:
    common = step_of(nomination, viewer, form, step, text)
    return NominationStep(nomination_id=nomination.nomination_id, **common)
