"""An alert's way through the cockpit: seen in both languages, taken note of, resolved; nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from dashboards.i18n import texts_of
from lingting.clock import now
from lingting.store.models import Alert, LiveAlert
from tests.browser.cockpit import Cockpit, Screen, queue_of
from tests.fixtures.alert_rows import raise_one

ZH, EN = texts_of("zh"), texts_of("en")
OpenScreen = Callable[..., Screen]


@pytest.fixture(scope="module")
def queue_id(cockpit: Cockpit) -> str:
    """The queue that the team of the supervisor serves; the other team only helps out there."""
    own, other = queue_of(cockpit.cast.team_id), queue_of(cockpit.cast.other_team_id)
    assert own != other
    return own


@pytest.fixture
def alert(cockpit: Cockpit, queue_id: str) -> Alert:
    """A fresh one for each test; the others are taken away, so that the order of tests does not matter."""
    with cockpit.store.begin() as session:
        session.query(Alert).delete()
        session.query(LiveAlert).delete()
    return raise_one(cockpit.store, now() - timedelta(minutes=5), member=queue_id, value=0.123, n=57)


def test_supervisor_takes_note_of_an_alert_and_resolves_it(
    open_screen: OpenScreen, cockpit: Cockpit, alert: Alert
) -> None:
    screen = open_screen("sue")
    screen.open("/alerts")
    text = screen.text()
    for part in (ZH("alerts.severity_warning"), ZH("alerts.state_raised"), "放弃率", "12.3%", "5.0%", "57"):
        assert part in text
    assert not re.search(r"[A-Za-z]{3,}", screen.text_of_ours().replace("English", "").replace("sue", ""))
    screen.keep("alerts_zh")
    _fill(screen, ZH("alerts.acknowledge"), ZH("alerts.acknowledge_submit"), "线路故障，已加派两人")
    screen.page.locator(".lt-chip", has_text=ZH("alerts.state_acknowledged")).wait_for()
    _fill(screen, ZH("alerts.resolve"), ZH("alerts.resolve_submit"), "线路已恢复")
    screen.page.get_by_text(ZH("alerts.empty"), exact=True).wait_for()
    with cockpit.store() as session:
        kept = session.get(Alert, alert.alert_id)
        assert kept is not None
        assert (kept.state, kept.acknowledged_by) == ("resolved", "S901")
    screen.open("/alerts?view=over&lang=en")
    screen.page.get_by_role("button", name=EN("alerts.history")).click()
    screen.page.get_by_text("线路已恢复").wait_for()
    assert EN("alerts.state_resolved") in screen.text()


def test_english_page_at_390_pixels_holds_no_chinese_and_fits(open_screen: OpenScreen, alert: Alert) -> None:
    screen = open_screen("boss", width=390)
    screen.open("/alerts?lang=en")
    assert screen.overflow() == 0
    shown = screen.text_of_ours().replace(EN("app.other_language"), "")
    assert not re.search(r"[一-鿿]", shown)
    screen.keep("alerts_en_390")


def test_alert_of_another_teams_queue_can_not_be_seen_by_any_address(open_screen: OpenScreen, alert: Alert) -> None:
    screen = open_screen("sam")
    for path in ("/alerts", f"/alerts?alert={alert.alert_id}", "/alerts?view=all"):
        screen.open(path)
        screen.page.get_by_text(ZH("alerts.empty"), exact=True).wait_for()
        assert "12.3%" not in screen.text()


def test_note_is_asked_for_and_a_colleague_is_not_overwritten(
    open_screen: OpenScreen, cockpit: Cockpit, alert: Alert
) -> None:
    from lingting.alerting.actions import resolve
    from lingting.rights import Role, Viewer

    screen = open_screen("boss")
    screen.open("/alerts")
    _fill(screen, ZH("alerts.acknowledge"), ZH("alerts.acknowledge_submit"), "  ")
    screen.page.get_by_text(ZH("refused.alert_note_missing")).wait_for()
    resolve(cockpit.store, Viewer(Role.MANAGEMENT, name="other"), alert.alert_id, "done")
    form = screen.page.locator('[data-testid="stDialog"]')
    form.locator("input").fill("me too")
    form.get_by_role("button", name=ZH("alerts.acknowledge_submit")).click()
    screen.page.get_by_text(ZH("refused.alert_changed")).wait_for()
    with cockpit.store() as session:
        kept = session.get(Alert, alert.alert_id)
        assert kept is not None and kept.acknowledged_by is None


def _fill(screen: Screen, button: str, submit: str, text: str) -> None:
    screen.page.get_by_role("button", name=button, exact=True).first.click()
    form = screen.page.locator('[data-testid="stDialog"]')
    form.locator("input").fill(text)
    form.get_by_role("button", name=submit).click()
