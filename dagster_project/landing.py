"""Landing files: which ones are new, which days they bring, and loading them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lingting.audit import anchor
from lingting.contracts import contract
from lingting.errors import LingtingError
from lingting.lake import atomic_json, read_json
from lingting.loading import LandingFile, LoadReport, landing_files, load_file
from lingting.loading.mapping import find_mapping, fingerprint
from lingting.paths import home
from lingting.settings import settings
from lingting.work.sources import land_work

_DATED = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_NEAR = timedelta(days=7)  # a file named after a day may bring late rows of the days around it

Notes = dict[str, dict[str, Any]]


def land_store(say: Callable[[str], None]) -> list[Path]:
    """Write what people entered in the cockpit as landing files, and anchor the access log. A store that is down holds
    nothing up: its entries come with the next run."""
    try:
        anchor()
        files = land_work()
    except (LingtingError, OSError) as error:
        say(f"store: not everything landed, the rest comes with the next run ({error})")
        return []
    if files:
        say(f"store: {len(files)} files of entries landed")
    return files


def pending_files(source: str | None = None) -> list[LandingFile]:
    """Files that were not loaded whole yet, or have changed since, or whose partitions are gone."""
    notes = _notes()
    return [file for file in landing_files(source) if not _is_loaded(file, notes.get(_name(file)))]


def load_whole(file: LandingFile) -> LoadReport:
    """Load a file, all of its days, and note that it is done."""
    mark = _mark(file)
    loaded = load_file(file.source, file.path, file.mapping)
    days = [day.isoformat() for day in loaded.partitions]
    atomic_json(home().landed_stamp, _notes() | {_name(file): {"mark": mark, "partitions": days}})
    return loaded


def load_source(source: str, days: set[date] | None) -> list[LoadReport]:
    """Load what is new of one source: whole files, or only some local days of those files that may hold them.

    A list (agents, queues) is loaded whole always: its few rows apply to every day.
    """
    files = pending_files(source)
    if days is None or "snapshot_date" in contract(source).names:
        return [load_whole(file) for file in files]
    return [load_file(file.source, file.path, file.mapping, days) for file in files if _may_hold(file, days)]


def day_in_name(file: LandingFile) -> date | None:
    """The one day that a file name tells; None when it tells none or several."""
    found = set()
    for year, month, day in _DATED.findall(file.path.name):
        try:
            found.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None


def named_days() -> set[date]:
    """Days that the names of landing files tell."""
    return {day for file in landing_files() if (day := day_in_name(file)) is not None}


def _may_hold(file: LandingFile, days: Iterable[date]) -> bool:
    named = day_in_name(file)
    return named is None or any(abs(named - day) <= _NEAR for day in days)


def _name(file: LandingFile) -> str:
    return str(file.path.relative_to(home().landing))


def _notes() -> Notes:
    found: Notes = read_json(home().landed_stamp) or {}
    return found


def _mark(file: LandingFile) -> str:
    stat = file.path.stat()
    mapping = find_mapping(file.mapping, file.source)
    how = fingerprint(mapping.section(file.source), contract(file.source), settings().timezone)
    return f"{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}:{how}"


def _is_loaded(file: LandingFile, note: dict[str, Any] | None) -> bool:
    if note is None or note["mark"] != _mark(file):
        return False
    days = (date.fromisoformat(day) for day in note["partitions"])
    return all(home().partition_file(file.source, day).exists() for day in days)
