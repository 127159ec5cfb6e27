"""What the pages of control say in one sentence: the verdict follows the figures, and few cases are never judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.components import (
    compliance_access,
    compliance_records,
    compliance_today,
    data_builds,
    data_sources,
    quality_judging,
    quality_machine,
    quality_rules,
    quality_voice,
)
from dashboards.components.heat_html import HeatCell, heat_table, interval_mark
from dashboards.components.page import Page
from dashboards.data.rows_builds import Definition, Newest, Rejected
from dashboards.data.rows_compliance import AccountLine, Anomaly, Duty, Incident, Item
from dashboards.data.rows_quality import (
    Accuracy,
    Agreement,
    Calibration,
    Coverage,
    Detector,
    Hops,
    Node,
    RuleQuality,
)
from dashboards.i18n import texts_of
from dashboards.views.definitions import matching
from lingting.rights import Role, Viewer
from lingting.warehouse import Build, KeptBuild

DAY = date(2026, 10, 31)
NOON = datetime(2026, 10, 31, 12)
PAGE = Page(
    Viewer(Role.QUALITY), texts_of("en"), Build("b", "b.duckdb", "2026-11-01T00:00:00Z", "2026-10-01", "2026-10-31")
)


def words(key: str) -> str:
    """The first words of a sentence, before its first value."""
    return PAGE.texts(key).split("{")[0]


COVERED = Coverage("A1", "Ann", 400, 400, 20, 20, True, 5, 5, 0)


def test_level_3_cases_still_within_their_days_are_not_late() -> None:
    assert replace(COVERED, n_level3_done=3, n_level3_open=2).n_level3_late == 0
    late = replace(COVERED, n_level3_done=3, n_level3_open=1, is_level2_met=False)
    assert quality_judging.coverage_sentence(PAGE, [COVERED]).startswith(words("quality.coverage_good"))
    told = quality_judging.coverage_sentence(PAGE, [COVERED, late])
    assert told == "Agents short of level-2 samples: 1 of 2; late level-3 cases: 1."


def test_agreement_of_few_pairs_is_not_judged() -> None:
    pair = Agreement("second", "closing", 9, 0.5, 0.1, 0.1, is_calibration_due=True)
    assert quality_judging.agreement_sentence(PAGE, []) == PAGE.texts("quality.agreement_none")
    assert "too few" in quality_judging.agreement_sentence(PAGE, [pair])
    assert "“Closing”" in quality_judging.agreement_sentence(PAGE, [replace(pair, n=10)])
    recheck = replace(pair, n=30, pair_kind="recheck")
    assert quality_judging.agreement_sentence(PAGE, [recheck]) == PAGE.texts("quality.agreement_none")


def test_calibration_names_those_apart_the_furthest_first() -> None:
    calm = Calibration("E1", "junior", 90, 0, 12, 0.2, -0.3, 0.7, is_biased=False)
    rows = [calm, replace(calm, evaluator_id="E2", bias_points=1.0, is_biased=True)]
    rows.append(replace(calm, evaluator_id="E3", bias_points=-2.0, is_biased=True))
    told = quality_judging.calibration_sentence(PAGE, rows, {})
    assert told.startswith("E3 is 2.0 points stricter, E2 is 1.0 points milder")
    assert quality_judging.calibration_sentence(PAGE, [calm], {}) == PAGE.texts("quality.calibration_good")
    alone = replace(calm, n_double=0, bias_points=None)
    assert quality_judging.calibration_sentence(PAGE, [alone], {}) == PAGE.texts("quality.calibration_none")


def rule(name: str, decided: int, overturned: int) -> RuleQuality:
    return RuleQuality(name, "1", "risk", name, name, 100, 50, 60, decided, decided, overturned)


def test_a_rule_with_few_decisions_is_not_called_the_worst() -> None:
    rows = [rule("seldom", 9, 9), rule("often", 40, 10), rule("never", 40, 0)]
    assert [row.rule_id for row in quality_rules.by_overturn(rows)] == ["often", "never", "seldom"]
    assert "“often”" in quality_rules.overturn_sentence(PAGE, rows)
    assert "too few" in quality_rules.overturn_sentence(PAGE, rows[:1])
    assert quality_rules.overturn_sentence(PAGE, [rule("open", 0, 0)]) == PAGE.texts("quality.overturn_none")


def test_detector_tells_how_often_a_missing_clause_passes() -> None:
    found = Detector("closing", 342, 342, 0.98, 0.97, 0.99, 40, 0.75, 0.6, 0.86)
    told = quality_rules.detector_sentence(PAGE, [found], {"closing": "Closing"})
    assert told.startswith("Labels where “Closing” was not said: 40; the machine took 10 of them for said")
    assert "few" in quality_rules.detector_sentence(PAGE, [replace(found, n_unsaid=8)], {})


def test_accuracy_names_what_is_overlooked_most_among_what_was_labelled_often() -> None:
    mean = Accuracy("macro", 100, 100, 90, 0.9, 0.9, 0.9)
    rows = [mean, Accuracy("bill", 50, 50, 45, 0.9, 0.9, 0.9), Accuracy("refund", 40, 30, 20, 0.7, 0.5, 0.6)]
    rows.append(Accuracy("password", 9, 1, 1, 1.0, 0.1, 0.2))
    assert "“Refund”" in quality_machine.accuracy_sentence(PAGE, "intent", rows)


def test_menu_names_the_node_where_callers_give_up() -> None:
    quiet = Node("rare", 10, 0, 0, 10, 0, 1.0, 3.0)
    worst = Node("bill_query", 100, 0, 0, 40, 0, 0.4, 3.0)
    told = quality_voice.menu_sentence(PAGE, [quiet, worst], [Hops(1, 100, 60, 40, 10)])
    assert told.startswith("Callers hang up most at “bill_query”, 40 times, 40%")
    assert "25%" in told, "of those who hung up, ten in forty had what they wanted"


def duty(days: int, state: str) -> Duty:
    return Duty("d", "会议", "Meeting", DAY, DAY + timedelta(days=30 - days), days, state, "x")


def test_an_overdue_duty_is_named_before_the_next_one() -> None:
    assert "“Meeting” (days overdue: 5)" in compliance_today.duty_sentence(
        PAGE, [duty(5, "overdue"), duty(0, "on_track")]
    )
    assert "is due first" in compliance_today.duty_sentence(PAGE, [duty(0, "on_track")])
    never = replace(duty(0, "never_done"), next_due_date=None)
    assert compliance_today.duty_sentence(PAGE, [never]) == PAGE.texts("compliance.duties_none")


def test_checklist_compares_with_the_month_before() -> None:
    items = [Item(date(2026, month, 1), n, "项", "Item", "PASS" if n < month - 7 else "FAIL")
             for month in (10, 9) for n in range(1, 5)]  # fmt: skip
    told = compliance_today.checklist_sentence(PAGE, items)
    assert told == "2026-10: 2 of 4 items on target, 1 the month before."


ACCOUNT = AccountLine(
    "U1", DAY, "E1", "quality", True, True, False, False, False, 0, NOON, None, DAY, True, 4, 1, 0
)  # fmt: skip


def test_a_disabled_account_is_no_problem_whatever_it_is() -> None:
    wrong = replace(ACCOUNT, is_orphan=True, is_idle=True, is_shared=True, has_second_factor=False, n_unneeded=2)
    assert wrong.problems == ("orphan", "idle", "shared", "no_second_factor", "unused_rights")
    assert replace(wrong, is_enabled=False).problems == ()
    told = compliance_access.account_sentence(PAGE, [ACCOUNT, wrong])
    assert told.startswith("1 of 2 enabled accounts with problems: Orphan 1, Idle 1")
    assert "Nothing is wrong with the enabled accounts (1)" in compliance_access.account_sentence(PAGE, [ACCOUNT])


def test_an_anomaly_waits_until_it_is_closed() -> None:
    raised = Anomaly("AN1", "U1", "bulk_export", NOON, None, None, None)
    triaged = replace(raised, triaged_at=NOON, conclusion="misuse")
    closed = replace(triaged, closed_at=NOON)
    assert [one.state for one in (raised, triaged, closed)] == ["raised", "triaged", "closed"]
    told = compliance_access.anomaly_sentence(PAGE, [raised, triaged, closed])
    assert told == "Not closed: 2, most often “Large export” (2); raised in all: 3, misuse: 2."
    assert "all closed" in compliance_access.anomaly_sentence(PAGE, [closed])


def test_incident_names_the_clock_that_is_missed_most() -> None:
    good = Incident("IN1", "x", 1, "handled", NOON, 60, "in_time", 60, "in_time", 60, "in_time", 60, "in_time")
    late = replace(good, planned_clock="late", notified_clock="missed")
    slow = replace(good, planned_clock="late")
    assert compliance_records.incident_sentence(PAGE, [good, late, slow]) == (
        "2 of 3 incidents missed a clock, most often “Plan made” (2)."
    )
    assert "kept their four clocks" in compliance_records.incident_sentence(PAGE, [good])
    assert replace(good, notified_clock="open").is_in_time, "a clock that still runs is not missed"


@pytest.mark.parametrize(("seconds", "shown"), [(None, "—"), (3601, "1:00:01"), (59, "0:00:59"), (36000, "10:00:00")])
def test_clocks_show_the_second_that_made_them_late(seconds: float | None, shown: str) -> None:
    assert compliance_records.clock_hours(seconds) == shown


@pytest.mark.parametrize(("hours", "key"), [(25, "builds.fresh"), (27, "builds.stale")])
def test_a_build_older_than_a_day_and_two_hours_is_stale(hours: int, key: str) -> None:
    kept = KeptBuild("b", NOON, DAY, DAY, "1", 5, "c", is_current=True)
    told = data_builds.build_sentence(PAGE, [kept], NOON + timedelta(hours=hours))
    assert ("Look at the daily job" in told) == (key == "builds.stale")
    assert data_builds.build_sentence(PAGE, [], NOON) == PAGE.texts("builds.no_current")


def test_only_a_daily_source_can_be_behind() -> None:
    rows = [Newest("skills", date(2026, 9, 1), False, None), Newest("surveys", date(2026, 10, 30), True, 1.0)]
    assert [row.source_name for row in data_builds.behind(rows, DAY)] == ["surveys"]
    assert data_builds.behind(rows, date(2026, 10, 30)) == []


def test_rejected_rows_are_told_with_the_reason_of_most() -> None:
    rows = [Rejected("calls", "not_allowed", "outcome", 5, DAY, DAY, "f.csv", 3),
            Rejected("calls", "bad_json", None, 2, DAY, DAY, "f.csv", 9)]  # fmt: skip
    told = data_sources.rejected_sentence(PAGE, rows)
    assert told == "Rows rejected: 7; most of “calls”: not one of the allowed values (5)."


@given(st.floats(-50, 50), st.floats(0, 20), st.floats(0, 20))
def test_interval_stays_inside_its_picture(middle: float, below: float, above: float) -> None:
    drawn = interval_mark(middle - below, middle, middle + above, 10.0, False, 'a "label"')
    assert drawn.startswith('<img class="lt-interval" alt="a &quot;label&quot;"')


def test_heat_table_keeps_every_cell_in_its_place_and_escapes_its_labels() -> None:
    cells = {("a", "y"): HeatCell("7", 1.0), ("b", "x"): HeatCell("3", 5.0, "alarm")}
    drawn = heat_table("<i>", [("a", "A"), ("b", "b_<b>")], [("x", "X"), ("y", "Y")], cells)
    assert "&lt;i&gt;" in drawn
    assert "b_<wbr>&lt;b&gt;" in drawn
    first, second = drawn.split("<tbody>")[1].split("</tr>")[:2]
    assert first.index("<td></td>") < first.index(">7<")
    assert second.index(">3<") < second.index("<td></td>")
    assert "0.62)" in second, "no cell is darker than its words can bear"


def test_dictionary_finds_a_kpi_by_words_of_either_language() -> None:
    mean = Definition(
        "aht", "aht", "handling", True, "平均处理时长", "Average handle time", "用时", "Time of a call", "甲", "a",
        "seconds", "lower", 90.0, 99.0, 30, "day", "operations", "agent", "x", date(2026, 9, 1), None,
    )  # fmt: skip
    older = replace(mean, meaning_en="As it was", valid_from=date(2000, 1, 1), valid_to=date(2026, 8, 31))
    ring = replace(mean, formula_id="aht_with_ring", is_default=False, label_en="With ringing")
    other = replace(
        mean, kpi_id="fcr", formula_id="fcr", section="access", label_zh="首次解决率", label_en="First contact"
    )
    found = [mean, older, ring, other]
    assert [one.kpi_id for one in matching(found, "")] == ["fcr", "aht"]
    assert matching(found, "handle AVERAGE") == [mean], "one row a KPI, as it holds now"
    assert matching(found, "ringing") == [mean], "another formula of it is found, too"
    assert matching(found, "解决率") == [other]
    assert matching(found, "handle 解决率") == []
