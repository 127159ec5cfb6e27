"""Alerts reach people: over a real mail server and real web servers, through failures, a kill and quiet hours."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.header import decode_header, make_header

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot
from sqlalchemy import select

from lingting.alerting.actions import acknowledge
from lingting.alerting.channels import send
from lingting.alerting.deliver import LEASE, deliver, pause
from lingting.alerting.deliver import test_channel as try_channel
from lingting.alerting.operations import observations
from lingting.alerting.outbox import enqueue
from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.settings import AlertChannel
from lingting.store import Store, open_store
from lingting.store.models import AlertDelivery
from tests.fixtures.alert_rows import NOON, raise_one, set_channels
from tests.fixtures.alert_servers import PASSWORD, USER, Mailbox, Robot, after, in_turn

OK = (200, {"errcode": 0, "errmsg": "ok"})
MANAGER = Viewer(Role.MANAGEMENT, name="boss", user_id="u1", employee_id="M901")
HOOK = {"name": "hook", "url_variable": "ALERT_HOOK", "language": "en"}


@pytest.fixture
def store(lingting_home: Home) -> Iterator[Store]:
    yield open_store()


def hook(
    monkeypatch: pytest.MonkeyPatch, robot: Robot, channel: dict[str, object] | None = None, **more: object
) -> None:
    monkeypatch.setenv("ALERT_HOOK", f"json://127.0.0.1:{robot.port}/secret-path-77")
    set_channels(monkeypatch, {**HOOK, **(channel or {})}, **more)


def mail_address(port: int, password: str = PASSWORD) -> str:
    return f"mailto://127.0.0.1:{port}?mode=insecure&user={USER}&pass={password}&from={USER}&to=boss@example.com"


def rows(store: Store) -> list[AlertDelivery]:
    with store() as session:
        return list(session.scalars(select(AlertDelivery).order_by(AlertDelivery.delivery_id)))


def number(text: str) -> str:
    found = re.search(r"(?:Message|消息编号) ([0-9a-f]{8})", text)
    assert found, text
    return found[1]


def test_mail_arrives_in_chinese_with_value_limit_n_time_and_link(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Mailbox() as mailbox:
        monkeypatch.setenv("ALERT_MAIL", mail_address(mailbox.port))
        set_channels(monkeypatch, {"name": "mail", "url_variable": "ALERT_MAIL"})
        alert = raise_one(store)
        assert deliver(store, NOON).n_sent == 1
        assert deliver(store, NOON + timedelta(minutes=1)).n_sent == 0
    (text,) = mailbox.texts()
    subject = str(make_header(decode_header(mailbox.mails[0]["Subject"])))
    assert subject.endswith("【警告】放弃率：队列 sales")
    for part in (
        "12.0%",
        "上限 5.0%",
        "样本量 50",
        "2026-11-02 12:00",
        f"https://quality.example/alerts?alert={alert.alert_id}",
    ):
        assert part in text
    assert [row.state for row in rows(store)] == ["sent"]


def test_mail_server_that_is_down_gets_the_mail_once_when_it_is_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Mailbox() as gone:
        port = gone.port
    monkeypatch.setenv("ALERT_MAIL", mail_address(port))
    set_channels(monkeypatch, {"name": "mail", "url_variable": "ALERT_MAIL"})
    raise_one(store)
    failed = deliver(store, NOON)
    assert failed.n_sent == 0
    assert "refused" in failed.errors["mail"].lower()
    (row,) = rows(store)
    assert (row.state, row.attempts, row.next_try_at) == ("waiting", 1, NOON + pause(1))
    assert deliver(store, NOON + timedelta(seconds=5)).errors == {}, "not before its time"
    with Mailbox(port) as mailbox:
        for minutes in (1, 2, 3):
            deliver(store, NOON + timedelta(minutes=minutes))
        assert len(mailbox.mails) == 1
    assert rows(store)[0].attempts == 2


def test_wrong_login_is_told_in_words_and_without_the_password(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with Mailbox() as mailbox:
        monkeypatch.setenv("ALERT_MAIL", mail_address(mailbox.port, "wrong-password-1"))
        set_channels(monkeypatch, {"name": "mail", "url_variable": "ALERT_MAIL"})
        raise_one(store)
        error = deliver(store, NOON).errors["mail"]
        assert mailbox.mails == []
    assert "535" in error and "uthentication" in error
    assert "wrong-password-1" not in error
    assert "wrong-password-1" not in (rows(store)[0].last_error or "")


def test_webhook_that_fails_once_takes_the_same_message_at_the_second_try(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Robot(in_turn((500, {}), (200, {}))) as robot:
        hook(monkeypatch, robot)
        raise_one(store)
        error = deliver(store, NOON).errors["hook"]
        assert "500" in error and "secret-path-77" not in error
        assert deliver(store, NOON + pause(1)).n_sent == 1
        deliver(store, NOON + timedelta(hours=1))
    assert len(robot.received) == 2
    (path, first), (_, second) = robot.received
    assert path == "/secret-path-77"
    assert first["message"] == second["message"]
    assert first["title"] == "[Warning] Abandonment: queue sales"
    assert "Value 12.0%, upper limit 5.0%" in first["message"]


def test_channel_that_does_not_answer_in_time_counts_as_failed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with Robot(after(3)) as robot:
        hook(monkeypatch, robot, timeout_seconds=0.5)
        raise_one(store)
        begun = datetime.now()
        assert "timed out" in deliver(store, NOON).errors["hook"].lower()
        assert datetime.now() - begun < timedelta(seconds=2.5)


def test_wecom_refusal_inside_a_good_status_is_a_failure(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = in_turn((200, {"errcode": 93000, "errmsg": "invalid webhook url"}), OK)
    with Robot(answers) as robot:
        monkeypatch.setattr(
            NotifyWeComBot, "notify_url", f"http://127.0.0.1:{robot.port}/cgi-bin/webhook/send?key={{key}}"
        )
        monkeypatch.setenv("ALERT_WECOM", "wecombot://0a1b2c3d-robot-key")
        set_channels(monkeypatch, {"name": "wecom", "url_variable": "ALERT_WECOM"})
        raise_one(store)
        error = deliver(store, NOON).errors["wecom"]
        assert "93000" in error and "0a1b2c3d" not in error
        assert deliver(store, NOON + pause(1)).n_sent == 1
    path, payload = robot.received[1]
    assert path == "/cgi-bin/webhook/send?key=0a1b2c3d-robot-key"
    assert payload["msgtype"] == "text"
    assert payload["text"]["content"].startswith("【警告】放弃率：队列 sales\r\n当前值 12.0%，上限 5.0%")


def test_dingtalk_gets_text_with_its_signature(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with Robot(in_turn(OK)) as robot:
        monkeypatch.setattr(
            NotifyDingTalk, "notify_url", f"http://127.0.0.1:{robot.port}/robot/send?access_token={{token}}"
        )
        monkeypatch.setenv("ALERT_DING", "dingtalk://SECsecretsecret@tokentokentoken1")
        set_channels(monkeypatch, {"name": "ding", "url_variable": "ALERT_DING"})
        raise_one(store)
        assert deliver(store, NOON).n_sent == 1
    ((path, payload),) = robot.received
    assert re.fullmatch(r"/robot/send\?access_token=tokentokentoken1&timestamp=\d+&sign=[^&]+", path)
    assert payload["msgtype"] == "text"
    assert "放弃率" in payload["text"]["content"]


def test_process_killed_between_sending_and_noting_sends_again_under_the_same_number(
    store: Store, lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: the second message can be told from a new one by its number."""
    killed: list[int] = []

    def kill_the_sender(_payload: dict[str, object]) -> tuple[int, dict[str, object]]:
        if not killed:
            killed.append(sender.pid)
            os.kill(sender.pid, signal.SIGKILL)
        return 200, {}

    with Robot(kill_the_sender) as robot:
        hook(monkeypatch, robot)
        raise_one(store)
        code = "from lingting.cli.alerts import app; app(['deliver'])"
        sender = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, "LINGTING_HOME": str(lingting_home.root)}
        )
        assert sender.wait(timeout=60) == -signal.SIGKILL
        (row,) = rows(store)
        assert row.state == "sending", "nobody knows whether it arrived"
        taken = row.next_try_at - LEASE
        assert deliver(store, taken + LEASE / 2).n_sent == 0, "another process may still be at it"
        assert deliver(store, taken + LEASE).n_sent == 1
        assert deliver(store, taken + 3 * LEASE).n_sent == 0
    numbers = {number(str(payload["message"])) for _, payload in robot.received}
    assert len(robot.received) == 2
    assert len(numbers) == 1


