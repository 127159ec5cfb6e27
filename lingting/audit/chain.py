"""The chain of the access log: what an entry's hash is made of, and the check that nothing was changed or taken out.

Each entry carries the SHA-256 of its own content and of the hash before it. Anchors are copies of the newest hash in a
file of their own: without them, entries at the end could be cut off unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from lingting.audit.models import AccessEntry

FIRST_HASH = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One entry of the access log; ``happened_at`` is UTC, ``fields`` have a bar between two."""

    seq_no: int
    happened_at: datetime
    user_id: str
    name: str
    role: str
    session: str
    action: str
    outcome: str
    object_kind: str
    object_id: str
    customer_key: str | None
    n_rows: int | None
    purpose: str | None
    fields: str | None
    previous_hash: str
    entry_hash: str


@dataclass(frozen=True)
class Broken:
    """Where the log does not hold: the number of the entry, and what is wrong with it."""

    seq_no: int
    problem: str


_NAMES = tuple(field.name for field in fields(Entry))
_HASHED = tuple(name for name in _NAMES if name != "entry_hash")


def entry_of(row: AccessEntry) -> Entry:
    return Entry(**{name: getattr(row, name) for name in _NAMES})


def entry_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 over every field but the hash itself, as JSON with sorted keys; times with microseconds."""
    plain = {name: values[name] for name in _HASHED}
    plain["happened_at"] = plain["happened_at"].isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def verify(log: Iterable[Entry], anchored: Mapping[int, str] | None = None) -> Iterator[Broken]:
    """What is wrong with a log that begins with its first entry: gaps, changed entries, a broken chain, a cut-off end.

    ``anchored``: number -> hash, as ``anchors`` gives them.
    """
    wanted = dict(anchored or {})
    last_no, last_hash = 0, FIRST_HASH
    for entry in log:
        if entry.seq_no != last_no + 1:
            yield Broken(entry.seq_no, f"entry {last_no + 1} is missing")
        if entry.previous_hash != last_hash:
            yield Broken(entry.seq_no, "it does not follow the entry before it")
        if entry_hash(vars(entry)) != entry.entry_hash:
            yield Broken(entry.seq_no, "its content was changed")
        if wanted.pop(entry.seq_no, entry.entry_hash) != entry.entry_hash:
            yield Broken(entry.seq_no, "it is not the entry that was anchored")
        last_no, last_hash = entry.seq_no, entry.entry_hash
    for seq_no in sorted(wanted):
        yield Broken(seq_no, "it was anchored and is gone")


def anchors(lines: Iterable[str]) -> dict[int, str]:
    """The anchors of a file: one JSON object a line with seq_no and entry_hash."""
    found = (json.loads(line) for line in lines if line.strip())
    return {int(one["seq_no"]): str(one["entry_hash"]) for one in found}
