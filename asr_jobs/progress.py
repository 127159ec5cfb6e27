"""How far the work on a day is, by seconds of sound, and how long it will still take.

On a terminal a bar; elsewhere one log line a minute, so that a log shows that the work goes on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Show = Callable[[float, float], None]  # seconds of sound done, seconds of sound to do

EVERY_SECONDS = 60.0

log = logging.getLogger(__name__)


class Minutes:
    """Logs a line when the last one is a minute old. What was done at the first call was done before, by another."""

    def __init__(self, title: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._clock = title, clock
        self._begun: tuple[float, float] | None = None
        self._last = 0.0

    def __call__(self, done: float, total: float) -> None:
        now = self._clock()
        if self._begun is None:
            self._begun, self._last = (now, done), now
        elif now - self._last >= EVERY_SECONDS:
            self._last = now
            log.info("%s", self._line(now, done, total))

    def _line(self, now: float, done: float, total: float) -> str:
        assert self._begun is not None
        speed = (done - self._begun[1]) / (now - self._begun[0])
        share = 100 * done / total if total else 100.0
        left = (
            f"{_clock_time((total - done) / speed)} left at {speed:.1f} times real time" if speed > 0 else "no pace yet"
        )
        return f"{self._title}: {share:.0f} % of {_clock_time(total)} of sound heard, {left}"


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


@contextmanager
def shown(title: str) -> Iterator[Show]:
    """Progress of one day on stderr."""
    console = Console(stderr=True)
    if not console.is_terminal:
        log.setLevel(logging.INFO)
        yield Minutes(title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
