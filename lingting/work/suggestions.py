"""Suggestions of staff (金点子): submitted by anybody, decided by somebody else, told with their benefit when done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from sqlalchemy import select

from lingting.clock import local_day, now
from lingting.rights import Viewer
from lingting.store import Store
from lingting.store.models import Suggestion, SuggestionStep
from lingting.work.cases import Form, moved, new_id, opened, sent_before, step_of, taken
from lingting.work.machines import next_steps
from lingting.work.published import rows
from lingting.work.refused import Refused, must
from lingting.work.transaction import writing
from lingting.work.words import LONGEST_TOPIC, needed


@dataclass(frozen=True)
class SuggestionFile:
    suggestion: Suggestion
    steps: tuple[SuggestionStep, ...]

    @property
    def next_steps(self) -> tuple[str, ...]:
        return next_steps("suggestion", self.suggestion.stage)


def list_suggestions(store: Store, viewer: Viewer) -> list[SuggestionFile]:
    """The person's own; all of them for who decides. Newest first, undecided ones above the others."""
    must(viewer, "suggest")
    wanted = select(Suggestion).order_by(Suggestion.stage != "submitted", Suggestion.opened_at.desc())
    if not viewer.may("decide_suggestion"):
        wanted = wanted.where(Suggestion.opened_by == viewer.person)
    with store() as session:
        found = list(session.scalars(wanted))
        ids = [suggestion.suggestion_id for suggestion in found]
        steps = session.scalars(
            select(SuggestionStep).where(SuggestionStep.suggestion_id.in_(ids)).order_by(SuggestionStep.seq_no)
        ).all()
    return [
        SuggestionFile(one, tuple(step for step in steps if step.suggestion_id == one.suggestion_id)) for one in found
    ]


def submit(store: Store, viewer: Viewer, topic: str, text: str, form: Form, at: datetime | None = None) -> str:
    """Hand a suggestion in; gives its id."""
    must(viewer, "suggest")
    topic, text = needed(topic, LONGEST_TOPIC), needed(text)
    known = bool(rows(viewer, "select 1 from dim_agent where agent_id = ?", (viewer.agent_id,)))
    with writing(store, form.key) as session:
        before = sent_before(session, SuggestionStep, form, viewer)
        if before is not None:
            return before.suggestion_id
        suggestion = Suggestion(
            suggestion_id=new_id("LS", local_day(at or now())),
            topic=topic,
            agent_id=viewer.agent_id if known else None,  # the lists of staff know no other agents
            **opened(viewer, "submitted", at),
        )
        session.add(suggestion)
        session.flush()
        common = step_of(suggestion, viewer, form, "submitted", text)
        session.add(SuggestionStep(suggestion_id=suggestion.suggestion_id, **common))
        return suggestion.suggestion_id


def decide(
    store: Store,
    viewer: Viewer,
    suggestion_id: str,
    step: str,
    text: str,
    form: Form,
    benefit_yuan: float | None = None,
    at: datetime | None = None,
) -> None:
    """Adopt, decline, or tell that it was implemented. Nobody decides on the own suggestion."""
    must(viewer, "decide_suggestion")
    words = needed(text)
    if benefit_yuan is not None and not (isfinite(benefit_yuan) and benefit_yuan >= 0):
        raise Refused("bad_number", "the benefit of a year is an amount in yuan, 0 or more")
    with writing(store, form.key) as session:
        if sent_before(session, SuggestionStep, form, viewer) is not None:
            return
        suggestion = taken(session, Suggestion, suggestion_id, form, SuggestionStep, SuggestionStep.suggestion_id)
        if viewer.person == suggestion.opened_by:
            raise Refused("same_person", "nobody decides on the own suggestion; ask somebody else")
        moved(suggestion, "suggestion", step, at)
        benefit = benefit_yuan if step == "implemented" else None
        common = step_of(suggestion, viewer, form, step, words)
        session.add(SuggestionStep(suggestion_id=suggestion_id, benefit_yuan=benefit, **common))
