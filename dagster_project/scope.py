"""Which days a run works on, told from content: the lake against what the work database was built from.

A run looks again before each of its steps, because loading and transcribing change the lake.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from dagster_project import speech
from lingting.contracts import all_contracts
from lingting.lake import days_of
from lingting.warehouse.identity import RULES_FILE
from lingting.warehouse.stamp import changed_days, day_of, needs_full_build, read_stamp

LANDED = tuple(name for name in all_contracts() if name not in speech.OUTPUTS)
# Dagster notes an event for every asset and partition, so only what is large has partitions there.
DAILY = tuple(name for name in LANDED if all_contracts()[name].daily)
WHOLE = tuple(name for name in LANDED if name not in DAILY)


@dataclass(frozen=True)
class Asked:
    """What was asked for. ``days`` None: whatever is new; else only these local days."""

    days: frozenset[date] | None = None

    def load_days(self) -> set[date] | None:
        return None if self.days is None else set(self.days)

    def transcribe_days(self) -> list[date]:
        stale = speech.stale_days()
        return stale if self.days is None else [day for day in stale if day in self.days]


@dataclass(frozen=True)
class Scope:
    """``days``: what dbt will read anew and the doors judge. ``window``: what dbt is told; None: build everything."""

    days: tuple[date, ...]
    window: tuple[date, date] | None

    @property
    def is_full(self) -> bool:
        return self.window is None


def build_scope(asked: Asked) -> Scope:
    """What must be judged and built now.

    A first build, other SQL or another list of agents reads the whole lake. Days given by hand take in the days before
    them that are new, because dbt closes the gap after the last built day.
    """
    stamp, lake = read_stamp(), _lake_days()
    changed = changed_days(stamp)
    if needs_full_build(stamp):
        return Scope(tuple(sorted({*lake, *changed})), None)
    unpublished = {date.fromisoformat(day) for day in stamp.window or ()}
    if asked.days is None:
        days = {*changed, *unpublished} or set(lake[-1:])
    else:
        last_built = stamp.last_built or min(asked.days)
        gap = {day for day in changed if last_built < day < max(asked.days)}
        days = {*asked.days, *gap, *unpublished}
    ordered = tuple(sorted(days))
    return Scope(ordered, (ordered[0], ordered[-1])) if ordered else Scope((), None)


def _lake_days() -> list[date]:
    return sorted({day for source in all_contracts() for day in days_of(source)})


def new_days() -> list[date]:
    """Days that the lake holds and the work database does not, or not like this, and days to be transcribed."""
    stamp = read_stamp()
    days: Collection[date] = changed_days(stamp)
    if stamp.lake and not days and needs_full_build(stamp):
        days = {day_of(name) for name in stamp.lake if name != RULES_FILE}
    return sorted({*days, *speech.stale_days()})
