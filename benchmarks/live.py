"""How late a live alert is: `python -m benchmarks.live [--calls 1,2,4] [--rounds N] [--speed S]`.

A real server process (base, the settings as they are) hears the project's own recordings with risk phrases, replayed at
their own pace over its WebSocket, 1, 2 and 4 calls at once. The delay runs from the END of the phrase to the arrival of
the alert at a subscriber. Where the phrase ends inside its turn is estimated from the share of letters before its end;
the delay from the end of the whole turn, which needs no estimate, stands beside it (below zero: before the turn ended).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from websockets.asyncio.client import connect

from asr_jobs.inspection.rules import all_rules
from asr_jobs.live.replay import Replay, replay
from benchmarks.asr_material import RECORDINGS

SERVER = "from asr_jobs.live.cli import app; app()"
TARGET_P95 = 5.0
ROOM = 1.5  # seconds around a turn in which its alert may be placed
LINGER = 10.0  # seconds that a late alert is waited for


@dataclass(frozen=True)
class Expected:
    """One risk phrase that was spoken. Seconds of the recording."""

    rule_id: str
    turn_start: float
    turn_end: float
    phrase_end: float


@dataclass(frozen=True)
class Material:
    name: str
    language: str
    queue_id: str
    duration: float
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Server:
    address: str
    audio: str
    alerts: str

    def health(self) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.alerts}"}
        asked = urllib.request.Request(self.address.replace("ws:", "http:") + "/health", headers=headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return dict(json.loads(answer.read()))


def material() -> list[Material]:
    """The two-channel recordings in which a customer says a risk phrase."""
    listed = json.loads((RECORDINGS / "truth.json").read_text(encoding="utf-8"))["recordings"]
    whole = [one for one in listed if one["channels"] == 2 and one["status_expected"] == "ok"]
    found = [
        Material(
            one["file"],
            one["language"],
            one["queue_id"],
            one["duration"],
            tuple(phrase for turn in one["turns"] for phrase in _phrases(turn, one["language"])),
        )
        for one in whole
    ]
    return [one for one in found if one.expected]


def _phrases(turn: dict[str, Any], language: Any) -> Iterator[Expected]:
    """The first phrase of each risk rule in one turn."""
    text = turn["text"].lower()
    for rule in all_rules():
        if rule.kind != "risk" or rule.speaker != turn["speaker"]:
            continue
        places = [
            (text.find(phrase.lower()), len(phrase)) for phrase in rule.phrases[language] if phrase.lower() in text
        ]
        if places:
            at, length = min(places, key=lambda place: (place[0], -place[1]))
            share = (at + length) / len(text)
            end = turn["start"] + share * (turn["end"] - turn["start"])
            yield Expected(rule.id, turn["start"], turn["end"], end)


@contextmanager
def running(home: Path) -> Iterator[Server]:
    """A server process on free ports with a home of its own."""
    ports = {"LINGTING_LIVE__PORT": "0", "LINGTING_LIVE__AUDIOSOCKET_PORT": "0"}
    env = {**os.environ, **ports, "LINGTING_HOME": str(home), "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    audio, alerts = (
        subprocess.run(
            [sys.executable, "-c", SERVER, "token", door], env=env, check=True, capture_output=True, text=True
        ).stdout.strip()
        for door in ("audio", "alerts")
    )
    with (home / "live.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER], env=env, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert process.stdout is not None
        address = re.findall(r"ws://[^,\s]+", process.stdout.readline())[0]
        yield Server(address, audio, alerts)
    finally:
        process.terminate()
        process.wait(60)


async def measure(
    server: Server, pieces: Sequence[Material], at_once: int, rounds: int, speed: float
) -> dict[str, Any]:
    """Replay every recording in each round, ``at_once`` calls together, and wait for their alerts."""
    arrived: dict[str, list[tuple[float, dict[str, Any]]]] = {}
    before = server.health()
    begun: dict[str, tuple[Material, float]] = {}
    async with connect(
        f"{server.address}/alerts", additional_headers={"Authorization": f"Bearer {server.alerts}"}, proxy=None
    ) as subscriber:
        reading = asyncio.create_task(_read(subscriber, arrived))
        for number in range(rounds):
            chosen = [pieces[(number + offset) % len(pieces)] for offset in range(at_once)]
            names = [f"{at_once}-{number}-{offset}" for offset in range(at_once)]
            asked = [
                Replay(RECORDINGS / one.name, name, one.language, one.queue_id, 0, speed)
                for one, name in zip(chosen, names, strict=True)
            ]
            starts = await asyncio.gather(*(replay(one, server.address, server.audio) for one in asked))
            begun |= {name: (one, start) for name, one, start in zip(names, chosen, starts, strict=True)}
            await _until_ended(arrived, names)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
    return _result(begun, arrived, before, server.health(), at_once, speed)


async def _read(subscriber: Any, arrived: dict[str, list[tuple[float, dict[str, Any]]]]) -> None:
    async for text in subscriber:
        message = json.loads(text)
        arrived.setdefault(message["call_id"], []).append((time.monotonic(), message))


async def _until_ended(arrived: dict[str, list[tuple[float, dict[str, Any]]]], names: Sequence[str]) -> None:
    until = time.monotonic() + LINGER
    while time.monotonic() < until:
        if all(any(message["type"] == "call_ended" for _, message in arrived.get(name, [])) for name in names):
            return
        await asyncio.sleep(0.05)


def _result(
    begun: dict[str, tuple[Material, float]],
    arrived: dict[str, list[tuple[float, dict[str, Any]]]],
    before: dict[str, Any],
    after: dict[str, Any],
    at_once: int,
    speed: float,
) -> dict[str, Any]:
    from_phrase: list[float] = []
    from_turn: list[float] = []
    missed = unexpected = 0
    for name, (piece, start) in begun.items():
        alerts = [(at, one) for at, one in arrived.get(name, []) if one["type"] == "alert" and one["kind"] == "risk"]
        for wanted in piece.expected:
            own = [pair for pair in alerts if _is_for(pair[1], wanted)]
            if not own:
                missed += 1
                continue
            alerts.remove(own[0])
            from_phrase.append(own[0][0] - (start + wanted.phrase_end / speed))
            from_turn.append(own[0][0] - (start + wanted.turn_end / speed))
        unexpected += len(alerts)
    sound = sum(piece.duration for piece, _ in begun.values())
    busy = after["busy_seconds"] - before["busy_seconds"]
    return {
        "calls_at_once": at_once,
        "calls": len(begun),
        "phrases": len(from_phrase) + missed,
        "missed": missed,
        "unexpected": unexpected,
        "delay_from_phrase_end": _spread(from_phrase),
        "delay_from_turn_end": _spread(from_turn),
        "p95_below_target": bool(from_phrase) and _percentile(from_phrase, 95) < TARGET_P95,
        "recogniser_seconds_per_second_of_call": round(busy / sound, 3),
        "real_time_factor_of_the_recogniser": round(busy * speed / (sound / at_once), 3),
        "dropped_seconds": round(after["dropped_seconds"] - before["dropped_seconds"], 2),
        "partials_superseded": after["superseded"] - before["superseded"],
    }


def _is_for(alert: dict[str, Any], wanted: Expected) -> bool:
    inside = wanted.turn_start - ROOM <= alert["at_seconds"] <= wanted.turn_end + ROOM
    return bool(alert["rule_id"] == wanted.rule_id and inside)


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    found = {"p50": statistics.median(values), "p95": _percentile(values, 95), "max": max(values)}
    return {name: round(value, 2) for name, value in found.items()}


def _percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile: a delay that was measured, not one between two."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", default="1,2,4", help="calls at once, one measurement each")
    parser.add_argument("--rounds", type=int, help="replays after one another; default: as many as recordings")
    parser.add_argument("--speed", type=float, default=1.0, help="1: as it was spoken; else the delays mean little")
    parser.add_argument("--limit", type=int, help="so many recordings only")
    asked = parser.parse_args()
    pieces = material()[: asked.limit]
    machine = {"machine": platform.machine(), "cores": os.cpu_count(), "target_p95_seconds": TARGET_P95}
    print(json.dumps({**machine, "recordings": [piece.name for piece in pieces], "speed": asked.speed}), flush=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        for at_once in map(int, asked.calls.split(",")):
            found = asyncio.run(measure(server, pieces, at_once, asked.rounds or len(pieces), asked.speed))
            print(json.dumps(found, indent=1), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
