"""The daily partitions and what a run was asked for, read from its tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from dagster_project.landing import named_days
from dagster_project.scope import DAILY, Asked
from lingting.lake import days_of
from lingting.settings import settings

JOB = "daily"
MODE_TAG = "lingting/days"  # "new": whatever is new, wherever it lies; absent: the partitions of the run
MODE_NEW = "new"
_FIRST_TAG = "dagster/asset_partition_range_start"
_LAST_TAG = "dagster/asset_partition_range_end"
_EARLIEST = date(2020, 1, 1)


def daily_partitions(more: Iterable[date] = ()) -> dg.DailyPartitionsDefinition:
    """One partition a local day: from 2020, or the first day of the data, to today, or the last day of the data."""
    zone = settings().timezone
    today = datetime.now(ZoneInfo(zone)).date()
    held = (day for source in DAILY for day in days_of(source))
    days = [_EARLIEST, today, *named_days(), *held, *more]
    return dg.DailyPartitionsDefinition(min(days).isoformat(), timezone=zone, end_offset=(max(days) - today).days + 1)


def range_tags(first: date, last: date, is_new: bool) -> dict[str, str]:
    """Run tags for the partitions first..last in one run."""
    tags = {_FIRST_TAG: first.isoformat(), _LAST_TAG: last.isoformat()}
    return tags | {MODE_TAG: MODE_NEW} if is_new else tags


def asked_of(tags: Mapping[str, str]) -> Asked:
    """What a run was asked for; without partitions whatever is new."""
    if tags.get(MODE_TAG) == MODE_NEW:
        return Asked()
    first = tags.get(_FIRST_TAG) or tags.get("dagster/partition")
    last = tags.get(_LAST_TAG) or first
    if first is None or last is None:
        return Asked()
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return Asked(frozenset(start + timedelta(days=step) for step in range((end - start).days + 1)))
