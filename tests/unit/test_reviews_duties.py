"""Who may do what with a review: every person against every piece of work, and no way into a forbidden state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.store import Store, open_store
from lingting.work import Refused
from lingting.work.appeals import Decision, decide, file_appeal
from lingting.work.coaching import Note, notes_of, save_note
from lingting.work.drafts import save_draft
from lingting.work.feedback import acknowledge, feed_back
from lingting.work.review_views import reviews_of
from lingting.work.reviews import submit
from lingting.work.steps import TRANSITIONS
from tests.unit.review_world import (
    ADA,
    AMY,
    BEN,
    BOSS,
    CAI,
    DAN,
    EVERYBODY,
    NOON,
    QIN,
    QIU,
    SAM,
    SUE,
    build_world,
    form,
    full_marks,
)

# The same people under another account: amy leads a team, or checks quality; sue became a judge.
AMY_LEADS = Viewer(Role.SUPERVISOR, team_ids=("T1",), name="amy2", employee_id="A1")
AMY_CHECKS = Viewer(Role.QUALITY, name="amy3", employee_id="A1")
SUE_JUDGES = Viewer(Role.QUALITY, name="sue2", employee_id="S901")
PEOPLE = (*EVERYBODY, AMY_LEADS, AMY_CHECKS, SUE_JUDGES)
LATER = NOON + timedelta(hours=1)

Work = Callable[[Store, Viewer, str], object]
WORK: dict[str, tuple[Work, set[Viewer]]] = {
    "score": (lambda store, who, _: submit(store, who, form("new"), at=LATER), {QIN, QIU}),
    "draft": (
        lambda store, who, _: save_draft(store, who, form("new")),
        {SUE, QIN, QIU, AMY_LEADS, AMY_CHECKS, SUE_JUDGES},
    ),
    "feed_back": (lambda store, who, review: feed_back(store, who, review, at=LATER), {SUE, SUE_JUDGES}),
    "acknowledge": (lambda store, who, review: acknowledge(store, who, review, at=LATER), {AMY}),
    "appeal": (lambda store, who, review: file_appeal(store, who, review, "不同意", at=LATER), {AMY}),
    "dismiss": (lambda store, who, review: decide(store, who, Decision("d", review, "依据充分")), {QIN, QIU}),
    "uphold": (lambda store, who, review: decide(store, who, Decision("d", review, "成立", full_marks())), {QIN, QIU}),
    "coach": (
        lambda store, who, _: save_note(store, who, Note("A1", "好", "差", "下一步", NOON.date())),
        {SUE},
    ),
}
BEFORE = {"feed_back": 0, "acknowledge": 1, "appeal": 1, "dismiss": 2, "uphold": 2}


def prepared(store: Store, n_steps: int) -> str:
    """A review of amy's call by sue, fed back and appealed against as far as the work needs it."""
    review_id = submit(store, SUE, form(), at=NOON)
    if n_steps > 0:
        feed_back(store, SUE, review_id, at=NOON)
    if n_steps > 1:
        file_appeal(store, AMY, review_id, "不同意", at=NOON)
    return review_id


@pytest.mark.parametrize("name", WORK)
def test_each_piece_of_work_is_done_by_those_who_may_and_by_nobody_else(lingting_home: Home, name: str) -> None:
    build_world(lingting_home.root)
    store = open_store()
    work, allowed = WORK[name]
    review_id = prepared(store, BEFORE.get(name, 0))
    for who in [one for one in PEOPLE if one not in allowed]:
        with pytest.raises(Refused):
            work(store, who, review_id)
    assert len(reviews_of(store, BOSS)) == 1, "who was refused wrote nothing"
    work(store, next(iter(sorted(allowed, key=lambda one: one.name))), review_id)


