"""Alerts are stored before they are sent; a slow subscriber or a store that is away holds up nobody."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from asr_jobs.live import desk as desk_module
from asr_jobs.live.desk import MAX_WAITING, Desk
from asr_jobs.live.watch import About, Alert, Watch
from lingting.paths import Home
from lingting.store import add_alert, alerts_after, open_store
from lingting.store.alerts import live_calls


def an_alert(number: int = 1) -> Alert:
    return Watch(About(f"call-{number}", "zh")).silence(float(number))


async def delivered(desk: Desk, alerts: list[Alert]) -> None:
    working = asyncio.create_task(desk.run())
    for alert in alerts:
        desk.post(alert)
    await desk._arrived.join()
    working.cancel()


def test_a_stored_alert_is_what_a_subscriber_gets(lingting_home: Home) -> None:
    async def run() -> dict[str, Any]:
        desk = Desk(open_store())
        waiting, missed = await desk.subscribe(None)
        assert missed == []
        await delivered(desk, [an_alert()])
        text = await waiting.get()
        assert text is not None
        return dict(json.loads(text))

    got = asyncio.run(run())
    (row,) = alerts_after(open_store())
    assert got.pop("type") == "alert"
    assert got.pop("raised_at").endswith("Z")
    assert got == {name: value for name, value in row.items() if name != "raised_at"}


def test_a_subscriber_can_ask_for_what_it_missed(lingting_home: Home) -> None:
    async def run() -> list[str]:
        desk = Desk(open_store())
        await delivered(desk, [an_alert(number) for number in range(1, 5)])
        _, missed = await desk.subscribe(2)
        return [json.loads(text)["call_id"] for text in missed]

    assert asyncio.run(run()) == ["call-3", "call-4"]


def test_a_slow_subscriber_is_cut_off_and_the_others_get_everything(
    lingting_home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        desk = Desk(open_store())
        slow, _ = await desk.subscribe(None)
        quick, _ = await desk.subscribe(None)
        got = 0
        for number in range(MAX_WAITING + 1):
            desk.tell({"type": "dropped", "number": number})
            await delivered(desk, [])
            assert quick.get_nowait() is not None
            got += 1
        assert got == MAX_WAITING + 1
        assert (slow.get_nowait(), slow.empty()) == (None, True)
        assert desk.slow_subscribers == 1
        assert desk.subscribers == {quick}

    asyncio.run(run())
    assert "cut off" in caplog.text


def test_alerts_wait_for_a_store_that_is_away_but_are_sent_at_once(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True, True, False, False, False]

    def add_or_fail(store: Any, values: dict[str, Any]) -> int:
        if away.pop(0):
            raise OSError("away")
        return add_alert(store, values)

    async def run() -> list[Any]:
        desk = Desk(open_store())
        monkeypatch.setattr(desk_module, "add_alert", add_or_fail)
        waiting, _ = await desk.subscribe(None)
        await delivered(desk, [an_alert(1), an_alert(2)])
        assert desk.n_unstored == 2
        await delivered(desk, [an_alert(3)])
        assert desk.n_unstored == 0
        return [json.loads(str(waiting.get_nowait())) for _ in range(3)]

    sent = asyncio.run(run())
    assert [alert["alert_no"] for alert in sent] == [None, None, 3]
    assert [row["call_id"] for row in alerts_after(open_store())] == ["call-1", "call-2", "call-3"]


def test_the_same_alert_twice_is_one_row(lingting_home: Home) -> None:
    from dataclasses import asdict

    store, values = open_store(), asdict(an_alert())
    assert add_alert(store, values) == add_alert(store, values)
    assert len(alerts_after(store)) == 1


def test_calls_of_now_are_told_once_by_their_newest_alert_and_without_words(lingting_home: Home) -> None:
    from dataclasses import asdict, fields

    store, values = open_store(), asdict(an_alert())
    at = values["raised_at"]
    for number, (call, minutes) in enumerate([("old", -60), ("one", -3), ("one", -2), ("two", -1)]):
        moved = {"alert_id": f"n{number}", "call_id": call, "raised_at": at + timedelta(minutes=minutes)}
        add_alert(store, {**values, **moved})
    found = live_calls(store, at - timedelta(minutes=15))
    assert [(call.call_id, call.n_alerts) for call in found] == [("two", 1), ("one", 2)]
    assert found[1].raised_at == at - timedelta(minutes=2)
    assert not {"words", "phrase", "script"} & {field.name for field in fields(found[0])}
