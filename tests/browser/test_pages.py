"""Every page in both languages, on a desk and on a phone: drawn, complete, in one language, not too wide, no errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import pytest

from dashboards.data import queries
from dashboards.data.periods import period_of
from dashboards.i18n import LANGUAGES, texts_of
from dashboards.i18n.texts import Language
from dashboards.navigation import PLACES
from lingting.rights import Viewer
from lingting.store import Role
from lingting.warehouse import published_connection
from tests.browser.cockpit import Cockpit, Screen

CJK = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
# What a page in the other language may hold: the language switch, and the accounts of these tests.
ALLOWED_IN_CHINESE = {"English", "boss", "sue", "amy", "whisperx", "fixture", "AES", "TLS"}
ALLOWED_IN_ENGLISH = {"中文"}
PAGES = {"management": "boss", "team": "sue", "my_calls": "amy", "call": "amy"}
ACCOUNTS = {
    Role.AGENT: "amy",
    Role.SUPERVISOR: "sue",
    Role.MANAGEMENT: "boss",
    Role.QUALITY: "qin",
    Role.COMPLIANCE: "cai",
    Role.DATA: "dan",
    Role.ADMINISTRATOR: "ada",
}
CHARTS = {"management": 1, "team": 1, "my_calls": 1, "call": 0}
WIDTHS = (1440, 390)

OpenScreen = Callable[..., Screen]


def address(page: str, language: Language, cockpit: Cockpit) -> str:
    call = f"&call={cockpit.cast.call_id}" if page == "call" else ""
    return f"/{page}?lang={language}{call}"


def foreign_words(screen: Screen, language: Language) -> set[str]:
    text = screen.text_of_ours()
    if language == "en":
        return set(CJK.findall(text)) - ALLOWED_IN_ENGLISH
    return set(LATIN.findall(text)) - ALLOWED_IN_CHINESE


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_sign_in_form(open_screen: OpenScreen, language: Language, width: int) -> None:
    screen = open_screen(width=width)
    screen.open(f"/?lang={language}")
    assert texts_of(language)("sign_in.lead") in screen.text()
    assert foreign_words(screen, language) == set()
    assert screen.overflow() <= 0
    screen.keep(f"sign_in_{language}_{width}")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_page(open_screen: OpenScreen, cockpit: Cockpit, page: str, language: Language, width: int) -> None:
    texts = texts_of(language)
    screen = open_screen(PAGES[page], width=width)
    screen.open(address(page, language, cockpit))
    screen.page.wait_for_selector(".lt-foot")
    screen.see_all()
    for _ in range(CHARTS[page]):
        screen.page.wait_for_selector("svg.marks")
    assert screen.page.locator("svg.marks").count() == CHARTS[page]
    assert screen.page.locator(".lt-title h1").inner_text() == texts(f"nav.{page}")
    assert cockpit.cast.data_words, "the cast was not found"
    foot = screen.page.locator(".lt-foot").inner_text()
    assert re.search(r"\d{4}-\d\d-\d\d", foot), "every page says which data it shows"
    if page == "call":
        assert screen.page.locator(".lt-turn").count() > 3
        assert screen.page.locator("audio").count() == 1
    else:
        assert screen.page.locator(".lt-value").count() >= 8
    assert foreign_words(screen, language) == set()
    assert screen.overflow() <= 0
    screen.keep(f"{page}_{language}_{width}")


def test_every_page_fits_a_phone_in_english(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    """Each by the first role that has it: nothing is wider than the window, no words run into the next cell. Chinese
    words are shorter and break anywhere."""
    call = f"&call={cockpit.cast.call_id}"
    about = {"call": call, "customer": call, "review": call, "coaching": f"&agent={cockpit.cast.agent_id}"}
    overflow = {}
    for role, name in ACCOUNTS.items():
        screen = open_screen(name, width=390)
        for place in PLACES:
            if place.roles[0] == role:
                screen.open(f"/{place.path}?lang=en{about.get(place.path, '')}")
                overflow[place.path] = screen.overflow()
    assert set(overflow) == {place.path for place in PLACES}
    assert {path: pixels for path, pixels in overflow.items() if pixels > 0} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_link_for_keyboard_users_is_worded_by_us(open_screen: OpenScreen, language: Language) -> None:
    screen = open_screen()
    screen.open(f"/?lang={language}")
    shown = screen.page.evaluate(
        """() => { const link = document.querySelector('[data-testid="stSkipToContent"]');
        return [getComputedStyle(link).fontSize, getComputedStyle(link, '::after').content]; }"""
    )
    assert shown == ["0px", f'"{texts_of(language)("app.skip")}"']


@pytest.mark.parametrize("language", LANGUAGES)
def test_definition_of_a_kpi_opens_beside_its_value(open_screen: OpenScreen, language: Language) -> None:
    screen = open_screen("boss")
    screen.open(f"/management?lang={language}")
    screen.page.locator(".st-key-tile_management_access_service_level button").click()
    body = screen.page.locator('[data-testid="stPopoverBody"]')
    body.wait_for()
    text = body.inner_text()
    assert texts_of(language)("define.others") in text
    assert "《呼叫中心质量监控细则》二(三)" in text
    assert body.locator("tbody tr").count() == 7, "the seven formulas of the service level stand side by side"
    assert foreign_words(screen, language) == set()


def test_language_switch_changes_every_word_and_the_address(open_screen: OpenScreen) -> None:
    screen = open_screen("boss")
    screen.open("/management?grain=month")
    screen.page.locator(".st-key-language_side button").click()
    screen.page.wait_for_url("**lang=en**")
    screen.settle()
    screen.page.get_by_text("Service level", exact=False).first.wait_for()
    assert foreign_words(screen, "en") == set()
    screen.page.locator(".st-key-language_side button").click()
    screen.page.wait_for_function("!location.search.includes('lang=en')")
    screen.settle()
    assert foreign_words(screen, "zh") == set()


def test_filters_stand_in_the_address_and_survive_a_reload(open_screen: OpenScreen) -> None:
    screen = open_screen("boss")
    screen.open("/management?grain=day&queue=sales&lang=en")
    assert "Sales" in screen.page.locator(".lt-title").inner_text()
    before = screen.page.locator(".lt-value").all_inner_texts()
    screen.page.locator(".st-key-filter_grain_en button").nth(2).click()
    screen.page.wait_for_url("**grain=month**")
    screen.settle()
    assert "queue=sales" in screen.page.url
    after = screen.page.locator(".lt-value").all_inner_texts()
    assert before != after, "a month has other figures than a day"
    screen.page.reload()
    screen.page.wait_for_selector(".lt-foot")
    screen.settle()
    assert screen.page.locator(".lt-value").all_inner_texts() == after


def test_range_shows_the_sum_of_its_days(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    manager = Viewer(Role.MANAGEMENT)
    last = queries.build(manager).data_to
    assert last is not None
    day = period_of("day", date.fromisoformat(last))
    expected = next(k.value for k in queries.kpis(manager, day, "centre") if k.kpi_id == "calls_offered")
    screen = open_screen("boss")
    screen.open(f"/management?grain=range&from={last}&to={last}")
    tile = screen.page.locator(".st-key-tile_management_load_calls_offered .lt-value")
    assert tile.inner_text() == f"{expected:,.0f}"


def test_heat_map_tells_how_many_calls_a_cell_has(open_screen: OpenScreen) -> None:
    screen = open_screen("boss")
    screen.open("/management?lang=en")
    screen.see_all()
    screen.page.wait_for_selector("svg.marks .mark-rect path")
    screen.page.locator(".st-key-card_heatmap svg.marks .mark-rect path").nth(60).hover()
    tip = screen.page.locator("#vg-tooltip-element")
    tip.wait_for()
    assert "Calls" in tip.inner_text()
    assert "Answer rate" in tip.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_point_lost_is_traced_to_its_rule_and_version(
    open_screen: OpenScreen, cockpit: Cockpit, language: Language
) -> None:
    cursor, _ = published_connection()
    with cursor:
        call_id, version, reasons = cursor.execute(
            """select s.call_id, s.model_version, s.reasons
            from mart_call_score as s join mart_call as c on s.call_id = c.call_id and s.recording_id = c.recording_id
            where s.agent_id = ? and s.model = 'compliance' and s.item = 'must_say' and s.is_in_force and s.points < 100
            order by s.call_date desc, s.call_id limit 1""",
            [cockpit.cast.agent_id],
        ).fetchall()[0]
    lost = next(reason for reason in json.loads(reasons) if reason.get("points", 0) < 0)
    screen, texts = open_screen("amy"), texts_of(language)
    screen.open(f"/call?lang={language}&call={call_id}")
    scores = screen.page.locator(".st-key-card_scores").inner_text()
    for shown in ("score_model.compliance", "score_item.must_say", f"reason.{lost['code']}"):
        assert texts(shown).split("{")[0] in scores
    assert texts("scores.version", version=version) in scores
    assert texts("call.rule", rule=lost["rule_id"], version=lost["rule_version"]) in scores
    assert f"{lost['points']:+.1f}" in scores


def test_button_of_a_finding_plays_from_its_second(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = open_screen("amy")
    screen.open(address("call", "zh", cockpit))
    second = cockpit.cast.second
    button = screen.page.get_by_role("button", name=f"{second // 60:02d}:{second % 60:02d}").last
    button.click()
    screen.page.wait_for_url(f"**at={second}**")
    screen.page.wait_for_function(f"document.querySelector('audio')?.currentTime >= {second}")
    assert screen.page.evaluate("document.querySelector('audio').currentTime") < second + 20
