"""Pieces of the pages: data is escaped, numbers read as people write them, a status is never only a colour."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.components import agent_table, call_html, charts, html, kpi_set, numbers, score_html, status, tile_html
from dashboards.data.periods import Period, period_of
from dashboards.data.rows import Agent, Call, Finding, Formula, HeatCell, Kpi, Reason, Rule, Score, Turn
from dashboards.i18n import LANGUAGES, texts_of
from dashboards.views import call as call_page
from lingting.store import Role

ZH, EN = texts_of("zh"), texts_of("en")
EVIL = "<img src=x onerror=\"alert('1')\">"

FORMULA = Formula(
    "service_level", "sl_f3", "access", True, "20秒接通率", "Service level", "含义", "Meaning", "接通÷来电",
    "answered / offered", "ratio", "higher", 0.95, 0.9, 30, "operations", "management|supervisor",
    "《呼叫中心质量监控细则》二(三)",
)  # fmt: skip
KPI = Kpi(
    date(2026, 10, 26), "centre", "centre", "service_level", "sl_f3", True, 930.0, 1000.0, 1000, 0, 0.93, 0.91, 0.94,
    0.95, 0.9, "higher", "ratio", "WATCH",
)  # fmt: skip
TURN = Turn(1, "agent", 0.5, 3.0, "您好，很高兴为您服务")
HIT = Finding("greeting", "1", "must_say", True, "hit", 1, 1, 0.5, "很高兴为您服务", "很高兴为您服务", 0.97)


@given(st.text(), st.text())
def test_a_transcript_never_becomes_markup(text: str, matched: str) -> None:
    shown = call_html.transcript([replace(TURN, text_masked=text)], [replace(HIT, matched_text=matched)], {}, ZH)
    for tag in ("<script", "<img", "<a "):
        assert tag not in shown


def test_hostile_names_are_shown_as_text() -> None:
    page: Any = SimpleNamespace(texts=EN, language="en")
    table = agent_table.html(
        page, [FORMULA], EVIL, [KPI], [Agent(EVIL, EVIL, "T1", True)], [replace(KPI, scope_id=EVIL)]
    )
    words = call_html.finding(replace(HIT, matched_text=EVIL), {"greeting": Rule("greeting", "x", EVIL, EVIL)}, EN)
    address = html.link("call", EVIL, title=EVIL, call=EVIL)
    for shown in (table, words, address):
        assert "<img" not in shown
        assert "&lt;img" in shown
    assert 'href="call?call=%3Cimg' in address


def test_a_date_stays_on_one_line_but_no_address_is_touched() -> None:
    opened = html.link("call", "2026-10-31 23:59", day="2026-10-31")
    shown = html.whole_dates(opened)
    assert 'href="call?day=2026-10-31"' in shown
    assert '<span class="lt-whole">2026-10-31 23:59</span>' in shown
    assert html.prose("C2026-10-31-7 <b>") == "C2026-10-31-7 &lt;b&gt;"


def test_only_words_that_break_and_the_first_column_are_fitted() -> None:
    row = [html.text_cell("name"), html.text_cell("1", "num"), html.text_cell("many words", "wrap lt-words")]
    shown = html.table([], [row])
    assert re.findall(r'<div class="lt-fit">(.*?)</div>', shown) == ["name", "many words"]


def test_every_layer_of_the_heat_map_tells_its_cell_in_words() -> None:
    cells = (HeatCell(1, 18, 40, 38, 0.95),)
    layers = charts.spec_of(charts.heatmap, cells, 0.95, 30, ZH, True)["layer"]
    assert [[tip["title"] for tip in layer["encoding"]["tooltip"]] for layer in layers] == [
        [ZH(f"chart.{name}") for name in ("weekday", "half_hour", "rate", "offered", "answered")]
    ] * 2


def test_matched_words_are_marked_once_and_in_place() -> None:
    risk = replace(HIT, rule_kind="risk", matched_text="为您")
    shown = call_html.transcript(
        [TURN], [HIT, risk], {"greeting": Rule("greeting", "must_say", "问候语", "Greeting")}, ZH
    )
    assert shown.count("<mark") == 1
    assert '您好，<mark class="">很高兴为您服务</mark>' in shown
    assert "问候语" in shown


@pytest.mark.parametrize(("texts", "said"), [(ZH, "说话人由机器推测"), (EN, "speakers guessed by machine")])
def test_guessed_speakers_have_their_lanes_and_are_said_to_be_a_guess(texts: Any, said: str) -> None:
    told: Any = SimpleNamespace(media_kind="audio", engine="whisperx", speaker_source="cluster")
    page: Any = SimpleNamespace(texts=texts)
    assert said in call_page._source(page, told)
    told.speaker_source = "channel"
    assert said not in call_page._source(page, told)
    customer = replace(TURN, turn_no=2, speaker="customer")
    lanes = call_html.transcript([TURN, customer], [], {}, texts)
    assert 'class="lt-turn agent"' in lanes
    assert 'class="lt-turn customer"' in lanes


@pytest.mark.parametrize(
    ("finding", "css"),
    [
        (HIT, "hit"),
        (replace(HIT, outcome="miss"), "miss"),
        (replace(HIT, rule_kind="risk"), "risk"),
        (replace(HIT, rule_kind="forbidden"), "risk"),
        (replace(HIT, is_mandatory=False, outcome="miss"), "quiet"),
    ],
)
def test_a_finding_looks_as_it_is_judged(finding: Finding, css: str) -> None:
    assert call_html.css_of(finding) == css


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(status.ICONS))
def test_every_status_has_icon_and_word(name: str, language: Any) -> None:
    texts = texts_of(language)
    for shown in (status.chip(name, texts), status.mark(name, texts)):
        assert status.ICONS[name] in shown
        assert texts(f"status.{name}") in shown


def test_icons_of_statuses_differ() -> None:
    assert len(set(status.ICONS.values())) == len(status.ICONS)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.9534, "ratio", "95.3%"),
        (85.04, "seconds", "85.0 秒"),
        (1234.0, "count", "1,234"),
        (6.44, "per_hour", "6.4 /小时"),
        (41.97, "points", "42.0"),
        (4.456, "points", "4.46"),
        (None, "ratio", "—"),
    ],
)
def test_amounts_read_as_people_write_them(value: float | None, unit: str, shown: str) -> None:
    assert numbers.amount(value, unit, ZH) == shown


@pytest.mark.parametrize(
    ("direction", "before", "judged", "arrow"),
    [
        ("higher", 0.92, "better", "↑"),
        ("lower", 0.92, "worse", "↑"),
        ("higher", 0.95, "worse", "↓"),
        ("none", 0.95, "same", "↓"),
        ("higher", 0.93, "same", "→"),
        ("higher", 0.93001, "same", "→"),
    ],
)
def test_change_is_judged_by_the_direction_of_the_kpi(direction: str, before: float, judged: str, arrow: str) -> None:
    sure = replace(KPI, direction=direction, ci_low=0.928, ci_high=0.932)
    found = numbers.change(sure, replace(KPI, value=before, ci_low=before - 0.002, ci_high=before + 0.002), ZH)
    assert found is not None
    assert (found.judged, found.arrow) == (judged, arrow)
    assert "-0.0" not in found.words


def test_a_change_that_chance_could_make_is_neither_better_nor_worse() -> None:
    within = numbers.change(KPI, replace(KPI, value=0.92, ci_low=0.9, ci_high=0.935), ZH)
    few = numbers.change(KPI, replace(KPI, value=0.5, ci_low=0.4, ci_high=0.6, status="INSUFFICIENT_N"), ZH)
    no_interval = numbers.change(KPI, replace(KPI, value=0.5, ci_low=None, ci_high=None), ZH)
    assert [found and found.judged for found in (within, few, no_interval)] == ["unclear"] * 3


def test_change_needs_two_values() -> None:
    assert numbers.change(KPI, None, ZH) is None
    assert numbers.change(replace(KPI, value=None), KPI, ZH) is None
    assert numbers.change(KPI, replace(KPI, value=None), ZH) is None
    count = replace(KPI, unit="count", value=5.0)
    assert numbers.change(count, replace(count, value=0.0), ZH) is None


def test_utc_is_shown_in_the_local_zone(lingting_home: object) -> None:
    assert numbers.moment(datetime(2026, 10, 31, 18, 30)) == "2026-11-01 02:30"


def test_tile_of_too_few_cases_is_grey_and_says_so() -> None:
    thin = replace(KPI, n=12, status="INSUFFICIENT_N")
    shown = tile_html.body(_view(thin), ZH)
    assert "lt-thin" in shown
    assert ZH("status.INSUFFICIENT_N") in shown
    assert "lt-thin" not in tile_html.body(_view(KPI), ZH)


def test_tile_without_a_row_has_no_value_and_no_pass() -> None:
    shown = tile_html.body(_view(None), ZH)
    assert ZH("status.NO_DATA") in shown
    assert ZH("status.PASS") not in shown
    assert "—" in shown


def test_definition_shows_every_formula_with_its_value() -> None:
    other = replace(FORMULA, formula_id="sl_f1", is_default=False, formula_en="other formula")
    view = replace(_view(KPI), others=((other, replace(KPI, formula_id="sl_f1", value=0.951)),))
    shown = tile_html.definition(view, EN)
    for words in ("Meaning", "answered / offered", "other formula", "93.0%", "95.1%", "《呼叫中心质量监控细则》二(三)"):
        assert words in shown


def _view(kpi: Kpi | None) -> kpi_set.KpiView:
    return kpi_set.KpiView(FORMULA, kpi, None, (kpi, kpi), ())


def test_only_formulas_of_the_role_are_shown() -> None:
    hidden = replace(FORMULA, kpi_id="secret", tiers="management")
    assert kpi_set.shown_to([FORMULA, hidden], Role.SUPERVISOR) == [FORMULA]
    assert kpi_set.shown_to([FORMULA], Role.AGENT) == []


@given(st.dates(date(2026, 2, 1), date(2026, 12, 31)), st.sampled_from(["day", "week", "month"]))
def test_trend_shows_two_weeks_at_least_and_no_day_without_data(last: date, grain: Any) -> None:
    window = kpi_set.trend_window(period_of(grain, last), date(2026, 1, 1), last)
    assert window.end == last
    assert window.n_days >= kpi_set.TREND_DAYS
    assert kpi_set.trend_window(period_of(grain, last), last, last).n_days == 1


def test_counts_of_a_week_that_is_not_over_are_not_compared() -> None:
    count, first = replace(KPI, unit="count"), date(2026, 10, 1)
    week = period_of("week", date(2026, 10, 26))
    assert kpi_set.comparable([KPI, count], week, first, date(2026, 10, 27)) == [KPI]
    assert kpi_set.comparable([KPI, count], week, first, date(2026, 11, 1)) == [KPI, count]
    assert kpi_set.comparable([KPI, count], week, date(2026, 10, 20), date(2026, 11, 1)) == [KPI]


def test_views_line_up_days_and_leave_gaps() -> None:
    window = Period("range", date(2026, 10, 25), date(2026, 10, 27))
    (view,) = kpi_set.views([FORMULA], [KPI], [], [KPI], window)
    assert view.days == (None, KPI, None)


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6))))
def test_sparkline_draws_whatever_days_there_are(values: list[float | None]) -> None:
    drawn = html.sparkline(values, "#000000", 0.5, "x")
    assert (drawn == "") == (sum(value is not None for value in values) < 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_say_everything_in_one_language(language: Any) -> None:
    texts = texts_of(language)
    cells = [HeatCell(weekday, half, 40, 38, 0.95) for weekday in range(1, 8) for half in (18, 19)]
    heat, line = charts.heatmap(cells, 0.95, 30, texts), charts.trend([("A", [KPI]), ("B", [KPI])], texts)
    assert heat is not None
    assert line is not None
    for chart in (heat.to_json(), line.to_json()):
        assert ("接通率" in chart or "数值" in chart) == (language == "zh") or "\\u" in chart
        assert '"renderer": "svg"' in chart


def test_charts_without_data_are_none() -> None:
    assert charts.heatmap([], 0.95, 30, ZH) is None
    assert charts.trend([("A", [replace(KPI, value=None)])], ZH) is None


def test_speech_shares_add_up_to_the_whole() -> None:
    call: Any = SimpleNamespace(
        duration_seconds=60.0, agent_talk_seconds=30.0, customer_talk_seconds=20.0, overlap_seconds=2.0,
        silence_seconds=12.0, longest_silence_seconds=3.0, n_interruptions=1, n_masked=0,
    )  # fmt: skip
    shown = call_html.speech(call, ZH)
    assert shown is not None
    widths = [float(part.split("%")[0]) for part in shown.split("width:")[1:]]
    assert sum(widths) == pytest.approx(100, abs=0.1)


def test_speech_is_left_out_where_it_is_not_known() -> None:
    names = Call.__dataclass_fields__
    call = Call(**dict.fromkeys(names))  # type: ignore[arg-type]
    assert call_html.speech(call, ZH) is None


SCORE = Score("R1:k:compliance:v1:must_say", "compliance", "v1", "must_say", "fail", 60.0, 50.0, "[]", "k", True)
LOST = Reason("clause_missing", -40.0, "greeting", "1", 0)


@pytest.mark.parametrize("texts", [ZH, EN])
def test_a_reason_names_its_points_its_rule_and_its_version(texts: Any) -> None:
    rule = Rule("greeting", "must_say", "问候语", "Greeting")
    shown = score_html.reason(LOST, replace(HIT, outcome="miss", matched_text=None), {"greeting": rule}, texts)
    for part in ("-40.0", texts("reason.clause_missing"), rule.label(texts.language), "greeting"):
        assert part in shown
    assert texts("call.rule", rule="greeting", version="1") in shown


@pytest.mark.parametrize("texts", [ZH, EN])
def test_what_the_cockpit_has_no_words_for_is_told_in_a_sentence(texts: Any) -> None:
    strange = Reason("from_own_packs", -5.0)
    for shown in (
        score_html.reason(strange, None, {}, texts),
        score_html.item(replace(SCORE, item="from_own_packs"), texts),
        score_html.head(replace(SCORE, model="from_own_packs"), None, (), texts),
    ):
        words = re.sub(r"<[^>]+>", " ", shown)
        assert "from_own_packs" in words and len(words.replace("from_own_packs", "").strip(" “”-.0123456789")) > 2


def test_a_finding_of_a_rule_that_is_gone_still_shows_and_says_so() -> None:
    shown = call_html.finding(HIT, {}, EN)
    assert "greeting" in shown and EN("call.rule_gone") in shown
    assert EN("call.rule_gone") not in call_html.finding(
        HIT, {"greeting": Rule("greeting", "x", "问候", "Greeting")}, EN
    )


def test_reasons_with_parts_of_a_later_version_are_read() -> None:
    told = replace(SCORE, reasons_json='[{"code": "clause_missing", "points": -40, "later": 1, "rule_id": "greeting"}]')
    (reason,) = told.reasons
    assert (reason.code, reason.points, reason.rule_id, reason.hit_no) == ("clause_missing", -40, "greeting", None)
