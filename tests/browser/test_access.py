"""Who gets in and how far: sign-in, sign-out, sessions, and that nobody opens what is somebody else's."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboards.i18n import texts_of
from lingting.store import Role, add_account, set_disabled
from lingting.store.models import Account, SignedIn
from tests.browser.cockpit import Cockpit, Screen
from tests.browser.conftest import PASSWORD
from tests.browser.factors import enrol, type_code
from tests.browser.published_fixture import build_published

ZH = texts_of("zh")
OpenScreen = Callable[..., Screen]


def test_wrong_password_and_unknown_name_get_the_same_answer(open_screen: OpenScreen) -> None:
    answers = []
    for name in ("boss", "nobody at all"):
        screen = open_screen()
        screen.open("/")
        screen.sign_in(name, "not the password")
        screen.page.wait_for_selector('[data-testid="stAlert"]')
        answers.append(screen.page.locator('[data-testid="stAlert"]').inner_text())
    assert answers[0] == answers[1]
    assert ZH("sign_in.failed") in answers[0]


def test_signed_out_visitor_sees_the_form_at_every_address(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = open_screen()
    for path in ("/management", "/team", "/my_calls", f"/call?call={cockpit.cast.call_id}"):
        screen.open(path)
        assert ZH("sign_in.password") in screen.text()
        assert screen.page.locator(".lt-value, .lt-turn, audio").count() == 0


def test_link_to_a_call_opens_after_signing_in(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    totp, _ = enrol(cockpit, "amy")
    screen = open_screen()
    screen.open(f"/call?call={cockpit.cast.call_id}")
    screen.sign_in("amy", PASSWORD)
    type_code(screen, totp.now())
    screen.page.wait_for_selector(".lt-turn")
    assert cockpit.cast.call_id in screen.page.locator(".lt-title").inner_text()


def test_agent_can_not_open_the_call_of_another_agent(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    texts = []
    for call_id in (cockpit.cast.foreign_call_id, "there-is-no-such-call"):
        screen = open_screen("amy")
        screen.open(f"/call?call={call_id}")
        screen.page.get_by_text(ZH("call.not_found")).wait_for()
        assert screen.page.locator(".lt-turn, audio, .lt-facts").count() == 0
        texts.append(screen.text().replace(call_id, ""))
    assert texts[0] == texts[1], "the page must not tell whether the call exists"


def test_supervisor_can_not_open_a_call_of_another_team(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    outside = cockpit.cast.outside_call_id
    screen = open_screen("sue")
    screen.open(f"/call?call={outside}")
    screen.page.get_by_text(ZH("call.not_found")).wait_for()
    assert screen.page.locator(".lt-turn, audio, .lt-facts").count() == 0
    screen.open(f"/call?call={cockpit.cast.call_id}")
    screen.page.wait_for_selector(".lt-turn")


def test_supervisor_sees_only_the_own_team_whatever_the_address_says(open_screen: OpenScreen) -> None:
    screen = open_screen("sue")
    screen.open("/team")
    own = screen.page.locator(".lt-title").inner_text()
    for other in ("T2", "T3", "T002"):
        screen.open(f"/team?team={other}")
        assert screen.page.locator(".lt-title").inner_text() == own


@pytest.mark.parametrize(
    ("name", "path"), [("amy", "/management"), ("amy", "/team"), ("sue", "/management"), ("boss", "/my_calls")]
)
def test_page_of_another_role_is_refused_in_words(open_screen: OpenScreen, name: str, path: str) -> None:
    screen = open_screen(name)
    screen.open(path)
    screen.page.get_by_text(ZH("error.not_yours"), exact=True).wait_for()
    assert screen.page.locator(".lt-value, .lt-table").count() == 0


def test_unknown_address_leads_to_the_first_page(open_screen: OpenScreen) -> None:
    screen = open_screen("amy")
    screen.open("/nonsense/deep")
    screen.page.wait_for_url("**/my_calls**")
    screen.page.wait_for_selector(".lt-foot")
    assert "not found" not in screen.text().lower()


def _fresh(open_screen: OpenScreen, cockpit: Cockpit, name: str) -> Screen:
    """An account of this test alone, signed in."""
    add_account(cockpit.store, name, Role.MANAGEMENT, PASSWORD)
    totp, _ = enrol(cockpit, name)
    screen = open_screen()
    screen.open("/management")
    screen.sign_in(name, PASSWORD)
    type_code(screen, totp.now())
    screen.page.wait_for_selector(".lt-foot")
    return screen


def test_session_survives_a_reload_and_its_cookie_is_out_of_reach(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = _fresh(open_screen, cockpit, "stayer")
    screen.page.reload()
    screen.page.wait_for_selector(".lt-value")
    (cookie,) = [c for c in screen.page.context.cookies() if c["name"] == "lingting_session"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["value"] not in screen.page.content()
    assert "lingting_session" not in screen.page.evaluate("document.cookie")
    assert screen.page.evaluate("typeof window.lingtingIdle") == "number", "an idle page must close itself"


def test_signing_out_ends_the_session_for_good(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = _fresh(open_screen, cockpit, "leaver")
    screen.page.locator(".st-key-sign_out button").click()
    screen.page.get_by_text(ZH("sign_in.lead")).wait_for()
    screen.open("/management")
    assert ZH("sign_in.password") in screen.text()
    assert screen.page.locator(".lt-value").count() == 0


def test_disabled_account_is_out_at_the_next_click(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = _fresh(open_screen, cockpit, "fired")
    set_disabled(cockpit.store, "fired", True)
    screen.page.locator(".st-key-filter_grain_zh button").nth(0).click()
    screen.page.get_by_text(ZH("sign_in.lead")).wait_for()
    screen.settle()
    assert screen.page.locator(".lt-value").count() == 0


def test_session_without_a_click_for_too_long_is_over(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = _fresh(open_screen, cockpit, "sleeper")
    with cockpit.store.begin() as session:
        own = select(Account.user_id).where(Account.name == "sleeper").scalar_subquery()
        found = session.scalars(select(SignedIn).where(SignedIn.user_id == own)).one()
        found.last_seen_at -= timedelta(minutes=31)
    screen.page.locator(".st-key-filter_grain_zh button").nth(0).click()
    screen.page.get_by_text(ZH("sign_in.lead")).wait_for()
    screen.settle()
    assert screen.page.locator(".lt-value").count() == 0


def test_server_gives_no_cookie_without_a_ticket_and_refuses_frames(cockpit: Cockpit) -> None:
    request = urllib.request.Request(
        f"{cockpit.address}/session", method="POST", headers={"X-Lingting-Ticket": "guess"}, data=b""
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 403
    with urllib.request.urlopen(cockpit.address, timeout=10) as answer:
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_new_build_is_shown_without_a_restart(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    pointer = cockpit.home / "published" / "CURRENT.json"
    before = pointer.read_text(encoding="utf-8")
    screen = open_screen("boss")
    screen.open("/management")
    assert json.loads(before)["build_id"] in screen.page.locator(".lt-foot").inner_text()
    try:
        build_published(cockpit.home, build_id="20261102T020000-second")
        screen.page.reload()
        screen.page.get_by_text("20261102T020000-second").wait_for()
        pointer.unlink()
        screen.page.reload()
        screen.page.get_by_text(ZH("error.no_build"), exact=True).wait_for()
    finally:
        pointer.write_text(before, encoding="utf-8")
    screen.page.reload()
    screen.page.get_by_text(json.loads(before)["build_id"]).wait_for()


def test_server_log_holds_no_failure(cockpit: Cockpit) -> None:
    """Runs last in this file: whatever the tests did, no page may have failed."""
    assert "Traceback" not in cockpit.log.read_text(encoding="utf-8", errors="replace")
