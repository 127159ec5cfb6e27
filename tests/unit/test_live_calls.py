"""Calls as their sound arrives: silence, the notice, joining legs, limits, and a recogniser that is too slow."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from asr_jobs.decoder import Decoder
from asr_jobs.engine import WindowText
from asr_jobs.live.calls import BOTH, Calls, LiveCall, Refused
from asr_jobs.live.recogniser import Recogniser
from asr_jobs.live.watch import About, Alert
from lingting.settings import LiveSettings
from tests.unit.live_calls import LevelEngine, loudness, tone

WORDS = {1: "您好，很高兴为您服务", 2: "我要投诉", 3: "为保证服务质量本次通话将被录音", 4: "好的"}
ABOUT = About("call-1", "zh", "service")


class Room:
    """Open calls with a recogniser that reads levels, and what came out of it."""

    def __init__(self, engine: Any = None, **settings: Any) -> None:
        asked = LiveSettings(**settings)
        self.alerts: list[Alert] = []
        self.messages: list[dict[str, Any]] = []
        self.calls = Calls(asked, lambda: loudness, self.alerts.append, self.messages.append)
        self.engine = engine or LevelEngine(WORDS)
        decoder = Decoder(lambda: self.engine, 4)
        self.calls.recogniser = Recogniser(
            decoder, 4, asked.max_waiting_seconds, self.calls.on_text, self.calls.on_dropped
        )
        self.calls.recogniser.start()

    async def say(self, call: LiveCall, **parts: Sequence[tuple[int, float]]) -> None:
        """Both channels, second by second, as (level, seconds)."""
        sounds = {name: np.concatenate([tone(*part) for part in said]) for name, said in parts.items()}
        for at in range(0, max(map(len, sounds.values())), 8_000):
            for name, sound in sounds.items():
                call.sound(name, sound[at : at + 8_000])
            await self.settled()

    async def settled(self) -> None:
        """Until the recogniser has nothing left and its results are back in the loop."""
        while self.calls.recogniser.waiting_seconds or self.calls.recogniser._is_busy:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0)

    @property
    def kinds(self) -> list[str]:
        return [alert.kind for alert in self.alerts]


def in_a_room(test: Callable[[Room], Coroutine[Any, Any, None]], **settings: Any) -> Room:
    """Run a test on an event loop of its own."""
    engine = settings.pop("engine", None)

    async def run() -> Room:
        room = Room(engine, **settings)
        await test(room)
        await asyncio.to_thread(room.calls.recogniser.end, 5.0)
        await asyncio.sleep(0.01)
        return room

    return asyncio.run(run())


def test_a_call_tells_its_alerts_and_its_end() -> None:
    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, BOTH)
        await room.say(call, agent=[(1, 2), (3, 2), (0, 6)], customer=[(0, 5), (2, 2), (0, 3)])
        call.leave(BOTH, "hung up")

    room = in_a_room(call_of, silence_seconds=20, notice_by_seconds=8)
    assert [(alert.kind, alert.speaker) for alert in room.alerts] == [("risk", "customer")]
    (ended,) = room.messages
    assert (ended["type"], ended["call_id"], ended["alerts"], ended["dropped_seconds"]) == (
        "call_ended",
        "call-1",
        1,
        0,
    )
    assert room.calls.open == {}


def test_a_phrase_in_a_monologue_is_alerted_before_its_end() -> None:
    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, BOTH)
        await room.say(call, customer=[(2, 2), (4, 7)], agent=[(0, 9)])
        assert [alert.is_partial for alert in room.alerts] == [True]
        call.leave(BOTH, "hung up")

    assert in_a_room(call_of, notice_by_seconds=0).kinds == ["risk"]


def test_each_silence_is_alerted_once() -> None:
    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, BOTH)
        await room.say(call, agent=[(1, 1), (0, 15), (1, 1), (0, 8)], customer=[(0, 25)])

    room = in_a_room(call_of, silence_seconds=6, notice_by_seconds=0)
    assert room.kinds == ["silence", "silence"]
    assert [round(alert.at_seconds) for alert in room.alerts] == [1, 17]


def test_silence_is_not_claimed_while_one_leg_is_missing() -> None:
    async def call_of(room: Room) -> None:
        await room.say(room.calls.join(ABOUT, ["customer"]), customer=[(0, 20)])

    assert in_a_room(call_of, silence_seconds=6, notice_by_seconds=0).kinds == []


@pytest.mark.parametrize(
    ("agent", "expected"), [([(1, 2), (0, 10)], ["notice_missing"]), ([(1, 1), (3, 2), (0, 9)], [])]
)
def test_the_notice_is_judged_at_its_second(agent: list[tuple[int, float]], expected: list[str]) -> None:
    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, BOTH)
        await room.say(call, agent=agent, customer=[(0, 12)])
        call.leave(BOTH, "hung up")

    assert in_a_room(call_of, silence_seconds=0, notice_by_seconds=8).kinds == expected


def test_a_notice_that_is_being_said_is_waited_for() -> None:
    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, BOTH)
        await room.say(call, agent=[(0, 7), (1, 1.8), (3, 2), (0, 3)], customer=[(0, 13.8)])

    assert in_a_room(call_of, silence_seconds=0, notice_by_seconds=8).kinds == []


def test_limits_are_refusals_in_a_sentence() -> None:
    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, ["agent"])
        with pytest.raises(Refused, match="already has a channel of the agent"):
            room.calls.join(ABOUT, ["agent"])
        with pytest.raises(Refused, match="max_calls"):
            room.calls.join(About("call-2", "zh"), BOTH)
        with pytest.raises(Refused, match="max_call_seconds"):
            await room.say(call, agent=[(0, 12)])
        call.leave(["agent"], "too long")
        with pytest.raises(Refused, match="is over"):
            call.sound("agent", tone(0, 1))
        room.calls.join(About("call-2", "zh"), BOTH)

    in_a_room(call_of, max_calls=1, max_call_seconds=10)


def test_a_recogniser_that_is_behind_drops_the_oldest_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    gate = threading.Event()

    class Stuck(LevelEngine):
        def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
            gate.wait(10)
            return super().transcribe(windows, language)

    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, BOTH)
        for _ in range(5):
            call.sound("customer", np.concatenate([tone(2, 2.5), tone(0, 1)]))
            await asyncio.sleep(0.01)
        call.sound("agent", tone(0, 17))
        call.leave(BOTH, "hung up")
        gate.set()

    room = in_a_room(call_of, engine=Stuck(WORDS), max_waiting_seconds=7, silence_seconds=0, notice_by_seconds=8)
    load = room.calls.recogniser.load
    told = [message for message in room.messages if message["type"] == "dropped"]
    assert load.dropped == len(told) >= 1
    assert room.messages[-1]["type"] == "call_ended"
    assert room.messages[-1]["dropped_seconds"] == pytest.approx(load.dropped_seconds, abs=0.1)
    assert "were dropped" in caplog.text
    assert "notice_missing" not in room.kinds


def test_an_engine_that_fails_does_not_end_the_server(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(LevelEngine):
        def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
            self.batches.append(len(windows))
            if len(self.batches) == 1:
                raise OSError("我要投诉")
            return super().transcribe(windows, language)

    async def call_of(room: Room) -> None:
        call = room.calls.join(ABOUT, BOTH)
        await room.say(call, customer=[(4, 1), (0, 2), (2, 1), (0, 1)], agent=[(0, 5)])
        call.leave(BOTH, "hung up")

    room = in_a_room(call_of, engine=Failing(WORDS), notice_by_seconds=0)
    assert room.kinds == ["risk"]
    assert room.calls.recogniser.load.failed == 1
    assert room.messages[-1]["type"] == "call_ended"
    assert "OSError" in caplog.text
    assert "投诉" not in caplog.text
