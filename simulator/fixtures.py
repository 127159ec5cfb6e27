"""Gives the recorded fixtures of simulator/recordings to calls of a day. What is recorded in them is not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lingting.errors import UsageError
from simulator.arrivals import Contacts
from simulator.centre import QUEUES
from simulator.codes import NONE
from simulator.marks import Draft

DAYS_WITH_RECORDINGS = 3  # the last days of a simulation
_BUSY_HOURS = (8, 21)


@dataclass(frozen=True)
class Fixture:
    """One recording that a call of the queue will carry. ``clauses``: rule -> said, or None where it does not apply."""

    number: int
    name: str
    path: Path
    language: str
    queue: int
    talk_ms: int
    status: str
    clauses: dict[str, bool | None]
    pii: tuple[str, ...]


def catalogue() -> list[Fixture]:
    """The fixtures that ship with the project."""
    from simulator.recordings import recordings_catalogue

    queues = [q.queue_id for q in QUEUES]
    return [
        Fixture(
            number=number,
            name=item.recording_name,
            path=Path(item.path),
            language=item.language,
            queue=queues.index(item.queue_id),
            talk_ms=round(item.duration * 1000),
            status=item.status_expected,
            clauses=dict(item.clauses),
            pii=tuple(entry["kind"] for entry in item.pii),
        )
        for number, item in enumerate(recordings_catalogue())
    ]


def of_day(fixtures: Sequence[Fixture], index: int, days: int) -> list[Fixture]:
    """The fixtures of day ``index``: dealt out in turn over the last days."""
    first = max(0, days - DAYS_WITH_RECORDINGS)
    return [f for f in fixtures if index >= first and first + f.number % (days - first) == index]


def choose_legs(fixtures: Sequence[Fixture], first: Draft, contacts: Contacts, rng: np.random.Generator) -> list[tuple[Fixture, int]]:
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
                f"a day with {len(rows)} calls of queue {QUEUES[queue].queue_id} cannot carry {len(wanted)} recordings; "
                "raise --calls-per-day or give --no-recordings"
            )
        pairs += list(zip(wanted, np.sort(rng.choice(rows, len(wanted), replace=False)).tolist(), strict=True))
    return pairs
