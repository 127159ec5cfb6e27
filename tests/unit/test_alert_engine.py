"""The engine: hysteresis, minimum n, and the same answer however often and in which order windows come."""

from __future__ import annotations

import itertools
import random
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lingting.alerting.engine import Episode, Window, episodes, verdict
from lingting.alerting.rules import AlertRule
from lingting.rights import Role

BEGIN = datetime(2026, 10, 1)
STEP = timedelta(minutes=30)
COMMON = {"kpi_id": "abandonment", "label_zh": "放弃率", "label_en": "Abandonment", "owners": (Role.SUPERVISOR,)}
LOWER_IS_BETTER = AlertRule(
    rule_id="a", scope="queue", grain="half_hour", raise_above=0.05, clear_below=0.04, minimum_n=20, **COMMON
)
HIGHER_IS_BETTER = AlertRule(rule_id="b", grain="day", raise_below=0.95, clear_above=0.96, minimum_n=20, **COMMON)
BOTH = st.sampled_from([LOWER_IS_BETTER, HIGHER_IS_BETTER])
# Values around both limits, and cases around the minimum.
MEASURED = st.tuples(
    st.one_of(
        st.none(), st.sampled_from([0.0, 0.03, 0.04, 0.045, 0.05, 0.051, 0.2, 0.94, 0.95, 0.955, 0.96, 0.97, 1.0])
    ),
    st.integers(0, 60),
)


def windows(*measured: tuple[float | None, int]) -> list[Window]:
    return [Window(BEGIN + i * STEP, BEGIN + (i + 1) * STEP, value, n) for i, (value, n) in enumerate(measured)]


def shape(found: list[Episode]) -> list[tuple[int, int, int | None]]:
    """(number of the raising window, breaches, number of the clearing window) of each episode."""

    def number(window: Window) -> int:
        return int((window.start_at - BEGIN) / STEP)

    return [(number(e.first), len(e.breaches), number(e.cleared_by) if e.cleared_by else None) for e in found]


def test_6_percent_raises_45_and_40_hold_and_39_clears() -> None:
    found = episodes(LOWER_IS_BETTER, windows((0.06, 100), (0.045, 200), (0.04, 100), (0.039, 100), (0.05, 100)))
    assert shape(found) == [(0, 1, 3)]


def test_19_calls_raise_nothing_and_clear_nothing() -> None:
    assert episodes(LOWER_IS_BETTER, windows((0.5, 19))) == []
    assert shape(episodes(LOWER_IS_BETTER, windows((0.5, 20), (0.0, 19), (0.3, 20)))) == [(0, 2, None)]


def test_higher_is_better_is_the_mirror() -> None:
    found = episodes(HIGHER_IS_BETTER, windows((0.95, 100), (0.94, 100), (0.955, 100), (0.96, 100), (0.961, 100)))
    assert shape(found) == [(1, 1, 4)]


def test_resolved_by_a_person_raises_again_only_for_what_came_after() -> None:
    many = windows((0.1, 50), (0.1, 50), (0.1, 50))
    found = episodes(LOWER_IS_BETTER, many, [many[1].end_at])
    assert shape(found) == [(0, 2, None), (2, 1, None)]
    assert [episode.stands for episode in found] == [False, True]


@given(BOTH, st.lists(MEASURED, max_size=40))
def test_each_episode_begins_beyond_the_limit_and_ends_on_the_good_side(
    rule: AlertRule, measured: list[tuple[float | None, int]]
) -> None:
    for episode in episodes(rule, windows(*measured)):
        assert all(verdict(rule, window) == "breach" for window in episode.breaches)
        assert all(window.n is not None and window.n >= rule.minimum_n for window in episode.breaches)
        assert episode.cleared_by is None or verdict(rule, episode.cleared_by) == "calm"


@given(BOTH, st.lists(MEASURED, max_size=40))
def test_every_breach_belongs_to_exactly_one_episode_and_between_two_lies_a_calm_one(
    rule: AlertRule, measured: list[tuple[float | None, int]]
) -> None:
    many = windows(*measured)
    found = episodes(rule, many)
    held = [window for episode in found for window in episode.breaches]
    assert held == [window for window in many if verdict(rule, window) == "breach"]
    for before, after in itertools.pairwise(found):
        assert before.cleared_by is not None
        assert before.cleared_by.end_at <= after.first.start_at
    assert all(not episode.stands for episode in found[:-1])


@given(
    BOTH,
    st.lists(st.tuples(st.sampled_from([0.041, 0.045, 0.049, 0.951, 0.955, 0.959]), st.integers(20, 50)), max_size=30),
)
def test_never_flaps_inside_the_band(rule: AlertRule, inside: list[tuple[float, int]]) -> None:
    band = [(v, n) for v, n in inside if (v < 0.5) == rule.is_above]
    assert episodes(rule, windows(*band)) == []
    bad = 0.5 if rule.is_above else 0.1
    assert shape(episodes(rule, windows((bad, 50), *band))) == [(0, 1, None)]


@given(BOTH, st.lists(MEASURED, min_size=1, max_size=30), st.randoms(use_true_random=False), st.data())
def test_replay_late_and_doubled_windows_give_the_same(
    rule: AlertRule, measured: list[tuple[float | None, int]], rng: random.Random, data: st.DataObject
) -> None:
    many = windows(*measured)
    expected = episodes(rule, many)
    shuffled = [*many, *data.draw(st.lists(st.sampled_from(many), max_size=5))]
    rng.shuffle(shuffled)
    assert episodes(rule, shuffled) == expected
    assert episodes(rule, many) == expected


@given(BOTH, st.lists(MEASURED, max_size=30), st.integers(0, 30))
def test_more_windows_change_nothing_that_was_over(
    rule: AlertRule, measured: list[tuple[float | None, int]], cut: int
) -> None:
    """Judging day by day gives the same as judging all at once."""
    many = windows(*measured)
    early = [episode for episode in episodes(rule, many[:cut]) if not episode.stands]
    assert episodes(rule, many)[: len(early)] == early
