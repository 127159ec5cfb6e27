"""What one simulation is asked for, checked before anything is drawn. Nothing is simulated here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from lingting.errors import UsageError

DAY_MS = 86_400_000
MAX_DAYS = 3_660
MAX_CALLS_PER_DAY = 1_000_000
MAX_AGENTS = 30_000
MIN_AGENTS = 3


@dataclass(frozen=True)
class Options:
    """One simulation. ``calls_per_day`` is the mean number of contacts; ``agents`` None derives it from the load."""

    start: date
    days: int
    calls_per_day: int = 2_000
    agents: int | None = None
    seed: int = 1
    recordings: bool = True
    texts: bool = True
    timezone: str = "Asia/Shanghai"
    office: bool = True  # everything around the calls: chats, tickets, reviews, staff, security …
    spotless: bool = False  # keeps the rules of the compliance checklist, as far as they lie in its hands
    leaks: bool = False  # some notes about incidents name the number of a caller, unmasked

    def day(self, index: int) -> date:
        return self.start + timedelta(days=index)

    @property
    def utc_offset_ms(self) -> int:
        """Local wall clock minus UTC, in milliseconds."""
        return _offset_ms(self.timezone, self.start)


def check(options: Options) -> Options:
    """The same options; raises ``UsageError`` for a value that cannot be simulated."""
    _between("--days", options.days, 1, MAX_DAYS)
    _between("--calls-per-day", options.calls_per_day, 1, MAX_CALLS_PER_DAY)
    if options.agents is not None:
        _between("--agents", options.agents, MIN_AGENTS, MAX_AGENTS)
    _between("--seed", options.seed, 0, 2**32 - 1)
    if not date(1980, 1, 1) <= options.start <= date(2200, 1, 1):
        raise UsageError(f"--start {options.start} is outside 1980-01-01 … 2200-01-01; give a day in that range")
    offsets = {_offset_ms(options.timezone, options.day(index)) for index in range(-1, options.days + 2)}
    if len(offsets) > 1:
        raise UsageError(
            f"the clocks of {options.timezone} change within the simulated days, which makes local times of a "
            "telephone system ambiguous; choose other days or a zone without summer time"
        )
    return options


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD; raises ``UsageError`` for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"--start {text!r} is not a day; write it as 2026-10-01") from None


def _between(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise UsageError(f"{name} {value} is outside {low} … {high}; give a number in that range")


def _offset_ms(zone: str, day: date) -> int:
    offset = datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds() * 1000)


def midnight_ms(day: date) -> int:
    """Local midnight that starts ``day``, as wall-clock milliseconds since 1970-01-01 00:00 local."""
    return int(np.datetime64(day, "ms").astype(np.int64))


def generator(seed: int, day: date, stream: int) -> np.random.Generator:
    """Random numbers of one purpose on one day: no day and no purpose disturbs another."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, day.toordinal(), stream])))