def test_quiet_hours_hold_a_warning_until_morning_and_let_a_critical_one_pass(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2026, 11, 2, 15, 30)  # 23:30 in Shanghai
    morning = datetime(2026, 11, 2, 23, 0)  # 07:00
    with Robot(in_turn((200, {}))) as robot:
        hook(monkeypatch, robot, {"quiet_from": "22:00", "quiet_until": "07:00"})
        raise_one(store, night)
        raise_one(store, night, "run_failed", "system", 1)
        assert deliver(store, night).n_sent == 1
        assert deliver(store, morning - timedelta(minutes=1)).n_sent == 0
        assert deliver(store, morning).n_sent == 1
    assert [payload["title"].split("]")[0] for _, payload in robot.received] == ["[Critical", "[Warning"]


def test_what_was_over_before_the_quiet_hours_ended_is_not_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    night = datetime(2026, 11, 2, 15, 30)
    with Robot(in_turn((200, {}))) as robot:
        hook(monkeypatch, robot, {"quiet_from": "22:00", "quiet_until": "07:00"})
        alert = raise_one(store, night)
        deliver(store, night)
        with store.begin() as session:
            kept = session.merge(alert)
            kept.state, kept.ended_at = "cleared", night + timedelta(hours=1)
        assert deliver(store, night + timedelta(hours=9)).n_sent == 0
    assert robot.received == []
    assert [row.state for row in rows(store)] == ["dropped"]


