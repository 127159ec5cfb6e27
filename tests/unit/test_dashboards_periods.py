"""Periods of the cockpit: every day lies in exactly one period of a grain, and an address survives the round trip."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.data.periods import GRAINS, Period, period_from, period_of, periods, url_of

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
STORED = st.sampled_from(["day", "week", "month"])
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@given(STORED, DAYS)
def test_periods_follow_each_other_without_gap_or_overlap(grain: str, day: date) -> None:
    period = period_of(grain, day)  # type: ignore[arg-type]
    assert period.start <= day <= period.end
    assert period.previous.end == period.start - timedelta(days=1)
    assert period_of(grain, period.end) == period  # type: ignore[arg-type]


@given(DAYS)
def test_week_is_seven_days_from_monday(day: date) -> None:
    week = period_of("week", day)
    assert (week.start.isoweekday(), week.n_days) == (1, 7)


@given(DAYS, st.integers(0, 400))
def test_period_before_a_range_is_as_long_and_ends_where_it_begins(start: date, length: int) -> None:
    period = Period("range", start, start + timedelta(days=length))
    assert period.previous.n_days == period.n_days
    assert period.previous.end + timedelta(days=1) == period.start


@given(DAYS, st.integers(0, 200))
def test_months_of_a_period_cover_each_of_its_days(start: date, length: int) -> None:
    period = Period("range", start, start + timedelta(days=length))
    days = [start + timedelta(days=number) for number in range(length + 1)]
    assert period.months == sorted({day.replace(day=1) for day in days})


@given(STORED, DAYS, st.integers(0, 100))
def test_options_cover_all_days_newest_first(grain: str, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    options = periods(grain, first, last)  # type: ignore[arg-type]
    assert options[-1].start <= first
    assert options[0].end >= last
    assert all(later.previous == earlier for later, earlier in pairwise(options))


@given(st.sampled_from(GRAINS), st.dates(FIRST, LAST), st.dates(FIRST, LAST))
def test_address_names_the_period_it_was_made_from(grain: str, one: date, other: date) -> None:
    period = Period("range", min(one, other), max(one, other)) if grain == "range" else period_of(grain, one)  # type: ignore[arg-type]
    again = period_from(url_of(period), FIRST, LAST)
    assert again == period


@given(st.dictionaries(st.sampled_from(["grain", "from", "to"]), st.text(max_size=12)))
def test_any_address_gives_a_period_that_touches_the_data(address: dict[str, str]) -> None:
    period = period_from(address, FIRST, LAST)
    assert period.start <= LAST
    assert period.end >= FIRST


@pytest.mark.parametrize("address", [{}, {"grain": "year"}, {"from": "soon"}, {"grain": "week", "from": "2026-13-01"}])
def test_without_a_valid_choice_the_newest_week_is_shown(address: dict[str, str]) -> None:
    assert period_from(address, FIRST, LAST) == Period("week", date(2026, 10, 26), date(2026, 11, 1))
