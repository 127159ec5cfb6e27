"""Checks over a published build: what is raised, followed, cleared and corrected; what people do; what each sees."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from lingting.alerting.actions import acknowledge, mute, resolve
from lingting.alerting.check import check, check_live
from lingting.alerting.feed import AlertView, feed, one
from lingting.alerting.operations import note_run
from lingting.audit import entries
from lingting.clock import day_start
from lingting.contracts import contract as contract_of
from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.store import Store, add_alert, open_store
from lingting.store.models import Alert, AlertDelivery
from lingting.work import Refused
from lingting.work.sources_alerts import SOURCES
from tests.fixtures.alert_rows import set_channels
from tests.fixtures.live_events import event
from tests.fixtures.small_build import Half, publish_small

D1, D2, D3 = date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)
BOSS = Viewer(Role.MANAGEMENT, name="boss", employee_id="M901")
SALES = Viewer(Role.SUPERVISOR, team_ids=("T1",), name="sue", employee_id="S901")
SERVICE = Viewer(Role.SUPERVISOR, team_ids=("T2",), name="sam", employee_id="S902")
DATA = Viewer(Role.DATA, name="dan", employee_id="D901")
STATES = ("raised", "acknowledged", "cleared", "resolved")


@pytest.fixture
def store(lingting_home: Home) -> Store:
    return open_store()


def half(day: date, number: int, abandoned: int, n: int = 100, member: str = "sales") -> Half:
    return (day, number, "queue", member, n, abandoned)


def morning(day: date) -> datetime:
    """04:00 local time of the day after: when the daily run judges."""
    return day_start(day) + timedelta(hours=28)


def kpi_alerts(store: Store) -> list[Alert]:
    with store() as session:
        return list(session.scalars(select(Alert).where(Alert.kind == "kpi").order_by(Alert.window_start_at)))


def test_first_check_judges_the_newest_day_and_not_the_past(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D2, [half(D1, 20, 30), half(D2, 20, 2), half(D2, 30, 6)])
    check(store, morning(D2))
    (alert,) = kpi_alerts(store)
    assert (alert.state, alert.value, alert.n) == ("raised", 0.06, 100)
    assert alert.window_start_at == day_start(D2) + timedelta(hours=15)


def test_second_check_of_the_same_build_changes_nothing(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 20, 10), half(D1, 21, 2), half(D1, 30, 9)])
    first = check(store, morning(D1))
    before = [(alert.alert_id, alert.state, alert.version) for alert in kpi_alerts(store)]
    second = check(store, morning(D1) + timedelta(minutes=5))
    assert (first.n_raised, second.n_raised, second.n_cleared) == (2, 0, 0)
    assert [(alert.alert_id, alert.state, alert.version) for alert in kpi_alerts(store)] == before
    assert [state for _, state, _ in before] == ["cleared", "raised"]


def test_alert_stands_over_night_and_clears_with_the_first_calm_window(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 40, 10)])
    check(store, morning(D1))
    publish_small(lingting_home, D2, [half(D1, 40, 10), half(D2, 18, 9), half(D2, 19, 1), half(D2, 20, 1)])
    found = check(store, morning(D2))
    (alert,) = kpi_alerts(store)
    assert (found.n_raised, found.n_cleared, alert.state) == (0, 1, "cleared")
    assert alert.last_value == 0.01


def test_days_between_two_checks_are_not_missed(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 20, 1)])
    check(store, morning(D1))
    publish_small(lingting_home, D3, [half(D2, 20, 30), half(D2, 21, 1), half(D3, 20, 1)])
    check(store, morning(D3))
    assert [alert.state for alert in kpi_alerts(store)] == ["cleared"]


def test_late_calls_that_move_the_start_raise_nothing_twice(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 20, 4), half(D1, 21, 10), half(D1, 22, 5)])
    check(store, morning(D1))
    publish_small(lingting_home, D1, [half(D1, 20, 9), half(D1, 21, 10), half(D1, 22, 5)])
    assert check(store, morning(D1) + timedelta(hours=1)).n_raised == 0
    assert len(kpi_alerts(store)) == 1
    assert len(SOURCES["alerts"](D2)) == 2, "both windows are on record"


def test_correction_below_the_limit_clears_and_back_opens_again(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 20, 10)])
    check(store, morning(D1))
    publish_small(lingting_home, D1, [half(D1, 20, 1)])
    check(store, morning(D1) + timedelta(hours=1))
    (alert,) = kpi_alerts(store)
    assert alert.state == "cleared"
    publish_small(lingting_home, D1, [half(D1, 20, 10)])
    assert check(store, morning(D1) + timedelta(hours=2)).n_raised == 0
    assert [alert.state for alert in kpi_alerts(store)] == ["raised"]
    view = one(store, BOSS, alert.alert_id, morning(D1))
    assert view is not None
    assert [(step.step, step.note) for step in view.steps][1:] == [("cleared", "corrected"), ("reopened", "corrected")]


def test_resolved_alert_stays_resolved_until_a_later_window_breaches(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 20, 10)])
    check(store, morning(D1))
    resolve(store, BOSS, kpi_alerts(store)[0].alert_id, "two more people on the queue", at=morning(D1))
    assert check(store, morning(D1) + timedelta(hours=1)).n_raised == 0
    publish_small(lingting_home, D2, [half(D1, 20, 10), half(D2, 2, 50), half(D2, 30, 10)])
    assert check(store, morning(D2)).n_raised == 1
    first, second = kpi_alerts(store)
    assert (first.state, second.state) == ("resolved", "raised")
    assert second.window_start_at == day_start(D2) + timedelta(hours=15), "01:00 lay before it was resolved"


def test_day_and_week_rules_judge_what_is_known_and_over(store: Store, lingting_home: Home) -> None:
    def row(grain: str, start: date, kpi: tuple[str, str], value: float, status: str = "FAIL") -> tuple[object, ...]:
        return (grain, start, "centre", "centre", *kpi, value, 500, status)

    level, fcr = ("service_level", "sl_f3"), ("fcr", "fcr_process")
    monday = date(2026, 10, 5)
    kpis = [
        row("day", D2, level, 0.8),
        row("week", monday, fcr, 0.7),
        row("day", D2, ("script_compliance",) * 2, 0.1, "OPEN"),
    ]
    publish_small(lingting_home, D2, kpis=kpis)  # type: ignore[arg-type]
    check(store, morning(D2))
    assert [alert.rule_id for alert in kpi_alerts(store)] == ["service_level.centre.day"], "the week is not over"
    sunday = monday + timedelta(days=6)
    publish_small(lingting_home, sunday, kpis=kpis)  # type: ignore[arg-type]
    check(store, morning(sunday))
    assert {alert.rule_id for alert in kpi_alerts(store)} == {"service_level.centre.day", "fcr.centre.week"}


def test_old_data_and_a_failed_run_are_alerts_that_clear(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1)
    note_run(morning(D1), 4)
    late = day_start(D2) + timedelta(hours=37)
    check(store, late)
    seen = {view.rule_id: view for view in feed(store, DATA, late)}
    assert set(seen) == {"data_age", "run_failed"}
    assert (seen["data_age"].value, seen["run_failed"].detail) == (37.0, "4")
    note_run(late, 0)
    publish_small(lingting_home, D2)
    check(store, late + timedelta(hours=1))
    assert feed(store, DATA, late) == []


def test_broken_access_log_is_an_alert_for_compliance(store: Store, lingting_home: Home) -> None:
    from lingting.audit import note

    for page in ("a", "b", "c"):
        note(BOSS, "view", "page", page)
    lingting_home.audit_anchors.write_text('{"seq_no": 9, "entry_hash": "gone"}\n', encoding="utf-8")
    check(store, morning(D1))
    (view,) = feed(store, Viewer(Role.COMPLIANCE, name="cai"), morning(D1))
    assert (view.rule_id, view.severity, view.detail) == ("audit_chain", "critical", "9")
    assert len(entries()) == 3


def test_shut_door_is_an_alert_that_names_the_partition_and_no_row(store: Store, lingting_home: Home) -> None:
    from lingting.lake import atomic_json

    finding = {"kind": "bad_data", "sentence": "13800138000 is wrong", "observed": "13800138000"}
    path = lingting_home.door_results / "door_one" / "calls" / "2026-10-05.json"
    atomic_json(path, {"key": "k", "result": {"suite": "calls", "partition": "2026-10-05", "findings": [finding]}})
    check(store)
    (view,) = feed(store, DATA, morning(D1))
    assert (view.rule_id, view.detail) == ("door_blocked", "calls/2026-10-05")
    assert "138" not in str(view)


def test_events_of_one_call_and_kind_are_one_alert_that_ends_by_itself(store: Store) -> None:
    at = datetime(2026, 10, 5, 3)
    for second in (5.0, 9.0):
        add_alert(store, event("call-1", at, at_seconds=second))
    add_alert(store, event("call-1", at, kind="forbidden"))
    add_alert(store, event("call-0", at - timedelta(days=2)))
    assert check_live(store, at).n_raised == 2
    assert check_live(store, at).n_raised == 0
    assert check_live(store, at + timedelta(hours=5)).n_cleared == 2


def test_who_sees_what(store: Store, lingting_home: Home) -> None:
    publish_small(
        lingting_home, D1, [half(D1, 20, 10), (D1, 20, "centre", "centre", 200, 20), half(D1, 20, 9, member="service")]
    )
    at = morning(D1)
    add_alert(store, event("call-1", at, queue_id="service"))
    check(store, at)

    def seen(viewer: Viewer) -> set[tuple[str, str]]:
        return {(view.rule_id.split(".")[0], view.scope_id) for view in feed(store, viewer, at)}

    assert seen(SALES) == {("abandonment", "sales"), ("abandonment", "centre")}
    assert seen(SERVICE) == {("abandonment", "service"), ("abandonment", "centre"), ("live_risk", "service")}
    assert seen(BOSS) == {("abandonment", "sales"), ("abandonment", "centre"), ("abandonment", "service")}
    assert seen(DATA) == set()
    for role in (Role.AGENT, Role.ADMINISTRATOR):
        assert seen(Viewer(role, agent_id="A1", name="x")) == set()


def _sales_alert(store: Store, home: Home) -> AlertView:
    publish_small(home, D1, [half(D1, 20, 10)])
    check(store, morning(D1))
    return feed(store, SALES, morning(D1))[0]


def test_foreign_alert_is_refused_like_one_that_is_not_there_and_noted(store: Store, lingting_home: Home) -> None:
    alert = _sales_alert(store, lingting_home)
    for alert_id in (alert.alert_id, "no-such-alert"):
        with pytest.raises(Refused) as refused:
            acknowledge(store, SERVICE, alert_id, "mine?")
        assert refused.value.code == "alert_not_found"
    assert [entry.outcome for entry in entries()] == ["refused", "refused"]
    assert one(store, SERVICE, alert.alert_id, morning(D1)) is None


def test_acknowledging_needs_a_note_and_the_newest_version(store: Store, lingting_home: Home) -> None:
    alert = _sales_alert(store, lingting_home)
    with pytest.raises(Refused, match="few words"):
        acknowledge(store, SALES, alert.alert_id, "   ", alert.version)
    acknowledge(store, SALES, alert.alert_id, "on it", alert.version)
    for code, do in (("alert_changed", resolve), ("alert_changed", acknowledge)):
        with pytest.raises(Refused) as refused:
            do(store, BOSS, alert.alert_id, "too late", alert.version)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        acknowledge(store, SALES, alert.alert_id, "again")
    assert refused.value.code == "alert_not_raised"
    (row,) = SOURCES["alerts"](D2)
    assert (row["acknowledged_by"], row["cleared_at"]) == ("S901", None)


def test_own_alerts_fit_the_contract(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 20, 10), half(D1, 21, 8), half(D1, 22, 1), half(D1, 30, 9)])
    check(store, morning(D1))
    acknowledge(store, SALES, kpi_alerts(store)[1].alert_id, "on it", at=morning(D1) + timedelta(minutes=1))
    found = SOURCES["alerts"](D2)
    contract = contract_of("alerts")
    assert len(found) == 3
    assert len({row["alert_id"] for row in found}) == 3
    for row in found:
        assert list(row) == [column.name for column in contract.columns]
        assert row["window_start_at"] < row["window_end_at"] <= row["raised_at"]
        assert row["cleared_at"] is None or row["raised_at"] <= row["cleared_at"]
        assert row["acknowledged_at"] is None or row["raised_at"] <= row["acknowledged_at"]
    assert SOURCES["alerts"](D1) == [], "the day is that on which it was raised"


def test_muted_rule_raises_and_tells_nobody(store: Store, lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    set_channels(monkeypatch, {"name": "hook", "url_variable": "HOOK", "scopes": ["queue"]})
    at = morning(D1)
    mute(store, BOSS, "abandonment.queue.half_hour", at + timedelta(hours=8), "switch-over", "sales", at=at)
    publish_small(lingting_home, D1, [half(D1, 20, 10), half(D1, 20, 9, member="service")])
    assert check(store, at).n_queued == 1
    with store() as session:
        told = session.scalars(select(AlertDelivery.alert_id)).one()
    assert told == next(alert.alert_id for alert in kpi_alerts(store) if alert.scope_id == "service")
    assert {view.scope_id: view.is_muted for view in feed(store, BOSS, at)} == {"sales": True, "service": False}
    with pytest.raises(Refused):
        mute(store, BOSS, "abandonment.queue.half_hour", at + timedelta(days=30), "for ever", at=at)


def test_checks_side_by_side_raise_each_alert_once(store: Store, lingting_home: Home) -> None:
    publish_small(lingting_home, D1, [half(D1, 20, 10), half(D1, 20, 9, member="service")])
    failures: list[BaseException] = []

    def run() -> None:
        try:
            check(store, morning(D1))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(kpi_alerts(store)) == 2
