"""The part that all cases of the closed loop share: a form sent once, a version that must still hold, a step added."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.rights import Viewer
from lingting.store.models.cases import CaseColumns, StepColumns
from lingting.work.machines import check_step
from lingting.work.published import must_see_call
from lingting.work.refused import Refused
from lingting.work.words import address

Case = TypeVar("Case", bound=CaseColumns)
Step = TypeVar("Step", bound=StepColumns)


def new_key() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Form:
    """What a form was drawn over: the version of the case that the person read, and a mark of this one form."""

    version: int = 0
    key: str = field(default_factory=new_key)


@dataclass(frozen=True)
class Evidence:
    """What a step points to. ``call_seconds``: the second of the call."""

    call_id: str | None = None
    call_seconds: float | None = None
    link: str | None = None

    @property
    def is_there(self) -> bool:
        return bool(self.call_id or self.link)


class Stale(Refused):
    """Somebody else was quicker. ``since``: the steps that the person has not read."""

    def __init__(self, since: Sequence[StepColumns]) -> None:
        super().__init__("stale", "somebody else worked on this case in between; read what changed and send it again")
        self.since = tuple(since)


def new_id(letters: str, day: date) -> str:
    return f"{letters}{day:%Y%m%d}-{uuid.uuid4().hex[:8]}"


def checked(viewer: Viewer, evidence: Evidence) -> Evidence:
    """The evidence as it is kept. The call must be one that the person may open."""
    call_id = (evidence.call_id or "").strip() or None
    if call_id:
        must_see_call(viewer, call_id)
    seconds = evidence.call_seconds if call_id else None
    return Evidence(call_id, seconds, address(evidence.link))


def sent_before(session: Session, step: type[Step], form: Form, viewer: Viewer) -> Step | None:
    """The step that this very form made already."""
    found = session.scalars(select(step).where(step.form_key == form.key)).one_or_none()
    if found is not None and found.by_id != viewer.person:
        raise Refused("wrong_step", "this form belongs to somebody else; open the page again")
    return found


def taken(session: Session, case: type[Case], case_id: str, form: Form, step: type[Step], link: Any) -> Case:
    """The case, locked until the transaction ends. ``link``: the column of the steps that names it.

    Raises Refused("unknown_case"), or Stale when the case has moved since the form was drawn.
    """
    found = session.get(case, case_id, with_for_update=True)
    if found is None:
        raise Refused("unknown_case", f"there is no case {case_id}")
    if found.version != form.version:
        later = select(step).where(link == case_id, step.seq_no > form.version).order_by(step.seq_no)
        since = session.scalars(later).all()
        session.expunge_all()  # what is rolled back forgets its values
        raise Stale(since)
    return found


def opened(viewer: Viewer, stage: str, at: datetime | None) -> dict[str, Any]:
    """The header's columns of a new case."""
    moment = at or now()
    return {"version": 1, "stage": stage, "opened_at": moment, "opened_by": viewer.person, "changed_at": moment}


def moved(case: CaseColumns, machine: str, step: str, at: datetime | None, stage: str | None = None) -> None:
    """Take the case one step on. ``stage``: where it then stands, if that is not the step itself.

    Raises Refused for a step that may not follow.
    """
    check_step(machine, case.stage, step)
    # A clock that was set back must not turn the order of steps round.
    case.changed_at = max(at or now(), case.changed_at + timedelta(microseconds=1))
    case.version += 1
    case.stage = stage or step


def step_of(
    case: CaseColumns, viewer: Viewer, form: Form, step: str, text: str | None, evidence: Evidence | None = None
) -> dict[str, Any]:
    """The columns of the step that the case was just taken to."""
    proof = evidence or Evidence()
    return {
        "form_key": form.key,
        "seq_no": case.version,
        "step": step,
        "happened_at": case.changed_at,
        "by_id": viewer.person,
        "text": text,
        "call_id": proof.call_id,
        "call_seconds": proof.call_seconds,
        "link": proof.link,
    }
