"""A manager's five questions, each answered in at most three clicks after signing in; and the monthly report."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from dashboards.i18n import LANGUAGES, texts_of
from dashboards.i18n.texts import Language
from lingting import audit
from lingting.store import Role, add_account
from tests.browser.cockpit import Cockpit, Screen
from tests.browser.conftest import PASSWORD
from tests.browser.factors import enrol, type_code
from tests.browser.test_pages import foreign_words

OpenScreen = Callable[..., Screen]
MOST_CLICKS = 3


@dataclass
class Walk:
    """A way through the cockpit that counts its clicks."""

    screen: Screen
    clicks: int = 0

    def click(self, place: Locator, until: str) -> None:
        place.first.click()
        self.clicks += 1
        self.screen.page.wait_for_url(until)
        self.screen.page.wait_for_selector(".lt-foot")
        self.screen.settle()


def cards(screen: Screen, name: str) -> Locator:
    return screen.page.locator(f".st-key-card_{name}")


def test_from_the_sign_in_form_to_the_second_in_a_call(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    """Are we well, what got worse and why: a red tile, its largest contributor, a call that shows it."""
    texts = texts_of("zh")
    add_account(cockpit.store, "mei", Role.MANAGEMENT, PASSWORD, employee_id="M902")
    totp, _ = enrol(cockpit, "mei")
    screen = open_screen()
    screen.open("/")
    screen.sign_in("mei", PASSWORD)
    type_code(screen, totp.now())
    screen.page.wait_for_selector(".lt-verdict")
    screen.settle()
    verdict = screen.page.locator(".lt-verdict").inner_text()
    assert re.search(r"\d+ 项有目标的指标", verdict), "are we well today: no click at all"
    walk = Walk(screen)
    tiles = ".st-key-tile_off_complaint_sla, .st-key-tile_off_emotion_response"  # off target in every simulated month
    red = screen.page.locator(tiles).filter(has=screen.page.locator(".lt-chip.lt-fail"))
    assert red.count() >= 1
    walk.click(red.get_by_role("link", name=texts("overview.why")), "**/changes?**")
    change = cards(screen, "change").inner_text()
    assert "→" in change, "from which value to which"
    assert texts("changes.how") in change, "who contributed, and how that is worked out"
    calls = cards(screen, "examples").locator('a[href*="at="]')
    calls.first.wait_for()
    second = re.search(r"at=(\d+)", calls.first.get_attribute("href") or "")
    assert second is not None
    walk.click(calls, "**/call?**at=**")
    assert f"at={second.group(1)}" in screen.page.url
    assert screen.page.locator(".lt-turn").count() >= 1
    assert walk.clicks <= MOST_CLICKS


def test_compliance_is_proven_row_by_row(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    """Are we compliant and can I prove it: the score, the item, the rows, and the call at its second."""
    texts = texts_of("en")
    screen = open_screen("boss")
    screen.open("/management?lang=en")
    screen.page.wait_for_selector(".st-key-card_compliance")
    assert re.search(r"\d+ of 22", cards(screen, "compliance").inner_text())
    walk = Walk(screen)
    walk.click(cards(screen, "compliance").get_by_role("link", name=texts("overview.prove")), "**/checklist?**")
    assert screen.page.locator(".lt-matrix tbody tr").count() == 22
    walk.click(screen.page.locator('.lt-matrix a[href*="item=10"]'), "**item=10**")
    shown = cards(screen, "item").inner_text()
    assert "《呼叫中心质量监控细则》" in shown
    assert re.search(r"Rows this month: \d", shown)
    walk.click(cards(screen, "item").locator('a[href*="at="]'), "**/call?**at=**")
    assert screen.page.locator(".lt-turn").count() >= 1
    assert walk.clicks <= MOST_CLICKS
    seen = [entry for entry in audit.entries(limit=10_000) if entry.object_kind == "checklist_evidence"]
    assert seen and seen[-1].name == "boss", "who looked at evidence is in the access log"


def test_rows_of_accounts_are_compliances_alone(open_screen: OpenScreen) -> None:
    texts = texts_of("en")
    closed = open_screen("boss")
    closed.open("/checklist?lang=en&item=18")
    assert texts("checklist.proof_closed") in cards(closed, "item").inner_text()
    opened = open_screen("cai")
    opened.open("/checklist?lang=en&item=18")
    assert re.search(r"Rows this month: \d", cards(opened, "item").inner_text())


def test_who_needs_help_and_did_the_improvement_work(open_screen: OpenScreen) -> None:
    texts = texts_of("zh")
    screen = open_screen("boss")
    screen.open("/management?grain=month")
    screen.page.wait_for_selector(".st-key-card_projects")
    projects = cards(screen, "projects").inner_text()
    answers = [texts(f"overview.answer_{answer}") for answer in ("better", "worse", "unclear", "too_early")]
    assert any(answer in projects for answer in answers) or texts("overview.projects_none") in projects
    walk = Walk(screen)
    walk.click(cards(screen, "help").locator('a[href^="team?"]'), "**/team?**")
    assert screen.page.locator(".lt-table tbody tr").count() > 1, "the agents of the team, side by side"
    assert walk.clicks <= MOST_CLICKS


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "address", ["changes?grain=month&kpi=aht&by=topic", "kpis?grain=month&kpi=fcr", "checklist?item=10"]
)
def test_pages_of_the_management(open_screen: OpenScreen, address: str, language: Language, width: int) -> None:
    """Drawn, titled, not wider than the window, and their filters stay in the address."""
    path = address.split("?")[0]
    screen = open_screen("boss", width=width)
    screen.open(f"/{address}&lang={language}")
    screen.page.wait_for_selector(".lt-foot")
    screen.see_all()
    assert screen.page.locator(".lt-title h1").first.inner_text() == texts_of(language)(f"nav.{path}")
    assert screen.page.locator(".lt-table").count() >= 1
    assert screen.overflow() <= 0
    assert foreign_words(screen, language) - {"呼叫中心质量监控细则"} == set(), "but for the title of the source"
    for part in address.split("?")[1].split("&"):
        assert part in screen.page.url
    screen.keep(f"{path}_{language}_{width}")


def test_kpis_are_found_by_word_and_by_status(open_screen: OpenScreen) -> None:
    screen, texts = open_screen("boss"), texts_of("en")
    screen.open("/kpis?lang=en&grain=month&status=FAIL")
    chips = screen.page.locator(".lt-table .lt-chip").all_inner_texts()
    assert chips and all(texts("status.FAIL") in chip for chip in chips)
    screen.open("/kpis?lang=en&grain=month")
    screen.page.get_by_label(texts("kpis.search")).fill("complaint")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url("**q=complaint**")
    screen.settle()
    assert screen.page.locator(".lt-table tbody tr").count() >= 1
    assert "Service level" not in screen.page.locator('[data-testid="stMain"]').inner_text()


def test_the_report_is_made_saved_and_noted(open_screen: OpenScreen, tmp_path: Path) -> None:
    screen, texts = open_screen("boss"), texts_of("en")
    screen.open("/management?lang=en&grain=month")
    verdict = screen.page.locator(".lt-verdict p").inner_text()
    screen.page.get_by_role("button", name=texts("overview.report_html")).click()
    save = screen.page.get_by_role("button", name=texts("overview.report_save_html"))
    save.wait_for()
    with screen.page.expect_download() as started:
        save.click()
    file = tmp_path / "report.html"
    started.value.save_as(file)
    page = file.read_text(encoding="utf-8")
    assert re.sub(r"\s+", " ", verdict.split(":")[0]) in page, "the report and the cockpit tell the same numbers"
    noted = [entry for entry in audit.entries(limit=10_000) if entry.object_kind == "report"]
    assert noted and noted[-1].action == "export"
