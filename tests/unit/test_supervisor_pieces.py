"""The supervisor's figures: who needs help, why a week is out of line, gaps of staffing, clocks, the wall's sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.components import due_tables, need_of_help, outliers, wall_html
from dashboards.components.agent_detail import skill_gaps
from dashboards.data.rows import Formula, Kpi
from dashboards.data.rows_supervisor import Skill, TeamWeek, WallSlot
from dashboards.i18n import texts_of
from lingting.kpi import staffing
from lingting.kpi.staffing import Need, Planned

ZH, EN = texts_of("zh"), texts_of("en")
FORMULA = Formula(
    "fcr", "fcr", "handling", True, "首次解决率", "First contact resolution", "", "", "", "", "ratio", "higher", 0.85,
    0.8, 30, "operations", "management|supervisor|agent", "",
)  # fmt: skip
KPI = Kpi(
    date(2026, 10, 26), "agent", "A1", "fcr", "fcr", True, 80.0, 100.0, 100, 0, 0.8, 0.7, 0.88, 0.85, 0.8, "higher",
    "ratio", "WATCH",
)  # fmt: skip
WEEK = TeamWeek(date(2026, 10, 26), "T1", "fcr", "fcr", 100, 0.7, -0.1, 0.85, 0.84, -6.745, -13.49, "both", "higher")
SLOT = WallSlot(
    date(2026, 10, 31), 20, "q", datetime(2026, 10, 31, 2, 30), datetime(2026, 10, 31, 3), 10, 8, 7, 2, 9.0, 1, 30.0,
    0.95, 0.9, 5,
)  # fmt: skip


def kpi(agent: str, low: float, high: float, kpi_id: str = "fcr", **other: object) -> Kpi:
    value = (low + high) / 2
    return replace(KPI, scope_id=agent, kpi_id=kpi_id, value=value, ci_low=low, ci_high=high, **other)  # type: ignore[arg-type]


def test_need_is_real_only_where_the_whole_interval_misses_target_and_median() -> None:
    def low(one: Kpi, median: float) -> float:
        need = need_of_help.need_of(one, median)
        assert need is not None
        return need.low

    assert low(kpi("A1", 0.6, 0.7), 0.9) == pytest.approx(3)  # 15 points below the target, warning 5 points below it
    assert low(kpi("A1", 0.7, 0.86), 0.9) < 0  # the target lies inside
    assert low(kpi("A1", 0.6, 0.7), 0.65) < 0  # as good as the team: the team's need, not his
    handed_on = kpi("A1", 0.2, 0.3, "transfer_rate", direction="lower", target=None, warning=None)
    lower = need_of_help.need_of(handed_on, 0.1)
    assert lower is not None and lower.is_real and not lower.is_target


def test_nothing_is_said_without_interval_cases_direction_or_team() -> None:
    for one in (
        replace(KPI, ci_low=None),
        replace(KPI, status="INSUFFICIENT_N"),
        replace(KPI, direction="none"),
        replace(KPI, is_default=False),
        replace(KPI, kpi_id="talk_time", target=None),
    ):
        assert need_of_help.need_of(one, 0.99) is None
    assert need_of_help.need_of(KPI, None) is None


def test_the_greatest_sure_distance_is_the_reason_and_a_safe_team_has_no_rank() -> None:
    found = need_of_help.ranked(
        ["A1", "A2", "A3", "A4"],
        [
            kpi("A1", 0.70, 0.74),
            kpi("A1", 0.30, 0.40, "csat", target=None, warning=None),
            *(kpi(agent, 0.90, 0.95) for agent in ("A2", "A3", "A4")),
            *(kpi(agent, 0.80, 0.95, "csat", target=None, warning=None) for agent in ("A2", "A3", "A4")),
        ],
    )
    assert [one.agent_id for one in found] == ["A1", "A2", "A3", "A4"]
    assert found[0].need is not None and found[0].need.kpi.kpi_id == "csat"
    assert [one.rank for one in found] == [1, None, None, None]


INTERVALS = st.tuples(st.floats(0.01, 0.98), st.floats(0.001, 0.4)).map(lambda pair: (pair[0], min(sum(pair), 1.0)))

Pair = tuple[tuple[float, float], tuple[float, float]]


@given(st.lists(st.tuples(INTERVALS, INTERVALS), min_size=3, max_size=12))
def test_ranking_never_puts_a_difference_inside_the_interval_above_a_real_one(pairs: list[Pair]) -> None:
    agents = [f"A{number:02d}" for number in range(len(pairs))]
    kpis = [kpi(agent, *one) for agent, (one, _) in zip(agents, pairs, strict=True)]
    kpis += [
        kpi(agent, *two, "transfer_rate", direction="lower", target=None, warning=None)
        for agent, (_, two) in zip(agents, pairs, strict=True)
    ]
    found = need_of_help.ranked(reversed(agents), kpis)
    assert sorted(one.agent_id for one in found) == agents
    ranks = [one.rank for one in found]
    named = [rank for rank in ranks if rank is not None]
    assert ranks == [*sorted(named), *[None] * (len(ranks) - len(named))]
    for place, before in enumerate(found):
        for after in found[place + 1 :]:
            if after.need is None:
                continue
            assert before.need is not None and before.need.is_real
            assert not after.need.low > before.need.high, "somebody surely worse off stands below"
            if before.rank != after.rank:
                assert any(one.need and one.need.low > after.need.high for one in found[: place + 1])


def test_a_kpi_beside_the_team_is_better_worse_or_not_told_apart() -> None:
    assert need_of_help.against(kpi("A1", 0.6, 0.7), 0.8) == "worse"
    assert need_of_help.against(kpi("A1", 0.6, 0.7), 0.5) == "better"
    assert need_of_help.against(kpi("A1", 0.6, 0.7), 0.65) == "same"
    assert need_of_help.against(kpi("A1", 0.6, 0.7, direction="lower"), 0.8) == "better"
    assert need_of_help.against(kpi("A1", 0.6, 0.7), None) == "unknown"
    assert need_of_help.against(kpi("A1", 0.6, 0.7, direction="none"), 0.1) == "unknown"


def test_an_outlier_tells_each_of_its_reasons_and_no_other() -> None:
    both = outliers.reasons(WEEK, FORMULA, EN)
    assert [words.startswith("Below") for words in both] == [True, True]
    assert "85.0%" in both[0] and "about 10 times" in both[0]
    assert "84.0%" in both[1] and "more than 10 times" in both[1]
    (only,) = outliers.reasons(replace(WEEK, outlier_reason="past"), FORMULA, ZH)
    assert "此前（最多八周）" in only
    assert outliers.reasons(replace(WEEK, outlier_reason=None), FORMULA, ZH) == []


def test_outliers_come_newest_first_and_what_is_worse_before_what_is_better() -> None:
    better = replace(WEEK, value=0.99, z_teams=40.0, z_past=40.0)
    older = replace(WEEK, week_start=date(2026, 10, 19), z_past=-90.0)
    weaker = replace(WEEK, z_teams=-4.0, z_past=-4.0)
    plain = replace(WEEK, outlier_reason=None)
    assert outliers.in_order([older, better, weaker, plain, WEEK]) == [WEEK, weaker, better, older]
    assert outliers.is_worse(replace(WEEK, direction="none")) is None
    assert outliers.is_worse(replace(better, direction="lower")) is True


def need(queue: str, weekday: int, half: int, agents: int, patient: int | None = None) -> Need:
    return Need(date(2026, 10, 1), "queue", queue, weekday, half, 3.0, 180.0, 20.0, 0.95, agents, patient, agents / 0.7)


def test_gap_is_planned_minus_needed_with_queues_added_up() -> None:
    needs = [need("a", 1, 18, 3, 2), need("b", 1, 18, 2, None), need("a", 1, 19, 2, 2)]
    found = staffing.gaps(needs, [Planned("centre", 1, 18, 2.5), Planned("centre", 1, 30, 9.0)])
    assert [(one.half_hour, one.need_c, one.need_a, one.gap, one.judged) for one in found] == [
        (18, 5, None, -2.5, "short"),
        (19, 2, 2, -2.0, "short"),
    ]
    assert staffing.worst(found, 1) == [found[0]]


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(0, 47), st.integers(2, 9), st.floats(0, 12)), max_size=40))
def test_missing_hours_are_never_set_off_against_hours_to_spare(slots: list[tuple[int, int, int, float]]) -> None:
    slots = list({(day, half): (day, half, agents, heads) for day, half, agents, heads in slots}.values())
    found = staffing.gaps(
        [need("a", day, half, agents) for day, half, agents, _ in slots],
        [Planned("a", day, half, heads) for day, half, _, heads in slots],
    )
    total = staffing.summed(found)
    assert total.short_hours >= 0 and total.over_hours >= 0
    assert (total.short_hours == 0) == (total.n_short == 0)
    assert total.planned_hours - total.needed_hours == pytest.approx(sum(one.gap for one in found) / 2)
    off = [one.gap for one in found if one.judged != "enough"]
    assert total.over_hours - total.short_hours == pytest.approx(sum(off) / 2)
    by_day = [staffing.summed(one for one in found if one.weekday == day).short_hours for day in range(1, 8)]
    assert sum(by_day) == pytest.approx(total.short_hours)


def test_a_clock_tells_late_soon_later_and_standing() -> None:
    at = datetime(2026, 10, 31, 12)
    dues = (at - timedelta(hours=3), at + timedelta(hours=2), at + timedelta(days=3), None)
    shown = [due_tables.time_left(due, at, EN) for due in dues]
    for css, words in zip(("lt-fail", "lt-watch", "lt-open", "lt-no_data"), shown, strict=True):
        assert css in words
    assert "3.0 h late" in shown[0] and "2.0 h left" in shown[1] and "3 days left" in shown[2]


def test_the_wall_adds_up_the_newest_day_and_takes_who_waits_from_its_last_half_hour() -> None:
    later = replace(SLOT, half_hour=21, n_waiting_at_end=4, longest_waiting_seconds=50.0)
    other = replace(later, queue_id="r", n_waiting_at_end=0, longest_waiting_seconds=None, service_level_target=0.8)
    yesterday = replace(SLOT, slot_date=date(2026, 10, 30), n_offered=999)
    centre, first, second = wall_html.queue_days([yesterday, SLOT, later, other])
    assert (first.n_offered, first.n_waiting, first.longest_waiting_seconds, first.course) == (20, 4, 50.0, (10, 10))
    assert (first.service_level, first.status) == (0.7, "FAIL")
    assert (second.n_waiting, second.status) == (0, "FAIL")
    assert centre.target is None and centre.status == "NOT_APPLICABLE", "queues with targets of their own"
    assert replace(first, minimum_n=100).status == "INSUFFICIENT_N"
    assert wall_html.queue_days([]) == []


def test_the_age_of_the_data_is_told_in_fitting_units_and_never_below_nothing() -> None:
    at = datetime(2026, 10, 31, 12)
    steps = (timedelta(minutes=-5), timedelta(minutes=7), timedelta(hours=3), timedelta(days=9))
    ages = [wall_html.age(at, at + step, EN) for step in steps]
    assert ages == ["0 min old", "7 min old", "3 h old", "9 days old"]


def test_skill_gaps_are_what_the_team_can_and_the_agent_can_not() -> None:
    rows = [
        Skill("A1", "sales", 2, True, False),
        Skill("A1", "complaint", 1, False, False),
        Skill("A2", "english", 3, True, True),
        Skill("A9", "service", 3, True, False),
    ]
    assert skill_gaps(rows, "A1", ["A1", "A2"]) == (["sales"], ["complaint"], ["english"])
