"""What a run tells people: lines of progress, expected errors and shut doors. Dagster's own log is elsewhere.

One run at a time in a process, so this is module state: assets report here, `lingting run` reads it. Under
`dagster dev` nobody listens and the same facts are in Dagster's event log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from expectations.results import DoorResult
from lingting.errors import LingtingError

Say = Callable[[str], None]


def _silent(_: str) -> None:
    """Nobody listens."""


@dataclass
class Report:
    """``build_id``: what the run published or found unchanged."""

    say: Say = _silent
    errors: list[LingtingError] = field(default_factory=list)
    doors: list[DoorResult] = field(default_factory=list)
    build_id: str | None = None


_current = Report()


def report() -> Report:
    """The report of the run in this process."""
    return _current


def new_report(say: Say) -> Report:
    """Begin a run."""
    global _current
    _current = Report(say)
    return _current
