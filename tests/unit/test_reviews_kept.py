"""Blind second scorings, versions of the scorecard, and what is kept of reviews and loaded back."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from lingting.contracts import all_contracts
from lingting.paths import DBT_PROJECT, Home
from lingting.settings import settings_for
from lingting.store import Store, open_store
from lingting.work.appeals import Decision, decide, file_appeal
from lingting.work.feedback import feed_back
from lingting.work.review_views import ReviewView, review_of, reviews_of
from lingting.work.reviews import submit
from lingting.work.scorecards import add_version, in_force, versions
from lingting.work.scoring import Weight
from lingting.work.second_scoring import queue
from lingting.work.sources_reviews import SOURCES
from lingting.work.steps import TRANSITIONS
from tests.unit.review_world import (
    AMY,
    CALL,
    LATER,
    NOON,
    OTHER_CALL,
    QIN,
    QIU,
    SAM,
    SUE,
    appealed,
    build_world,
    form,
    full_marks,
    refused,
    second_form,
    told,
)


@pytest.fixture
def store(lingting_home: Home) -> Store:
    build_world(lingting_home.root)
    return open_store()


@pytest.fixture
def every_review_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LINGTING_REVIEW__SECOND_SHARE", "1")
    settings_for.cache_clear()
    yield
    settings_for.cache_clear()


# blind second scoring


def test_a_second_scorer_sees_neither_score_nor_scorer_until_both_are_in(
    store: Store, every_review_twice: None
) -> None:
    first = submit(store, SUE, form(), at=NOON)
    at = NOON + timedelta(minutes=1)
    assert reviews_of(store, QIN, at=at) == []
    assert [(review, call) for review, call, _ in queue(store, QIN, at)] == [(first, CALL)]
    assert [one.review_id for one in reviews_of(store, SUE, at=at)] == [first]
    second = submit(store, QIN, second_form("s-1", first), at=LATER)
    assert {one.review_id for one in reviews_of(store, QIN, at=LATER)} == {first, second}
    assert queue(store, QIN, LATER) == queue(store, QIU, LATER) == []
    refused("no_second", lambda: submit(store, QIU, second_form("s-2", first), at=LATER))


def test_nobody_scores_an_own_scoring_a_second_time(store: Store, every_review_twice: None) -> None:
    first = submit(store, QIN, form(), at=NOON)
    assert queue(store, QIN, LATER) == []
    refused("no_second", lambda: submit(store, QIN, second_form("s-1", first), at=LATER))


def test_a_review_that_was_not_drawn_is_not_scored_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINGTING_REVIEW__SECOND_SHARE", "0")
    settings_for.cache_clear()
    first = submit(store, SUE, form(), at=NOON)
    refused("no_second", lambda: submit(store, QIN, second_form("s-1", first), at=LATER))


def test_an_appeal_or_time_ends_blindness(store: Store, every_review_twice: None) -> None:
    first = told(store)
    assert reviews_of(store, QIN, at=NOON + timedelta(days=14)) != []
    assert queue(store, QIN, NOON + timedelta(days=14)) == []
    file_appeal(store, AMY, first, "不同意", at=LATER)
    assert [one.review_id for one in reviews_of(store, QIN, at=LATER)] == [first]


def test_an_agent_never_sees_a_second_scoring(store: Store, every_review_twice: None) -> None:
    first = told(store)
    submit(store, QIN, second_form("s-1", first), at=LATER)
    assert [one.review_id for one in reviews_of(store, AMY)] == [first]


# scorecards


def test_versions_are_taken_over_from_the_build_once(store: Store) -> None:
    assert [one.version for one in versions(store, SUE)] == ["S1", "S2"]
    assert [one.version for one in versions(store, QIN)] == ["S1", "S2"]
    assert SOURCES["scorecards"](date(2026, 10, 1)) == []


def test_without_any_version_the_shipped_one_is_in_force_and_loaded_back(lingting_home: Home) -> None:
    build_world(lingting_home.root, with_scorecards=False)
    found = in_force(open_store(), SUE, date(2026, 10, 20))
    assert found.version == "default"
    assert len(SOURCES["scorecards"](found.valid_from)) == 7


def test_a_new_version_begins_later_and_sums_to_100(store: Store) -> None:
    card = dict(versions(store, QIN)[-1].weights)
    tomorrow = datetime.now().date() + timedelta(days=2)
    add_version(store, QIN, "S3", tomorrow, card)
    assert in_force(store, QIN, tomorrow).version == "S3"
    assert {row["scorecard_version"] for row in SOURCES["scorecards"](tomorrow)} == {"S3"}
    heavier = {**card, "tone": Weight(16, 80, True)}
    after = tomorrow + timedelta(days=1)
    refused("scorecard_sum", lambda: add_version(store, QIN, "S4", after, heavier))
    refused("scorecard_known", lambda: add_version(store, QIN, "S3", after, card))
    refused("scorecard_known", lambda: add_version(store, QIN, "S4", tomorrow, card))
    refused("scorecard_day", lambda: add_version(store, QIN, "S4", date(2026, 10, 1), card))
    refused("not_yours", lambda: add_version(store, SUE, "S4", after, card))


# loaded back, kept


def test_rows_for_the_daily_run_fit_the_contracts(store: Store) -> None:
    review_id = appealed(store)
    corrected = decide(store, QIU, Decision("d", review_id, "成立", full_marks()), at=LATER + timedelta(days=1))
    day = date(2026, 10, 20)
    for source, rows_of in SOURCES.items():
        rows, contract = rows_of(day), all_contracts()[source]
        for row in rows:
            assert set(row) == set(contract.names)
            for column in contract.columns:
                assert column.nullable or row[column.name] is not None
                assert column.values is None or row[column.name] in (None, *column.values)
    assert [row["review_id"] for row in SOURCES["reviews"](day)] == [review_id]
    assert [row["review_id"] for row in SOURCES["reviews"](date(2026, 10, 21))] == [corrected]
    assert len(SOURCES["review_items"](day)) == 7
    assert {row["step"] for row in SOURCES["review_steps"](day)} == {"fed_back", "appeal_filed"}


def test_rows_are_of_the_local_day(store: Store) -> None:
    submit(store, SUE, form(), at=datetime(2026, 10, 20, 16, 30))  # half past midnight of the 21st in Shanghai
    assert SOURCES["reviews"](date(2026, 10, 20)) == []
    assert len(SOURCES["reviews"](date(2026, 10, 21))) == 1


def test_steps_are_those_that_the_warehouse_allows() -> None:
    with (DBT_PROJECT / "seeds" / "ref_transition.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["machine"] == "review_step"]
    known = {(row["from_state"] or None, row["to_state"]) for row in rows}
    assert known == {(before, after) for before, afters in TRANSITIONS.items() for after in afters}


@pytest.mark.parametrize("table", ["reviews", "review_items", "review_steps", "scorecards"])
def test_what_was_written_is_neither_changed_nor_removed(store: Store, lingting_home: Home, table: str) -> None:
    appealed(store)
    with sqlite3.connect(lingting_home.store_database) as connection:
        column = connection.execute(f"select name from pragma_table_info('{table}')").fetchone()[0]
        for sentence in (f"update {table} set {column} = {column}", f"delete from {table}"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(sentence)


def test_supervisors_see_the_reviews_of_their_teams(store: Store) -> None:
    review_id = submit(store, SUE, form(), at=NOON)
    other = submit(store, SAM, form("k-2", OTHER_CALL), at=NOON)

    def ids(seen: list[ReviewView]) -> set[str]:
        return {one.review_id for one in seen}

    assert ids(reviews_of(store, SUE)) == {review_id}
    assert ids(reviews_of(store, SAM)) == {other}
    refused("no_review", lambda: review_of(store, SAM, review_id))
    refused("no_review", lambda: feed_back(store, SAM, review_id))
