"""Taking rows out: what the file holds, and that nobody but the person who ordered it ever gets a byte."""

from __future__ import annotations

import csv
import io
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator

from dashboards.data import queries
from dashboards.data.periods import period_from
from dashboards.i18n import texts_of
from lingting import audit
from lingting.rights import Viewer
from lingting.store import Role, end_session, live_session, start_session
from tests.browser.cockpit import Cockpit, Screen

EN = texts_of("en")
OpenScreen = Callable[..., Screen]


def _order(screen: Screen, file_format: str, purpose: str) -> Locator:
    """Fill the form of the call list on the team's page; the link to the file."""
    screen.page.locator('[data-testid="stPopover"] button').filter(has_text=EN("export.offer")).last.click()
    form = screen.page.locator('[data-testid="stPopoverBody"]')
    form.get_by_text(file_format, exact=True).click()
    form.locator("input[type=text]").fill(purpose)
    form.get_by_role("button", name=EN("export.prepare")).click()
    return form.locator("a.lt-button")


def _expected(cockpit: Cockpit, address: str) -> list[str]:
    query = dict(part.split("=", 1) for part in address.split("?", 1)[1].split("&") if "=" in part)
    sue = Viewer(Role.SUPERVISOR, team_ids=(cockpit.cast.team_id,))
    build = queries.build(sue)
    first, last = (str(day) for day in (build.data_from, build.data_to))
    period = period_from(query, date.fromisoformat(first), date.fromisoformat(last))
    agents = [agent.agent_id for agent in queries.agents(sue, cockpit.cast.team_id)]
    return [line.call_id for line in queries.calls(sue, period, agents, flagged=True, limit=10**6)]


def _fetch(cockpit: Cockpit, target: str, token: str | None) -> tuple[int, bytes]:
    headers = {"Cookie": f"lingting_session={token}"} if token else {}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{cockpit.address}{target}", headers=headers), timeout=20
        ) as answer:
            return int(answer.status), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


@pytest.mark.parametrize("file_format", ["CSV", "XLSX"])
def test_file_holds_what_the_question_gives_and_the_log_knows(
    open_screen: OpenScreen, cockpit: Cockpit, file_format: str
) -> None:
    screen = open_screen("sue")
    screen.open("/team?lang=en&grain=week")
    link = _order(screen, file_format, "coaching of the team")
    link.wait_for()
    with screen.page.expect_download() as started:
        link.click()
    path = Path(started.value.path())
    if file_format == "CSV":
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf"), "Excel reads Chinese only with the mark"
        lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        head, rows, about = lines[0], lines[1:-2], " ".join(lines[-1])
    else:
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        lines = [[str(value) for value in row] for row in book[EN("export.sheet")].iter_rows(values_only=True)]
        head, rows = lines[0], lines[1:]
        about = " ".join(str(value) for row in book[EN("export.about")].iter_rows(values_only=True) for value in row)
    assert head[:2] == [EN("call.id"), EN("calls.time")]
    assert [row[0] for row in rows] == _expected(cockpit, screen.page.url)
    assert len(rows) > 0
    assert "coaching of the team" in about
    assert queries.build(Viewer(Role.MANAGEMENT)).build_id in about
    entry = [e for e in audit.entries(limit=100_000) if e.action == "export" and e.name == "sue"][-1]
    assert (entry.outcome, entry.n_rows, entry.purpose) == ("done", len(rows), "coaching of the team")
    assert entry.object_id.startswith("calls?")


def test_an_export_without_a_purpose_is_refused_in_words(open_screen: OpenScreen) -> None:
    screen = open_screen("sue")
    screen.open("/team?lang=en&grain=week")
    link = _order(screen, "CSV", "x")
    screen.page.get_by_text(EN("export.purpose_missing", n=4)).wait_for()
    assert link.count() == 0


def test_a_stolen_ticket_is_worth_nothing(
    open_screen: OpenScreen, cockpit: Cockpit, session_tokens: dict[str, str]
) -> None:
    screen = open_screen("sue")
    screen.open("/team?lang=en&grain=week")
    link = _order(screen, "CSV", "coaching of the team")
    link.wait_for()
    target = link.get_attribute("href") or ""
    assert target.startswith("/export/")
    sue = live_session(cockpit.store, session_tokens["sue"])
    assert sue is not None
    other = start_session(cockpit.store, sue.user_id)
    thieves = [session_tokens[name] for name in ("boss", "sam", "amy", "qin", "cai", "dan")]
    for token in (*thieves, other, None, "guessed"):
        assert _fetch(cockpit, target, token) == (403, b"")
    end_session(cockpit.store, other)
    assert _fetch(cockpit, target, other) == (403, b"")
    status, content = _fetch(cockpit, target, session_tokens["sue"])
    assert status == 200
    assert content
    assert _fetch(cockpit, target, session_tokens["sue"]) == (403, b""), "good once"
    refused = [e for e in audit.entries(limit=100_000) if e.action == "export" and e.outcome == "refused"]
    assert {"boss", "sam", "amy", "sue", "-"} <= {e.name for e in refused}


def test_a_role_without_the_right_sees_no_form(open_screen: OpenScreen) -> None:
    screen = open_screen("amy")
    screen.open("/my_calls?lang=en")
    assert screen.page.get_by_text(EN("export.offer"), exact=True).count() == 0
