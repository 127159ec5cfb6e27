"""Whether a step is more than chance, and what all KPIs say together."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingting.kpi.change import shortfall, step, step_of, verdict_of, worsened
from lingting.kpi.intervals import verdict, wilson


@dataclass(frozen=True)
class Row:
    kpi_id: str = "fcr"
    value: float | None = 0.8
    ci_low: float | None = 0.78
    ci_high: float | None = 0.82
    target: float | None = 0.85
    direction: str = "higher"
    status: str = "FAIL"
    unit: str = "ratio"
    formula_id: str = "f"


def share(hits: int, n: int, **more: object) -> Row:
    low, high = wilson(hits / n, n)
    status = verdict(hits / n, 0.85, 0.8, "higher", n, 30, 0)
    return Row(value=hits / n, ci_low=low, ci_high=high, status=status, **more)  # type: ignore[arg-type]


def test_a_step_that_chance_could_make_is_unclear() -> None:
    """Two shares of 100 cases, 80 and 83 of them: Newcombe's interval of the difference holds zero."""
    moved = step_of(share(80, 100), share(83, 100))
    assert moved is not None
    assert moved.judged == "unclear"
    assert moved.low is not None and moved.high is not None and moved.low < 0 < moved.high


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His own example (1998, table II, 56/70 - 48/80, method 10): 0.0524 to 0.3339."""
    moved = step_of(share(48, 80), share(56, 70))
    assert moved is not None
    assert (moved.low, moved.high) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))


@pytest.mark.parametrize(("direction", "judged"), [("higher", "worse"), ("lower", "better")])
def test_a_clear_step_is_judged_by_its_direction(direction: str, judged: str) -> None:
    assert step((0.9, 0.89, 0.91), (0.8, 0.79, 0.81), direction).judged == judged


def test_a_step_without_an_interval_is_not_judged() -> None:
    assert step((0.9, None, None), (0.8, None, None), "higher").judged == "unknown"


def test_a_step_with_too_few_cases_is_none() -> None:
    assert step_of(share(9, 10), share(800, 1000)) is None


def test_a_clear_step_that_shows_as_zero_is_not_told_as_worse() -> None:
    before = Row(value=3.20, ci_low=3.199, ci_high=3.201, direction="lower", unit="seconds")
    now = Row(value=3.23, ci_low=3.229, ci_high=3.231, direction="lower", unit="seconds")
    assert step_of(before, now).judged == "worse"  # type: ignore[union-attr]
    assert worsened([before], [now]) == []


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_a_step_and_its_way_back_are_mirrored(n: int, m: int, data: st.DataObject) -> None:
    first, second = share(data.draw(st.integers(0, n)), n), share(data.draw(st.integers(0, m)), m)
    there = step((first.value, first.ci_low, first.ci_high), (second.value, second.ci_low, second.ci_high), "higher")  # type: ignore[arg-type]
    back = step((second.value, second.ci_low, second.ci_high), (first.value, first.ci_low, first.ci_high), "higher")  # type: ignore[arg-type]
    assert there.low == pytest.approx(-(back.high or 0)) and there.high == pytest.approx(-(back.low or 0))
    opposite = {"better": "worse", "worse": "better", "unclear": "unclear"}
    assert back.judged == opposite[there.judged]


def test_the_verdict_counts_what_can_not_be_judged_apart() -> None:
    rows = [
        Row("a", status="PASS"),
        Row("b", value=0.5),
        Row("c", value=0.8),
        Row("d", status="WATCH"),
        Row("e", status="INSUFFICIENT_N"),
        Row("f", value=None, status="NO_DATA"),
        Row("g", value=None, status="OPEN"),
        Row("h", target=None, status="NOT_APPLICABLE"),
    ]
    found = verdict_of(rows)
    assert (found.level, found.n_judged, found.n_too_few, found.n_without_data) == ("FAIL", 4, 1, 2)
    assert [row.kpi_id for row in found.missed] == ["b", "c"], "the furthest from its target stands first"


def test_no_data_at_all_is_no_good_verdict() -> None:
    assert verdict_of([Row(value=None, status="NO_DATA")]).level == "NO_DATA"


def test_a_shortfall_is_a_share_of_the_target_and_nothing_on_the_good_side() -> None:
    assert shortfall(Row(value=0.425))[1] == pytest.approx(0.5)
    assert shortfall(Row(value=0.9))[1] == 0
    assert shortfall(Row(value=0.02, target=0.0, direction="lower"))[1] == pytest.approx(0.02)


def test_one_bad_case_does_not_lead_the_list_of_those_off_target() -> None:
    one = Row(kpi_id="one_case", value=0.0, ci_low=0.0, ci_high=0.79, status="FAIL")
    many = Row(kpi_id="many_cases", value=0.56, ci_low=0.45, ci_high=0.67, status="FAIL")
    assert [row.kpi_id for row in verdict_of([one, many]).missed] == ["many_cases", "one_case"]
