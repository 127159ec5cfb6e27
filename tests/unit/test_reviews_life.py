"""The life of a review in the store: handed in once, given to the agent, appealed against, decided, loaded back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from lingting.paths import Home
from lingting.store import Store, open_store
from lingting.store.models import Review
from lingting.work import Refused
from lingting.work.appeals import Decision, decide, file_appeal
from lingting.work.drafts import draft_of, drop_draft, my_drafts, save_draft
from lingting.work.feedback import acknowledge, feed_back
from lingting.work.review_views import review_of, reviews_of
from lingting.work.reviews import submit
from lingting.work.scoring import Item
from lingting.work.sources_reviews import SOURCES
from tests.unit.review_world import (
    AMY,
    BARE_CALL,
    BEN,
    CALL,
    LATER,
    NOON,
    OTHER_CALL,
    QIN,
    QIU,
    QUI,
    SUE,
    TEXT_CALL,
    TONE_LOST,
    appealed,
    build_world,
    form,
    full_marks,
    refused,
    told,
)


@pytest.fixture
def store(lingting_home: Home) -> Store:
    build_world(lingting_home.root)
    return open_store()


def count(store: Store) -> int:
    with store() as session:
        return session.scalar(select(func.count()).select_from(Review)) or 0


def test_a_review_is_what_was_scored_by_the_scorecard_of_that_day(store: Store) -> None:
    seen = review_of(store, SUE, submit(store, SUE, form(), at=NOON))
    assert (seen.call_id, seen.agent_id, seen.queue_id, seen.evaluator_id) == (CALL, "A1", "service", "S901")
    assert (seen.review_level, seen.review_kind, seen.scorecard_version) == (2, "first", "S2")
    assert seen.items["tone"] == TONE_LOST
    assert seen.total.weighted_points == pytest.approx(100 - 0.15 * 40)
    assert seen.feedback_due_at == NOON + timedelta(hours=24)
    september = submit(store, SUE, form("k-2", TEXT_CALL), at=datetime(2026, 9, 20))
    assert review_of(store, SUE, september).scorecard_version == "S1"


def test_quality_scores_at_level_three(store: Store) -> None:
    assert review_of(store, QIN, submit(store, QIN, form(), at=NOON)).review_level == 3


@pytest.mark.parametrize("call_id", [OTHER_CALL, "C999", "C1' or '1'='1", ""])
def test_a_call_of_another_team_and_one_that_is_not_there_are_refused_alike(store: Store, call_id: str) -> None:
    refused("no_call", lambda: submit(store, SUE, form("k", call_id), at=NOON))
    refused("no_call", lambda: save_draft(store, SUE, form("k", call_id)))
    assert count(store) == 0


def test_the_same_form_twice_is_one_review(store: Store) -> None:
    assert submit(store, SUE, form(), at=NOON) == submit(store, SUE, form(), at=LATER)
    assert count(store) == 1


def test_the_same_form_with_other_content_is_no_retry(store: Store) -> None:
    submit(store, SUE, form(), at=NOON)
    refused("already_scored", lambda: submit(store, SUE, form(tone=Item(50, None, "更生硬", 9)), at=LATER))
    refused("already_scored", lambda: submit(store, QIN, form(), at=LATER))


def test_a_double_click_in_two_threads_is_one_review(store: Store) -> None:
    both, made = Barrier(2), []

    def click() -> None:
        both.wait()
        made.append(submit(store, SUE, form(), at=NOON))

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert count(store) == 1


def test_a_person_scores_a_call_once_and_another_may_score_it_too(store: Store) -> None:
    submit(store, SUE, form(), at=NOON)
    refused("already_scored", lambda: submit(store, SUE, form("k-2"), at=LATER))
    submit(store, QIN, form("k-3"), at=LATER)
    assert count(store) == 2


def test_a_call_without_sound_is_scored_without_seconds(store: Store) -> None:
    item = Item(60, None, "未登记工单")
    submit(store, SUE, replace(form("k", BARE_CALL, knowledge=item), method="ticket"), at=NOON)
    refused("second_missing", lambda: submit(store, SUE, form("k-2", knowledge=item), at=NOON))


def test_the_certificate_of_a_key_post_goes_with_the_review(store: Store) -> None:
    submit(store, SUE, form(), at=NOON)
    submit(store, QIU, form("k-2"), at=NOON)
    until = {row["evaluator_id"]: row["evaluator_certified_until_date"] for row in SOURCES["reviews"](NOON.date())}
    assert until == {"S901": date(2027, 3, 31), "Q902": None}


# drafts


def test_a_draft_is_kept_resumed_and_gone_with_the_review(store: Store) -> None:
    version = save_draft(store, SUE, form(tone=Item(60, None, "手机 13812345678", 3)))
    found = draft_of(store, SUE, CALL, "first")
    assert found is not None
    assert (found.version, found.items["tone"].evidence_text) == (version, "手机 ###########")
    assert draft_of(store, QIN, CALL, "first") is None
    submit(store, SUE, form(), at=NOON)
    assert my_drafts(store, SUE) == []


def test_a_draft_may_have_a_deduction_that_is_not_yet_explained(store: Store) -> None:
    save_draft(store, SUE, form(tone=Item(60)))
    refused("evidence_missing", lambda: submit(store, SUE, form(tone=Item(60)), at=NOON))


def test_an_older_tab_does_not_overwrite_a_newer_draft(store: Store) -> None:
    first = save_draft(store, SUE, form())
    save_draft(store, SUE, replace(form(tone=Item(40, None, "新", 1)), version=first))
    refused("review_stale", lambda: save_draft(store, SUE, replace(form(), version=first)))
    refused("review_stale", lambda: save_draft(store, SUE, form("other-tab")))
    kept = draft_of(store, SUE, CALL, "first")
    assert kept is not None
    assert kept.items["tone"].score_points == 40


def test_nobody_changes_or_drops_the_draft_of_somebody_else(store: Store) -> None:
    version = save_draft(store, SUE, form())
    refused("review_stale", lambda: save_draft(store, QIN, replace(form(), version=version)))
    drop_draft(store, QIN, "k-1")
    assert len(my_drafts(store, SUE)) == 1
    drop_draft(store, SUE, "k-1")
    assert my_drafts(store, SUE) == []


def test_a_draft_that_was_handed_in_elsewhere_is_stale(store: Store) -> None:
    version = save_draft(store, SUE, form())
    submit(store, SUE, form(), at=NOON)
    refused("review_stale", lambda: save_draft(store, SUE, replace(form(), version=version)))


# feedback, acknowledgement, appeal


def test_an_agent_sees_a_review_when_it_was_fed_back_and_not_before(store: Store) -> None:
    review_id = submit(store, SUE, form(), at=NOON)
    assert reviews_of(store, AMY) == []
    refused("no_review", lambda: acknowledge(store, AMY, review_id))
    refused("no_review", lambda: file_appeal(store, AMY, review_id, "不同意"))
    feed_back(store, SUE, review_id, at=LATER)
    assert [one.review_id for one in reviews_of(store, AMY)] == [review_id]
    assert reviews_of(store, BEN) == []
    acknowledge(store, AMY, review_id, at=LATER + timedelta(hours=1))
    assert review_of(store, AMY, review_id).state == "acknowledged"


def test_feedback_is_overdue_after_its_time(store: Store) -> None:
    review_id = submit(store, SUE, form(), at=NOON)
    seen = review_of(store, SUE, review_id)
    assert not seen.is_overdue(NOON + timedelta(hours=24))
    assert seen.is_overdue(NOON + timedelta(hours=24, seconds=1))
    feed_back(store, SUE, review_id, at=NOON + timedelta(hours=30))
    assert not review_of(store, SUE, review_id).is_overdue(NOON + timedelta(hours=31))


@pytest.mark.parametrize(("days", "is_late"), [(5, False), (5.001, True)])
def test_an_appeal_comes_within_the_days_of_the_setting(store: Store, days: float, is_late: bool) -> None:
    review_id, at = told(store), LATER + timedelta(days=days)
    if is_late:
        refused("appeal_late", lambda: file_appeal(store, AMY, review_id, "不同意", at=at))
    else:
        file_appeal(store, AMY, review_id, "不同意", at=at)


def test_an_appeal_and_its_decision_say_why(store: Store) -> None:
    review_id = told(store)
    refused("reason_missing", lambda: file_appeal(store, AMY, review_id, "  ", at=LATER))
    file_appeal(store, AMY, review_id, "录音不清 13812345678", at=LATER)
    assert review_of(store, QIU, review_id).steps[-1].reason == "录音不清 ###########"
    refused("reason_missing", lambda: decide(store, QIU, Decision("d", review_id, "")))


def test_an_upheld_appeal_corrects_in_a_review_of_its_own(store: Store) -> None:
    review_id = appealed(store)
    corrected = decide(store, QIU, Decision("d-1", review_id, "成立", full_marks()))
    assert corrected is not None
    first, again = review_of(store, AMY, review_id), review_of(store, AMY, corrected)
    assert first.items["tone"] == TONE_LOST
    assert (first.state, first.steps[-1].reason) == ("appeal_upheld", "成立")
    assert (again.review_kind, again.about_review_id, again.total.score_points) == ("appeal", review_id, 100)
    assert (again.evaluator_id, again.scorecard_version, again.feedback_due_at) == ("Q902", "S2", None)


def test_a_dismissed_appeal_changes_nothing_but_its_state(store: Store) -> None:
    review_id = appealed(store)
    assert decide(store, QIU, Decision("d-1", review_id, "依据充分")) is None
    assert review_of(store, AMY, review_id).state == "appeal_dismissed"
    assert count(store) == 1
    refused("step_order", lambda: file_appeal(store, AMY, review_id, "还是不同意", at=LATER + timedelta(hours=3)))


def test_an_appeal_is_decided_once(store: Store) -> None:
    review_id = appealed(store)
    decide(store, QIU, Decision("d-1", review_id, "成立", full_marks()))
    refused("step_order", lambda: decide(store, QUI, Decision("d-2", review_id, "不成立")))
    refused("step_order", lambda: decide(store, QIU, Decision("d-1", review_id, "成立", full_marks())))
    assert count(store) == 2


def test_an_appeal_is_not_upheld_without_a_change_or_with_a_bare_deduction(store: Store) -> None:
    review_id = appealed(store)
    same = Decision("d-1", review_id, "成立", full_marks(tone=TONE_LOST))
    refused("nothing_corrected", lambda: decide(store, QIU, same))
    bare = Decision("d-1", review_id, "成立", full_marks(tone=Item(80)))
    refused("evidence_missing", lambda: decide(store, QIU, bare))
    assert review_of(store, QIU, review_id).state == "appeal_filed"


def test_two_judges_at_the_same_moment_decide_once(store: Store) -> None:
    review_id, both, codes = appealed(store), Barrier(2), []

    def judge(viewer, decision) -> None:  # type: ignore[no-untyped-def]
        both.wait()
        try:
            decide(store, viewer, decision)
            codes.append("done")
        except Refused as no:
            codes.append(no.code)

    threads = [
        Thread(target=judge, args=(QIU, Decision("d-1", review_id, "成立", full_marks()))),
        Thread(target=judge, args=(QUI, Decision("d-2", review_id, "不成立"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("done") == 1
    assert set(codes) <= {"done", "review_stale", "step_order"}
    steps = [one.step for one in review_of(store, QIU, review_id).steps]
    assert len([step for step in steps if step in ("appeal_upheld", "appeal_dismissed")]) == 1
