"""Lands what people entered as a source like any other: landing/contract/<source>/store-<local day>.jsonl.

A day's file is written whole and put in place in one step; the load replaces rows of the same key. So a run that is
killed anywhere, and started again, loses nothing and doubles nothing. What a row holds is in the modules of `MODULES`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from lingting.clock import local_day, today
from lingting.lake import atomic_bytes, atomic_json, read_json
from lingting.loading.mapping import CONTRACT_MAPPING
from lingting.paths import home
from lingting.settings import settings
from lingting.store import list_accounts, open_store

MODULES = ("sources_access", "sources_alerts", "sources_loop", "sources_reviews")
# An entry of 23:59:59 may be stored after midnight, while a run reads: the days before the last one are read again.
_AGAIN = timedelta(days=2)

Row = dict[str, Any]


def land_work() -> list[Path]:
    """Write the files of the days that changed since the last call; gives those written. Nothing without a store.

    Raises UsageError when the store can not be read: then the files are as they were.
    """
    if settings().store_url is None and not home().store_database.exists():
        return []
    until, landed = today(), _landed()
    written = []
    for source, rows_of, first in _sources():
        for day in _days(landed.get(source), first, until):
            path = home().landing / CONTRACT_MAPPING / source / f"store-{day.isoformat()}.jsonl"
            if _write(path, rows_of(day)):
                written.append(path)
        landed[source] = until.isoformat()
    if landed != _landed():
        atomic_json(home().store_landed_stamp, landed)
    return written


def fed_sources() -> tuple[str, ...]:
    """The sources that the store brings rows of."""
    return tuple(sorted({source for module in _modules() for source in module.SOURCES}))


def _modules() -> Iterator[ModuleType]:
    for name in MODULES:
        if find_spec(f"lingting.work.{name}") is not None:
            yield import_module(f"lingting.work.{name}")


def _sources() -> Iterator[tuple[str, Callable[[date], list[Row]], date | None]]:
    """(source, its rows of a day, the first day that may have some). A module may say its own first day."""
    for module in _modules():
        first = module.first_day() if hasattr(module, "first_day") else _first_account()
        for source, rows_of in module.SOURCES.items():
            yield source, rows_of, first


def _first_account() -> date | None:
    days = [local_day(account.created_at) for account in list_accounts(open_store())]
    return min(days, default=None)


def _days(landed: str | None, first: date | None, until: date) -> list[date]:
    """The days to look at: all on the first call, then from shortly before the last one on."""
    if first is None:
        return []
    begin = max(first, date.fromisoformat(landed) - _AGAIN) if landed else first
    return [begin + timedelta(days=step) for step in range((until - begin).days + 1)]


def _write(path: Path, rows: list[Row]) -> bool:
    """Whether the file was written: not where it says the same already, or where there is nothing to say."""
    if not rows:
        return False
    content = "".join(f"{json.dumps(row, ensure_ascii=False, default=_text)}\n" for row in rows).encode("utf-8")
    if path.exists() and path.read_bytes() == content:
        return False
    atomic_bytes(path, content)
    return True


def _text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a landing file")


def _landed() -> dict[str, str]:
    """Up to which day each source was landed."""
    found: dict[str, str] = read_json(home().store_landed_stamp) or {}
    return found
