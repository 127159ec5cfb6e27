"""Gives the recorded fixtures of simulator/recordings to calls of a day. What is recorded in them is not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lingting.errors import UsageError
from simulator.centre import QUEUES
from simulator.events.arrivals import Contacts
from simulator.events.codes import NONE
from simulator.events.marks import Draft

if TYPE_CHECKING:
    from simulator.conversations import RecordingFixture

DAYS_WITH_RECORDINGS = 3  # the last days of a simulation
_BUSY_HOURS = (8, 21)


@dataclass(frozen=True)
class Fixture:
    """One recording that a call of the queue will carry. ``clauses``: rule -> said, or None where it does not apply.

    ``are_speakers_apart``: each speaker has a channel; without that no rule about a speaker can be decided.
    """

    number: int
    name: str
    path: Path
    language: str
    queue: int
    talk_ms: int
    status: str
    mood: str
    topic: str
    is_resolved: bool
    clauses: dict[str, bool | None]
    are_speakers_apart: bool
    pii: tuple[dict[str, str], ...]

    @property
    def pii_kinds(self) -> list[str]:
        return [number["kind"] for number in self.pii]


def catalogue() -> list[Fixture]:
    """The fixtures that ship with the project."""
    from simulator.conversations import recordings_catalogue

    queues = [q.queue_id for q in QUEUES]
    return [
        Fixture(
            number=number,
            name=item.name,
            path=item.path,
            language=item.language,
            queue=queues.index(item.queue_id),
            talk_ms=round(item.duration * 1000),
            status=item.status_expected,
            mood=item.mood,
            topic=item.topic,
            is_resolved=item.is_resolved,
            clauses=_all_rules(item),
            are_speakers_apart=item.channels == 2,
            pii=item.pii,
        )
        for number, item in enumerate(recordings_catalogue())
    ]


def _all_rules(item: RecordingFixture) -> dict[str, bool | None]:
    """The nine rules of a fixture with a call in it: what must be said, risks, soothing (for the angry), forbidden."""
    if not item.clauses:
        return {}
    risks: dict[str, bool | None] = {rule: bool(item.risk.get(rule)) for rule in ("complaint", "escalation")}
    soothing = bool(item.risk.get("soothing")) if item.mood == "angry" else None
    return {**item.clauses, **risks, "soothing": soothing, "forbidden_words": False}


def of_day(fixtures: Sequence[Fixture], index: int, days: int) -> list[Fixture]:
    """The fixtures of day ``index``: dealt out in turn over the last days."""
    first = max(0, days - DAYS_WITH_RECORDINGS)
    return [f for f in fixtures if index >= first and first + f.number % (days - first) == index]


def choose_legs(
    fixtures: Sequence[Fixture], first: Draft, contacts: Contacts, rng: np.random.Generator
) -> list[tuple[Fixture, int]]:
    """(fixture, row of ``first``) pairs: fresh, real calls of the same queue in the daytime.

    Raises ``UsageError`` when the day has too few calls to carry them.
    """
    hour = contacts.start[first.contact] // 3_600_000
    who = first.contact
    fits = (hour >= _BUSY_HOURS[0]) & (hour < _BUSY_HOURS[1]) & ~contacts.is_test[who]
    fits &= (contacts.depends_on[who] == NONE) & (contacts.parent[who] == NONE)
    pairs = []
    for queue in range(len(QUEUES)):
        wanted = [fixture for fixture in fixtures if fixture.queue == queue]
        rows = np.flatnonzero(fits & (first.queue == queue))
        if len(rows) < len(wanted):
            raise UsageError(
                f"{len(rows)} daytime calls of queue {QUEUES[queue].queue_id} cannot carry {len(wanted)} recordings; "
                "raise --calls-per-day or give --no-recordings"
            )
        pairs += list(zip(wanted, np.sort(rng.choice(rows, len(wanted), replace=False)).tolist(), strict=True))
    return pairs
