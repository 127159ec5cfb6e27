"""The cockpit is killed while somebody hands work in: what was kept is whole, stands once, and the page comes back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from dashboards.i18n import texts_of
from lingting import audit
from lingting.store import list_accounts, open_store, start_session
from lingting.store.models import Issue, IssueStep
from tests.browser.cockpit import Cockpit, Screen, give_session, profile
from tests.browser.conftest import Serving
from tests.browser.test_issues import press, write

ZH = texts_of("zh")
AFTER_MS = (0, 40, 150)  # from the press to the kill: before, in and after the write


@pytest.fixture
def screen(cockpit: Cockpit, own_home: Path, browser: Browser) -> Iterator[tuple[Screen, Serving]]:
    server = Serving(own_home)
    with server as (address, log):
        store = open_store()
        here = Cockpit(address, own_home, cockpit.cast, store, log)
        context = profile(browser)
        (qin,) = [account for account in list_accounts(store) if account.name == "qin"]
        give_session(context, address, start_session(store, qin.user_id))
        yield Screen(context.new_page(), here), server
        context.close()


def kept(topic: str) -> int:
    """How often the issue stands in the store; each must be whole, with its first step."""
    with open_store()() as session:
        issues = session.scalars(select(Issue).where(Issue.topic == topic)).all()
        for issue in issues:
            steps = session.scalars(select(IssueStep.step).where(IssueStep.issue_id == issue.issue_id)).all()
            assert list(steps) == ["found"], "an issue by halves"
    return len(issues)


def fill_in(screen: Screen, topic: str) -> None:
    screen.open("/issues?new=1")
    write(screen, ZH("issues.topic"), topic)
    write(screen, ZH("issues.say_found"), f"{topic}，三通电话")


def test_what_is_handed_in_while_the_cockpit_is_killed_is_kept_once_or_not_at_all(
    screen: tuple[Screen, Serving], own_home: Path
) -> None:
    page, server = screen
    found: list[int] = []
    for after in AFTER_MS:
        topic = f"{after} 毫秒后断电"
        fill_in(page, topic)
        page.page.get_by_role("button", name=ZH("issues.open")).click()
        page.page.wait_for_timeout(after)
        server.kill()
        found.append(kept(topic))
        server.__enter__()
        if not found[-1]:
            fill_in(page, topic)
            press(page, ZH("issues.open"))
            page.page.wait_for_url(re.compile("issue=LI"))
        page.open("/issues")
        assert page.page.locator("[data-testid='stMain']").get_by_role("link", name=topic).count() == 1
        assert kept(topic) == 1
    print(f"\nkept at the kill, by milliseconds after the press: {dict(zip(AFTER_MS, found, strict=True))}")
    assert list(audit.verify(audit.entries(limit=1_000_000))) == []


def test_a_kill_in_the_middle_of_a_write_leaves_nothing_behind(screen: tuple[Screen, Serving], own_home: Path) -> None:
    """Another writer holds the database, so that the cockpit surely stands in its own write when it is killed."""
    page, server = screen
    topic = "写到一半断电"
    fill_in(page, topic)
    (file,) = own_home.glob("store/*.sqlite")
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("begin immediate")
        page.page.get_by_role("button", name=ZH("issues.open")).click()
        page.page.wait_for_timeout(1500)
        server.kill()
        holder.execute("rollback")
    assert kept(topic) == 0
    server.__enter__()
    fill_in(page, topic)
    press(page, ZH("issues.open"))
    page.page.wait_for_url(re.compile("issue=LI"))
    assert kept(topic) == 1


def test_a_page_whose_server_went_away_says_so_in_its_language_and_comes_back(
    screen: tuple[Screen, Serving],
) -> None:
    page, server = screen
    page.open("/issues")
    server.kill()
    dialog = page.page.locator("[role='dialog'] h2")
    dialog.wait_for()
    told = dialog.evaluate("one => getComputedStyle(one, '::after').content")
    assert told == f'"{ZH("app.lost")}"'
    server.__enter__()
    dialog.wait_for(state="hidden")
    page.settle()
    assert page.page.locator(".lt-title h1").inner_text() == ZH("nav.issues")
