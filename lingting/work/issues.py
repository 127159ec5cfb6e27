"""Quality issues from finding to verified closure (《呼叫中心质量监控细则》四(二)): found, analysed, measures set,
implemented, effect verified by another person; reopened where the effect does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingting.clock import local_day, now
from lingting.rights import Viewer
from lingting.store import Store
from lingting.store.models import Issue, IssueStep
from lingting.work.cases import Evidence, Form, checked, moved, new_id, opened, sent_before, step_of, taken
from lingting.work.effect import Effect, effect_of
from lingting.work.machines import check_step, next_steps
from lingting.work.people import must_be_one
from lingting.work.published import formula_of, must_know_queue
from lingting.work.refused import Refused, must
from lingting.work.transaction import writing
from lingting.work.words import LONGEST_TOPIC, needed, wording

KINDS = ("service", "compliance", "process", "system", "knowledge")
SOURCES = ("review", "inspection", "complaint", "survey", "mystery_call", "audit")
STAGES = ("found", "reopened", "analysed", "measures_set", "implemented", "verified")
LONGEST_DUE = timedelta(days=366)


NOTHING = Evidence()


@dataclass(frozen=True)
class NewIssue:
    topic: str
    text: str
    issue_kind: str
    found_by: str
    owner_id: str
    queue_id: str | None = None
    kpi_id: str | None = None
    rule_id: str | None = None
    due_date: date | None = None
    evidence: Evidence = NOTHING


@dataclass(frozen=True)
class Move:
    """The next step. ``owner_id`` None: as before. ``due_date`` counts with the steps measures_set and reopened."""

    step: str
    text: str
    owner_id: str | None = None
    due_date: date | None = None
    evidence: Evidence = NOTHING


@dataclass(frozen=True)
class IssueFile:
    """An issue with its whole history, oldest step first."""

    issue: Issue
    steps: tuple[IssueStep, ...]

    @property
    def next_steps(self) -> tuple[str, ...]:
        return next_steps("issue", self.issue.stage)

    @property
    def implemented_on(self) -> date | None:
        """Local day on which the measures of the current round were put into practice."""
        done = [step for step in self._round if step.step == "implemented"]
        return local_day(done[-1].happened_at) if done else None

    @property
    def may_not_verify(self) -> set[str]:
        """Who owned the measures or put them into practice: somebody else judges the effect."""
        owners = {step.owner_id for step in self._round if step.step in ("measures_set", "implemented")}
        return {self.issue.owner_id} | owners | {step.by_id for step in self._round if step.step == "implemented"}

    @property
    def _round(self) -> tuple[IssueStep, ...]:
        begins = max((at for at, step in enumerate(self.steps) if step.step == "reopened"), default=0)
        return self.steps[begins:]


def is_overdue(issue: Issue, day: date) -> bool:
    return issue.stage != "verified" and issue.due_date is not None and issue.due_date < day


def list_issues(store: Store, viewer: Viewer) -> list[Issue]:
    """Every issue of the store: open ones first, by due date; the closed ones by their last change."""
    must(viewer, "work_issue")
    with store() as session:
        found = session.scalars(select(Issue).order_by(Issue.changed_at.desc(), Issue.issue_id)).all()
    return sorted(found, key=lambda issue: (issue.stage == "verified", issue.due_date or date.max))


def read_issue(store: Store, viewer: Viewer, issue_id: str) -> IssueFile | None:
    must(viewer, "work_issue")
    with store() as session:
        issue = session.get(Issue, issue_id)
        return None if issue is None else _file(session, issue)


def open_issue(store: Store, viewer: Viewer, new: NewIssue, form: Form, at: datetime | None = None) -> str:
    """Enter a new issue; gives its id. The same form again gives the same issue."""
    must(viewer, "open_issue")
    if new.issue_kind not in KINDS or new.found_by not in SOURCES:
        raise Refused("wrong_choice", f"choose a kind ({', '.join(KINDS)}) and a source ({', '.join(SOURCES)})")
    if new.queue_id:
        must_know_queue(viewer, new.queue_id)
    must_be_one(store, new.owner_id, "work_issue")
    topic, text, evidence = needed(new.topic, LONGEST_TOPIC), needed(new.text), checked(viewer, new.evidence)
    formula_id = formula_of(viewer, new.kpi_id) if new.kpi_id else None
    with writing(store, form.key) as session:
        before = sent_before(session, IssueStep, form, viewer)
        if before is not None:
            return before.issue_id
        issue = Issue(
            issue_id=new_id("LI", local_day(at or now())),
            issue_kind=new.issue_kind,
            found_by=new.found_by,
            topic=topic,
            queue_id=new.queue_id,
            kpi_id=new.kpi_id,
            formula_id=formula_id,
            rule_id=wording(new.rule_id, 100),
            call_id=evidence.call_id,
            call_seconds=evidence.call_seconds,
            owner_id=new.owner_id,
            due_date=_ahead(new.due_date, local_day(at or now())),
            **opened(viewer, "found", at),
        )
        session.add(issue)
        session.flush()
        session.add(_step(issue, viewer, form, "found", text, evidence))
        return issue.issue_id


def advance(store: Store, viewer: Viewer, issue_id: str, move: Move, form: Form, at: datetime | None = None) -> None:
    """Take an issue one step on. Raises Refused; Stale when somebody else worked on it since the form was drawn."""
    must(viewer, "verify_issue" if move.step == "verified" else "work_issue")
    text, evidence = needed(move.text), checked(viewer, move.evidence)
    if move.owner_id:
        must_be_one(store, move.owner_id, "work_issue")
    effect = _effect(store, viewer, issue_id, move)
    with writing(store, form.key) as session:
        if sent_before(session, IssueStep, form, viewer) is not None:
            return
        issue = taken(session, Issue, issue_id, form, IssueStep, IssueStep.issue_id)
        check_step("issue", issue.stage, move.step)
        if move.step == "verified":
            _check_verifier(_file(session, issue), viewer, evidence, effect)
        else:
            issue.owner_id = move.owner_id or issue.owner_id
            issue.due_date = _due(issue, move, local_day(at or now()))
        moved(issue, "issue", move.step, at)
        session.add(_step(issue, viewer, form, move.step, text, evidence, effect))


def _due(issue: Issue, move: Move, day: date) -> date | None:
    """The due date after the step: it is set with the measures, and must then lie ahead."""
    if move.step not in ("measures_set", "reopened"):
        return issue.due_date
    if move.due_date is None:
        if move.step == "measures_set":
            raise Refused("no_due_date", "measures need a due date; name the day by which they are in place")
        return issue.due_date
    return _ahead(move.due_date, day)


def _ahead(due_date: date | None, day: date) -> date | None:
    if due_date is not None and not day <= due_date <= day + LONGEST_DUE:
        raise Refused("bad_due_date", f"the due date {due_date} must lie between today and a year ahead")
    return due_date


def _check_verifier(file: IssueFile, viewer: Viewer, evidence: Evidence, effect: Effect | None) -> None:
    if viewer.person in file.may_not_verify:
        raise Refused("same_person", "who owns or implemented the measures can not verify them; ask somebody else")
    if not evidence.is_there and (effect is None or effect.after.value is None):
        raise Refused("no_proof", "closing needs proof: figures after the measures, a call, or a document")


def _effect(store: Store, viewer: Viewer, issue_id: str, move: Move) -> Effect | None:
    """Before and after of the issue's KPI, kept with the decision on the measures."""
    if move.step not in ("verified", "reopened"):
        return None
    file = read_issue(store, viewer, issue_id)
    return None if file is None else measured(viewer, file)


def measured(viewer: Viewer, file: IssueFile) -> Effect | None:
    """What the measures changed; None where the issue has no KPI, or nothing is implemented in this round."""
    issue, day = file.issue, file.implemented_on
    if day is None or issue.kpi_id is None or issue.formula_id is None:
        return None
    return effect_of(viewer, issue.kpi_id, issue.formula_id, issue.queue_id, day)


def _file(session: Session, issue: Issue) -> IssueFile:
    steps: Sequence[IssueStep] = session.scalars(
        select(IssueStep).where(IssueStep.issue_id == issue.issue_id).order_by(IssueStep.seq_no)
    ).all()
    return IssueFile(issue, tuple(steps))


def _step(
    issue: Issue,
    viewer: Viewer,
    form: Form,
    step: str,
    text: str,
    evidence: Evidence,
    effect: Effect | None = None,
) -> IssueStep:
    own: dict[str, Any] = {"issue_id": issue.issue_id, "owner_id": issue.owner_id, "due_date": issue.due_date}
    kept = effect.to_json() if effect else None
    return IssueStep(**own, effect=kept, **step_of(issue, viewer, form, step, text, evidence))
