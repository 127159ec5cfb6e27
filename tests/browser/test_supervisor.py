"""The supervisor's way: from the wall to an outlier's reason, an agent, a second in a call; staffing; what is due."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dashboards.i18n import LANGUAGES, texts_of
from dashboards.i18n.texts import Language
from lingting.warehouse import published_connection
from tests.browser.cockpit import Cockpit, Screen

OpenScreen = Callable[..., Screen]
PAGES = ("wall", "service", "duties")
CJK, LATIN = re.compile(r"[\u3400-\u9fff]+"), re.compile(r"[A-Za-z]{2,}")
# Customers' short marks and numbers of complaints, issues and staff come from the data, as do topics.
DATA = re.compile(r"c-[0-9a-f]{8}|[PQEM]\d{3,}[\w-]*|\b[TQ]\d{3}\b")
ALLOWED = {"zh": {"English", "sue"}, "en": {"中文"}}


def data_words() -> list[str]:
    cursor, _ = published_connection()
    with cursor:
        found = cursor.execute("select topic from fct_complaint union select topic from mart_issue_loop").fetchall()
    return sorted((word for (word,) in found if word), key=len, reverse=True)


def foreign_words(screen: Screen, language: Language) -> set[str]:
    text = DATA.sub(" ", screen.text())
    for word in (*screen.cockpit.cast.data_words, *data_words()):
        text = text.replace(word, " ")
    return set((LATIN if language == "zh" else CJK).findall(text)) - ALLOWED[language]


@pytest.mark.parametrize("width", (1440, 390))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_page_of_the_supervisor(open_screen: OpenScreen, page: str, language: Language, width: int) -> None:
    screen = open_screen("sue", width=width)
    screen.open(f"/{page}?lang={language}")
    screen.page.wait_for_selector(".lt-foot")
    screen.see_all()
    assert screen.page.locator(".lt-title h1").first.inner_text() == texts_of(language)(f"nav.{page}")
    assert foreign_words(screen, language) == set()
    assert screen.overflow() <= 0
    screen.keep(f"{page}_{language}_{width}")


def test_from_the_wall_over_an_agent_to_a_second_in_a_call(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = open_screen("sue")
    page, texts = screen.page, texts_of("en")
    screen.open("/wall?lang=en")
    page.wait_for_selector(".lt-panel")
    assert re.search(r"as of\s+\d{4}-\d\d-\d\d \d\d:\d\d\s*, \d+ (min|h|days) old", screen.text())
    # Names only of the own team; of the centre only numbers.
    own = {row[0] for row in _rows("select agent_name from dim_agent where team_id = ?", cockpit.cast.team_id)}
    others = {row[0] for row in _rows("select agent_name from dim_agent where team_id <> ?", cockpit.cast.team_id)}
    page.locator("[class*='st-key-wall_gone'] summary").click()
    page.wait_for_timeout(300)
    text = screen.text()
    assert any(name in text for name in own)
    assert not any(name in text for name in others)
    # The team: what is out of line has its reason in words, with the cases behind it.
    screen.open("/team?lang=en")
    outlier = page.locator(".st-key-card_outliers")
    outlier.wait_for()
    count = _rows(
        "select count(*) from mart_team_trend where outlier_reason is not null and team_id = ?", cockpit.cast.team_id
    )
    if count[0][0]:
        assert re.search(
            r"(Above|Below) the (other teams'|team's own) median of .+ about \d+ times", outlier.inner_text()
        )
    # An agent, and from what cost points to the very second of a call.
    screen.open(f"/team?agent={cockpit.cast.agent_id}&grain=month&lang=en")
    listen = page.locator(".st-key-card_deductions a", has_text="▶").first
    listen.wait_for()
    shown = listen.inner_text()
    listen.click()
    page.wait_for_url("**/call?call=**")
    screen.settle()
    page.locator(".lt-turn").first.wait_for()
    minutes, seconds = re.findall(r"\d+", shown)[:2]
    assert f"at={max(int(minutes) * 60 + int(seconds) - 1, 0)}" in page.url
    assert texts("agent.not_found") not in screen.text()


def test_an_agent_of_another_team_and_one_of_nowhere_get_the_same_answer(
    open_screen: OpenScreen, cockpit: Cockpit
) -> None:
    screen = open_screen("sue")
    answers = []
    for agent in (cockpit.cast.other_agent_id, "A99999", "x' or '1'='1"):
        screen.open(f"/team?agent={agent}&lang=en")
        screen.page.wait_for_selector(".lt-empty")
        answers.append(screen.page.locator("[data-testid='stMain']").inner_text())
    assert len(set(answers)) == 1
    assert texts_of("en")("agent.not_found") in answers[0]


def test_heat_map_tells_its_cases_and_the_gap_its_sign_and_word(open_screen: OpenScreen) -> None:
    screen = open_screen("sue")
    screen.open("/service?grain=month&lang=en")
    screen.page.wait_for_selector("svg.marks")
    ((n_cells, n_calls),) = _rows(
        "select count(*), sum(n_offered) from mart_answer_heatmap where scope = 'centre' and n_offered > 0 "
        "and month_start = (select max(month_start) from mart_answer_heatmap)"
    )
    numbers = screen.page.evaluate(
        "() => [...document.querySelectorAll('svg.marks g.mark-text.role-mark text')].map(node => node.textContent)"
    )
    assert len(numbers) == n_cells
    assert sum(int(number.replace(",", "")) for number in numbers) == n_calls
    chips = screen.page.locator(".st-key-card_staffing .lt-chip").all_text_contents()
    assert chips
    for chip in chips:
        gap, word = re.search(r"([+-]\d+\.\d)\s+(short|enough|to spare)", chip).groups()  # type: ignore[union-attr]
        assert {"short": float(gap) < 0, "to spare": float(gap) > 0, "enough": abs(float(gap)) <= 0.5}[word]


def test_what_is_due_begins_with_what_can_still_be_kept(open_screen: OpenScreen) -> None:
    screen = open_screen("sue")
    screen.open("/duties?lang=en")
    rows = screen.page.locator(".st-key-card_due_complaints tbody tr td:first-child").all_inner_texts()
    assert rows, "the build holds open complaints"
    kinds = ["late" if "late" in row else "standing" if "customer" in row else "left" for row in rows]
    assert kinds == sorted(kinds, key=["left", "late", "standing"].index)


def _rows(sql: str, *bound: object) -> list[tuple]:  # type: ignore[type-arg]
    cursor, _ = published_connection()
    with cursor:
        return cursor.execute(sql, list(bound)).fetchall()
