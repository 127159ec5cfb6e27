"""Door one: judges lake partitions, and does not judge one again that nothing has changed for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from expectations.judge import Day, Judge
from expectations.lake_frames import Inputs, inputs_of
from expectations.relations import AHEAD
from expectations.results import DOOR_ONE, OK, DoorResult, forget, keep, kept
from expectations.schema import lake_suite
from expectations.today import latest_day
from lingting.lake import days_of, sha256_of
from lingting.loading import landing_files
from lingting.warehouse.identity import door_hash, lake_digests, sum_of


def check_partitions(wanted: Iterable[tuple[str, date]]) -> list[DoorResult]:
    """Judge partitions (source, local day), in their order; an absent partition gives no result.

    A result is taken over when the partition, everything it is compared with and the rules are as they were.
    """
    digests, landed, judge = lake_digests(), landed_sums(), Judge()
    latest = latest_day(_partitions(digests))
    results: dict[tuple[str, date], DoorResult] = {}
    open_days: dict[str, list[Day]] = {}
    for source, day in wanted:
        if f"{source}/{day.isoformat()}" not in digests:
            forget(DOOR_ONE, source, day.isoformat())
            continue
        one = _day(source, day, digests, landed, latest)
        result = kept(DOOR_ONE, source, day.isoformat(), one.key)
        if result is None or _waits_for_its_day(result):
            open_days.setdefault(source, []).append(one)
            results[source, day] = DoorResult(DOOR_ONE, source, day.isoformat(), ())  # holds the place
        else:
            results[source, day] = result
    for source, days in open_days.items():
        for one, result in judge.source(source, days):
            keep(result, one.key)
            results[source, one.day] = result
    return list(results.values())


def _waits_for_its_day(result: DoorResult) -> bool:
    """What lay in the future need not lie there today, though nothing has changed."""
    return any(finding.expectation == AHEAD and finding.kind != OK for finding in result.findings)


def _partitions(digests: dict[str, str]) -> list[str]:
    return [name for name in digests if "/" in name]


def check_partition(source: str, day: date) -> DoorResult | None:
    """Judge one partition; None when the lake does not hold it."""
    return next(iter(check_partitions([(source, day)])), None)


def all_partitions(sources: Sequence[str]) -> list[tuple[str, date]]:
    return [(source, day) for source in sources for day in days_of(source)]


def landed_sums() -> frozenset[str]:
    """First 16 digits of the sha256 of every file in landing, as the rejects of a file are named."""
    return frozenset(_sum(str(file.path), file.path.stat().st_mtime_ns)[:16] for file in landing_files())


@cache
def _sum(path: str, _modified: int) -> str:
    return sha256_of(Path(path))


def day_of(source: str, day: date) -> Day:
    """A partition with all it is judged from."""
    digests = lake_digests()
    return _day(source, day, digests, landed_sums(), latest_day(_partitions(digests)))


def _day(source: str, day: date, digests: dict[str, str], landed: frozenset[str], latest: date) -> Day:
    inputs = inputs_of(lake_suite(source), source, day, landed, latest)
    return Day(day, inputs, _key(source, day, inputs, digests))


def _key(source: str, day: date, inputs: Inputs, digests: dict[str, str]) -> str:
    looked_at = {path for files in (*inputs.others.values(), *inputs.known.values()) for path in files}
    names = sorted(f"{path.parent.parent.name}/{path.parent.name[3:]}" for path in looked_at)
    others = [f"{name} {digests[name]}" for name in names]
    older = [f"may predate {column}" for column in sorted(inputs.predating)]
    rejects = [f"rejects {path.stem}" for path in inputs.rejects]
    own = digests[f"{source}/{day.isoformat()}"]
    return sum_of([door_hash(), own, f"usual {inputs.usual_rows}", *others, *older, *rejects])