def test_the_scorer_is_never_the_scored_under_any_account(lingting_home: Home) -> None:
    build_world(lingting_home.root)
    store = open_store()
    for who in (AMY_LEADS, AMY_CHECKS):
        with pytest.raises(Refused) as refused:
            submit(store, who, form(), at=NOON)
        assert refused.value.code == "own_call"


def test_the_scorer_never_judges_under_any_account(lingting_home: Home) -> None:
    build_world(lingting_home.root)
    store = open_store()
    review_id = prepared(store, 2)
    with pytest.raises(Refused) as refused:
        decide(store, SUE_JUDGES, Decision("d", review_id, "依据充分"))
    assert refused.value.code == "own_scoring"
    with pytest.raises(Refused) as refused:
        decide(store, AMY_CHECKS, Decision("d", review_id, "成立", full_marks()))
    assert refused.value.code == "own_call"


def test_reviews_are_seen_within_the_scope_of_the_role(lingting_home: Home) -> None:
    build_world(lingting_home.root)
    store = open_store()
    prepared(store, 1)
    seen = {who: len(reviews_of(store, who)) for who in EVERYBODY}
    assert {who for who, n in seen.items() if n} == {SUE, AMY, QIN, QIU, BOSS}
    assert [seen[who] for who in (SAM, BEN, CAI, DAN, ADA)] == [0] * 5


def test_a_sheet_is_kept_in_versions_and_an_older_one_does_not_win(lingting_home: Home) -> None:
    build_world(lingting_home.root)
    store = open_store()
    first = save_note(store, SUE, Note("A1", "语气好", "未核实身份", "复听三通", NOON.date()))
    second = save_note(store, SUE, first, is_done=True)
    with pytest.raises(Refused) as refused:
        save_note(store, SUE, first)
    assert refused.value.code == "review_stale"
    assert [note.version for note in notes_of(store, AMY, "A1")] == [2]
    assert notes_of(store, AMY, "A1")[0].done_at == second.done_at is not None
    assert notes_of(store, BEN, "A1") == notes_of(store, SAM, "A1") == []
    with pytest.raises(Refused):
        save_note(store, SAM, Note("A1", "好", "差", "下一步", NOON.date()))
    with pytest.raises(Refused):
        save_note(store, SUE, Note("A1", "好", " ", "下一步", NOON.date()))


STEPS: dict[str, Callable[[Store, str], object]] = {
    "fed_back": lambda store, review: feed_back(store, SUE, review, at=NOON),
    "acknowledged": lambda store, review: acknowledge(store, AMY, review, at=NOON),
    "appeal_filed": lambda store, review: file_appeal(store, AMY, review, "不同意", at=NOON),
    "appeal_dismissed": lambda store, review: decide(store, QIU, Decision("n", review, "依据充分"), at=NOON),
    "appeal_upheld": lambda store, review: decide(store, QIU, Decision(review, review, "成立", full_marks()), at=NOON),
}  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_no_sequence_of_steps_ends_in_a_forbidden_state(lingting_home: Home, tried: list[str]) -> None:
    if not (lingting_home.root / "published").exists():
        build_world(lingting_home.root)
    store = open_store()
    somebody = str(uuid4())  # each example is another scorer's review, as nothing is ever taken out of the store
    scorer = Viewer(Role.SUPERVISOR, team_ids=("T1",), name=somebody, employee_id=somebody)
    review_id = submit(store, scorer, form(somebody), at=NOON)
    for step in tried:
        try:
            STEPS[step](store, review_id)
        except Refused as refused:
            assert refused.code in {"step_order", "no_review"}
    found = next(one for one in reviews_of(store, BOSS, review_id=review_id) if one.review_id == review_id)
    state: str | None = None
    for taken in found.steps:
        assert taken.step in TRANSITIONS.get(state, ()), f"{taken.step} stands behind {state}"
        state = taken.step
    times = [found.reviewed_at, *(one.happened_at for one in found.steps)]
    assert times == sorted(set(times)), "the warehouse orders steps by their time"
