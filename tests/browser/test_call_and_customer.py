"""Listening at the second, the customer behind a call, and the agent's own page, as people use them."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import quote

import pytest

from dashboards.i18n import texts_of
from dashboards.i18n.texts import LANGUAGES, Language
from lingting import audit
from lingting.store import Role, add_account
from lingting.warehouse import published_connection
from tests.browser.cockpit import Cockpit, Screen
from tests.browser.conftest import PASSWORD
from tests.browser.factors import enrol, type_code
from tests.browser.leak_attempts import INJECTIONS

ZH = texts_of("zh")
OpenScreen = Callable[..., Screen]
TIME = "document.querySelector('audio').currentTime"


def _clock(second: int) -> str:
    return f"{second // 60:02d}:{second % 60:02d}"


def _fetch(cockpit: Cockpit, call_id: str, token: str | None) -> tuple[int, bytes]:
    headers = {"Cookie": f"lingting_session={token}"} if token else {}
    request = urllib.request.Request(f"{cockpit.address}/recordings/{quote(call_id, safe='')}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def test_a_finding_a_turn_and_a_lane_play_from_their_second(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = open_screen("sue")
    screen.open(f"/call?call={cockpit.cast.call_id}")
    page, second = screen.page, cockpit.cast.second
    page.locator(".st-key-card_findings").get_by_role("button", name=_clock(second)).last.click()
    page.wait_for_function(f"{TIME} >= {second}")
    page.wait_for_url(f"**at={second}**")
    assert page.evaluate(TIME) < second + 5
    page.locator(".lt-turn .lt-at").first.press("Enter")
    page.wait_for_function(f"{TIME} < {second} && !document.querySelector('audio').paused")
    page.locator(".lt-title").click()  # no button has the focus
    page.keyboard.press(" ")
    page.wait_for_function("document.querySelector('audio').paused")
    block = page.locator(".lt-block.customer").last
    start = float(block.get_attribute("data-at") or 0)
    block.click()
    page.wait_for_function(f"{TIME} >= {start:.2f} - 0.05")
    played = [e for e in audit.entries(limit=100_000) if e.action == "play" and e.name == "sue"]
    assert [(e.object_id, e.outcome) for e in played] == [(cockpit.cast.call_id, "done")], "once, whatever was sought"


def test_sound_starts_right_after_signing_in_and_ends_with_the_session(
    open_screen: OpenScreen, cockpit: Cockpit
) -> None:
    add_account(cockpit.store, "listener", Role.AGENT, PASSWORD, agent_id=cockpit.cast.agent_id)
    totp, _ = enrol(cockpit, "listener")
    screen = open_screen()
    screen.open(f"/call?call={cockpit.cast.call_id}&at=2")
    screen.sign_in("listener", PASSWORD)
    type_code(screen, totp.now())
    screen.page.wait_for_function("document.querySelector('audio')?.readyState >= 1")
    (cookie,) = [c for c in screen.page.context.cookies() if c["name"] == "lingting_session"]
    status, sound = _fetch(cockpit, cockpit.cast.call_id, cookie["value"])
    assert (status, sound[:4]) == (200, b"OggS")
    screen.page.locator(".st-key-sign_out button").click()
    screen.page.get_by_text(ZH("sign_in.lead")).wait_for()
    assert _fetch(cockpit, cockpit.cast.call_id, cookie["value"]) == (404, b"")


def test_recordings_of_others_are_as_if_they_were_not_there(cockpit: Cockpit, session_tokens: dict[str, str]) -> None:
    for name in ("ben", "sam", "dan", "ada", None):
        token = session_tokens[name] if name else None
        for call_id in (cockpit.cast.call_id, "there-is-no-such-call", *INJECTIONS):
            status, content = _fetch(cockpit, call_id, token)
            if ".." in call_id or "\0" in call_id:  # refused before it comes to us
                assert (status, content) == (400, b"Bad Request")
            else:
                assert (status, content) == (404, b""), (name, call_id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_pseudonym_needs_a_reason_and_is_gone_at_the_next_click(
    open_screen: OpenScreen, cockpit: Cockpit, language: Language
) -> None:
    texts = texts_of(language)
    cursor, _ = published_connection()
    with cursor:
        call, key = cursor.execute(
            """select call_id, customer_key from mart_call
            where team_id = ? and customer_key is not null order by call_id desc limit 1""",
            [cockpit.cast.team_id],
        ).fetchall()[0]
    screen = open_screen("sue")
    screen.open(f"/call?call={call}&lang={language}")
    screen.page.locator(".lt-leads").get_by_role("link", name=texts("around.customer")).click()
    screen.page.wait_for_selector(".lt-timeline")
    screen.settle()
    assert screen.page.locator(".lt-event").count() > 0
    assert key not in screen.page.content()
    screen.page.locator('[data-testid="stExpander"] summary').click()
    box = screen.page.locator('[data-testid="stForm"] textarea')
    box.fill("short")
    screen.page.get_by_role("button", name=texts("unmask.show")).click()
    screen.page.locator('[data-testid="stAlert"]').get_by_text(texts("refused.unmask_reason")).wait_for()
    assert key not in screen.page.content()
    box.fill("<b>complaint</b> letter number 7")
    screen.page.get_by_role("button", name=texts("unmask.show")).click()
    screen.page.locator(".lt-key").wait_for()
    assert screen.page.locator(".lt-key").inner_text() == key
    assert key not in screen.page.url
    (entry,) = [e for e in audit.entries(limit=100_000) if e.action == "unmask" and e.object_id == call][-1:]
    assert (entry.name, entry.purpose) == ("sue", "<b>complaint</b> letter number 7")
    screen.page.locator(".st-key-language_side button").click()
    screen.page.wait_for_function("!document.querySelector('.lt-key')")


def test_agent_finds_what_to_improve_and_hears_it(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    screen = open_screen("amy")
    screen.open("/my_calls?grain=month")
    for card in ("standing", "improve", "praise", "growth", "practices"):
        assert screen.page.locator(f".st-key-card_{card}").count() == 1
    cursor, _ = published_connection()
    with cursor:
        colleagues = [
            name
            for (name,) in cursor.execute(
                "select agent_name from dim_agent where agent_id <> ?", [cockpit.cast.agent_id]
            ).fetchall()
        ]
    text = screen.text()
    assert [name for name in colleagues if name in text] == []
    heard = screen.page.locator(".st-key-card_improve .lt-link").filter(has_text=":").first
    wanted = heard.get_attribute("href") or ""
    heard.click()
    screen.page.wait_for_url("**/call?**")
    screen.page.wait_for_selector(".lt-turn")
    assert "at=" in wanted
    assert screen.overflow() <= 0


def test_views_and_refusals_are_in_the_log_once_each(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    before = len(audit.entries(limit=100_000))
    screen = open_screen("ben")
    screen.open("/my_calls?grain=week")
    screen.page.locator(".st-key-my_calls_flagged label").click()
    screen.settle()
    screen.open("/management")
    screen.open(f"/call?call={cockpit.cast.call_id}")
    found = [e for e in audit.entries(limit=100_000)[before:] if e.name == "ben" and e.action == "view"]
    assert [(e.object_kind, e.object_id, e.outcome) for e in found] == [
        ("page", "my_calls", "done"),
        ("page", "management", "refused"),
        ("call", cockpit.cast.call_id, "refused"),
    ]
    assert {e.session for e in found} == {found[0].session}
    assert list(audit.verify(audit.entries(limit=100_000))) == []


@pytest.mark.parametrize("path", ["call", "customer", "my_calls"])
def test_crafted_parameters_do_nothing(open_screen: OpenScreen, cockpit: Cockpit, path: str) -> None:
    screen = open_screen("amy")
    fired = "window.fired = (window.fired || 0) + 1"
    for text in (*INJECTIONS[:2], *INJECTIONS[4:7], f"<img src=x onerror='{fired}'>", f'"><script>{fired}</script>'):
        given = quote(text, safe="")
        screen.open(f"/{path}?call={given}&at={given}&list={given}&kind={given}&grain={given}&kpi={given}&page={given}")
        assert screen.page.evaluate("window.fired") is None
        assert screen.page.locator(".lt-turn, audio").count() == 0
