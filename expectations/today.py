"""Which day it is, for telling dates that lie in the future."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from expectations.lake_frames import count_rows
from lingting.clock import today
from lingting.contracts import all_contracts
from lingting.paths import home

_SHARE_OF_SOURCES = 1 / 3


def latest_day(partitions: Iterable[str]) -> date:
    """The last local day on which something can have happened: tomorrow, or later when the lake itself is further.

    ``partitions``: names as "<source>/<day>". A lake may be further than the clock (a simulated month to come, a clock
    that is wrong): its day is the newest on which a third of its sources, and at least two, hold rows. Plans do not
    count. A day is added, because what begins on a day may end after midnight.
    """
    by_clock = today()
    return max(by_clock, _day_of_lake(partitions) or by_clock) + timedelta(days=1)


def _day_of_lake(partitions: Iterable[str]) -> date | None:
    sources: dict[date, list[str]] = defaultdict(list)
    for name in partitions:
        source, _, text = name.partition("/")
        if not all_contracts()[source].is_plan:
            sources[date.fromisoformat(text)].append(source)
    held = {source for of_day in sources.values() for source in of_day}
    enough = max(2, math.ceil(len(held) * _SHARE_OF_SOURCES))
    for day in sorted(sources, reverse=True):
        if len(sources[day]) >= enough and sum(_has_rows(source, day) for source in sources[day]) >= enough:
            return day
    return None


def _has_rows(source: str, day: date) -> bool:
    path = home().partition_file(source, day)
    return count_rows(str(path), path.stat().st_mtime_ns) > 0