def test_one_alert_is_told_once_and_reminded_until_somebody_takes_note(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Robot(in_turn((200, {}))) as robot:
        hook(monkeypatch, robot, reminder_minutes=60, reminders=2)
        alert = raise_one(store)
        for minutes in (0, 1, 61, 62, 125):
            at = NOON + timedelta(minutes=minutes)
            with store.begin() as session:
                enqueue(session, [session.merge(alert)], [], at)
            deliver(store, at)
        titles = [payload["title"] for _, payload in robot.received]
        assert titles == [
            "[Warning] Abandonment: queue sales",
            "[Warning, reminder 1] Abandonment: queue sales",
            "[Warning, reminder 2] Abandonment: queue sales",
        ]
        second = raise_one(store, NOON, member="service")
        deliver(store, NOON)
        acknowledge(store, MANAGER, second.alert_id, "on it", at=NOON)
        later = NOON + timedelta(hours=9)
        with store.begin() as session:
            enqueue(session, [], [], later)
        deliver(store, later)
    assert [
        title for title in (p["title"] for _, p in robot.received) if "service" in title and "reminder" in title
    ] == []


def test_many_alerts_at_once_go_in_one_message(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with Robot(in_turn((500, {}), (200, {}))) as robot:
        hook(monkeypatch, robot, group_above=3)
        for member in ("a", "b", "c", "d", "e"):
            raise_one(store, member=member)
        deliver(store, NOON)
        assert deliver(store, NOON + pause(1)).n_sent == 1
    first, second = (payload for _, payload in robot.received)
    assert first["title"] == second["title"] == "5 alerts (worst: Warning)"
    assert second["message"].count("Abandonment: queue") == 5
    assert first["message"] == second["message"]


def test_channel_takes_only_the_severities_scopes_and_roles_it_names(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Robot(in_turn((200, {}))) as robot:
        hook(monkeypatch, robot, {"scopes": ["queue:sales"], "roles": ["supervisor"], "severities": ["warning"]})
        raise_one(store, member="sales")
        raise_one(store, member="service")
        raise_one(store, rule_id="channel_on_time.centre.day", member="centre", value=0.5)
        assert [row.alert_id for row in rows(store)] == [raise_id(store, "sales")]


def raise_id(store: Store, member: str) -> str:
    from lingting.store.models import Alert

    with store() as session:
        return str(session.scalars(select(Alert.alert_id).where(Alert.scope_id == member)).one())


def test_message_holds_no_word_of_a_call(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from lingting.alerting.check import check_live
    from lingting.store import add_alert
    from tests.fixtures.live_events import event

    with Robot(in_turn((200, {}))) as robot:
        hook(monkeypatch, robot)
        for second in (12.0, 31.0):
            add_alert(store, event("call-1", NOON, words="我要投诉你们领导", phrase="投诉", at_seconds=second))
        assert check_live(store, NOON).n_raised == 1
        deliver(store, NOON)
    ((_, payload),) = robot.received
    assert "投诉" not in str(payload)
    assert "Second 12 of the call, found 2 times" in payload["message"]


def test_channel_that_keeps_failing_becomes_an_alert_itself(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with Robot(in_turn((500, {}))) as robot:
        hook(monkeypatch, robot)
        raise_one(store)
        at = NOON
        for attempt in (1, 2, 3):
            deliver(store, at)
            at += pause(attempt)
        seen = observations(store, at)["channel_down"]
        assert seen is not None
        assert (seen.value, seen.detail) == (3.0, "hook")
    with Robot(in_turn((200, {}))) as healed:
        monkeypatch.setenv("ALERT_HOOK", f"json://127.0.0.1:{healed.port}/x")
        deliver(store, at)
        seen = observations(store, at)["channel_down"]
        assert seen is not None and seen.value == 0


def test_address_in_a_file_that_others_can_read_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch, lingting_home: Home
) -> None:
    with Robot(in_turn((200, {}))) as robot:
        file = lingting_home.root / "address"
        file.write_text(f"json://127.0.0.1:{robot.port}/\n", encoding="utf-8")
        file.chmod(0o644)
        set_channels(monkeypatch, {"name": "file", "url_file": str(file)})
        assert "chmod 600" in (try_channel("file").error or "")
        file.chmod(0o600)
        assert try_channel("file").is_done
        assert robot.received[0][1]["title"].startswith("这是一条测试消息，渠道 file 可用")


def test_unset_variable_and_unknown_address_are_told_and_stop_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Robot(in_turn((200, {}))) as robot:
        monkeypatch.setenv("ALERT_HOOK", f"json://127.0.0.1:{robot.port}/")
        set_channels(monkeypatch, {"name": "lost", "url_variable": "NOT_SET"}, HOOK)
        raise_one(store)
        done = deliver(store, NOON)
    assert done.n_sent == 1
    assert "NOT_SET is not set" in done.errors["lost"]
    monkeypatch.setenv("ALERT_ODD", "nonsense://")
    odd = AlertChannel(name="odd", url_variable="ALERT_ODD", url_file=None)
    assert "none that Apprise knows" in (send(odd, "t", "b", "notice").error or "")


def test_two_senders_at_once_send_each_message_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    with Robot(after(0.2)) as robot:
        hook(monkeypatch, robot, group_above=100)
        for member in ("a", "b", "c", "d"):
            raise_one(store, member=member)
        senders = [threading.Thread(target=deliver, args=(store, NOON)) for _ in range(3)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    assert len(robot.received) == 4
    assert len({number(payload["message"]) for _, payload in robot.received}) == 4
