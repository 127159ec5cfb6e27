"""What the closed loop gives the warehouse: rows of the contracts, by the local day on which they were entered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingting.clock import bounds, local_day
from lingting.store import open_store
from lingting.store.models import (
    Issue,
    IssueStep,
    LedgerEntry,
    Nomination,
    NominationStep,
    Practice,
    PracticeEvent,
    Project,
    ProjectStep,
    Suggestion,
    SuggestionStep,
)

Row = dict[str, Any]


def first_day() -> date | None:
    """The earliest local day with an entry."""
    times = (*(step.happened_at for step in (IssueStep, ProjectStep, SuggestionStep, PracticeEvent, NominationStep)),
             LedgerEntry.recorded_at)  # fmt: skip
    with open_store()() as session:
        found = [session.scalar(select(func.min(moment))) for moment in times]
    known = [moment for moment in found if moment is not None]
    return local_day(min(known)) if known else None


def _issues(session: Session, first: datetime, end: datetime) -> list[Row]:
    wanted = select(IssueStep, Issue).join(Issue, IssueStep.issue_id == Issue.issue_id)
    wanted = wanted.where(IssueStep.happened_at >= first, IssueStep.happened_at < end).order_by(IssueStep.step_no)
    return [
        {
            "issue_step_id": f"{step.issue_id}-{step.seq_no:03d}",
            "issue_id": step.issue_id,
            "step": step.step,
            "happened_at": step.happened_at,
            "by_id": step.by_id,
            "owner_id": step.owner_id,
            "due_date": step.due_date,
            "issue_kind": issue.issue_kind,
            "found_by": issue.found_by,
            "topic": issue.topic,
            "queue_id": issue.queue_id,
        }
        for step, issue in session.execute(wanted).tuples()
    ]


def _projects(session: Session, first: datetime, end: datetime) -> list[Row]:
    wanted = select(ProjectStep, Project).join(Project, ProjectStep.project_id == Project.project_id)
    wanted = wanted.where(ProjectStep.happened_at >= first, ProjectStep.happened_at < end)
    same = ("title_zh", "title_en", "owner_id", "kpi_id", "formula_id", "queue_id", "baseline_value", "target_value")
    return [
        {
            "project_id": step.project_id,
            "phase": step.step,
            "happened_at": step.happened_at,
            **{name: getattr(project, name) for name in same},
            "result_value": step.result_value,
        }
        for step, project in session.execute(wanted.order_by(ProjectStep.step_no)).tuples()
    ]


def _suggestions(session: Session, first: datetime, end: datetime) -> list[Row]:
    wanted = select(SuggestionStep, Suggestion).join(
        Suggestion, SuggestionStep.suggestion_id == Suggestion.suggestion_id
    )
    wanted = wanted.where(SuggestionStep.happened_at >= first, SuggestionStep.happened_at < end)
    return [
        {
            "suggestion_step_id": f"{step.suggestion_id}-{step.seq_no:03d}",
            "suggestion_id": step.suggestion_id,
            "step": step.step,
            "happened_at": step.happened_at,
            "agent_id": suggestion.agent_id,
            "topic": suggestion.topic,
            "benefit_yuan": step.benefit_yuan,
            "by_id": None if suggestion.agent_id else suggestion.opened_by,
        }
        for step, suggestion in session.execute(wanted.order_by(SuggestionStep.step_no)).tuples()
    ]


def _practices(session: Session, first: datetime, end: datetime) -> list[Row]:
    wanted = select(PracticeEvent, Practice).join(Practice, PracticeEvent.practice_id == Practice.practice_id)
    wanted = wanted.where(PracticeEvent.happened_at >= first, PracticeEvent.happened_at < end)
    return [
        {
            "practice_event_id": f"{event.practice_id}-{event.seq_no:03d}",
            "practice_id": event.practice_id,
            "event": event.step,
            "happened_at": event.happened_at,
            "by_id": event.by_id,
            "topic": practice.topic,
            "call_id": practice.call_id if event.step == "proposed" else None,
        }
        for event, practice in session.execute(wanted.order_by(PracticeEvent.step_no)).tuples()
    ]


def _ledger(session: Session, first: datetime, end: datetime) -> list[Row]:
    """Entries of the register, and each decision on a nomination: it has no source of its own."""
    wanted = select(LedgerEntry).where(LedgerEntry.recorded_at >= first, LedgerEntry.recorded_at < end)
    same = ("kind", "scope", "done_date", "done_by", "next_due_date", "evidence_uri", "result")
    entries = [
        {
            "ledger_entry_id": entry.entry_id,
            "recorded_date": local_day(entry.recorded_at),
            **{name: getattr(entry, name) for name in same},
        }
        for entry in session.scalars(wanted.order_by(LedgerEntry.recorded_at, LedgerEntry.entry_id))
    ]
    return entries + _decisions(session, first, end)


def _decisions(session: Session, first: datetime, end: datetime) -> list[Row]:
    wanted = select(NominationStep, Nomination).join(
        Nomination, NominationStep.nomination_id == Nomination.nomination_id
    )
    wanted = wanted.where(NominationStep.step.in_(("granted", "declined")))
    wanted = wanted.where(NominationStep.happened_at >= first, NominationStep.happened_at < end)
    return [
        {
            "ledger_entry_id": nomination.nomination_id,
            "recorded_date": local_day(step.happened_at),
            "kind": "other",
            "scope": f"service_star/{nomination.grain}/{nomination.period_start}/{nomination.agent_id}",
            "done_date": local_day(step.happened_at),
            "done_by": step.by_id,
            "next_due_date": None,
            "evidence_uri": f"lingting:nominations/{nomination.nomination_id}",
            "result": f"{step.step}: {step.text}",
        }
        for step, nomination in session.execute(wanted.order_by(NominationStep.step_no)).tuples()
    ]


def _of_day(rows: Callable[[Session, datetime, datetime], list[Row]]) -> Callable[[date], list[Row]]:
    def of(day: date) -> list[Row]:
        with open_store()() as session:
            return rows(session, *bounds(day))

    return of


SOURCES: dict[str, Callable[[date], list[Row]]] = {
    "quality_issues": _of_day(_issues),
    "projects": _of_day(_projects),
    "suggestions": _of_day(_suggestions),
    "practices": _of_day(_practices),
    "ledger": _of_day(_ledger),
}
