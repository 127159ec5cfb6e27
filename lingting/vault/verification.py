"""Reads every object to its last byte and says of each how it stands; checks the chain of certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from lingting.errors import UsageError
from lingting.paths import home
from lingting.vault.certificates import chain_faults
from lingting.vault.errors import Refused
from lingting.vault.keys import Keyring, keyring
from lingting.vault.records import (
    Record,
    all_records,
    object_file,
    parse_record,
    record_file,
    record_files,
)
from lingting.vault.recovery import locked
from lingting.vault.store import open_clear

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class State:
    """``status``: ok, deleted, or a fault (errors.Fault, or ``certificate``). ``name``: recording id or file."""

    name: str
    status: str
    sentence: str = ""

    @property
    def is_wrong(self) -> bool:
        return self.status not in ("ok", "deleted")


def verify(recording_ids: Collection[str] = ()) -> Iterator[State]:
    """The state of some recordings, or of all, of orphans and of the certificates."""
    ring = keyring()
    if recording_ids:
        for one in recording_ids:
            if not record_file(one).exists():
                raise UsageError(f"the vault has no recording {one!r}; `lingting vault list` names what it has")
            yield _state(record_file(one), ring, one)
        return
    with locked():
        files, orphans = record_files(), _orphans()
        tombstones = [one for one in all_records() if isinstance(one, Record) and one.is_deleted]
        faults = chain_faults(tombstones)
    yield from (_state(path, ring) for path in files)
    for path in orphans:
        yield State(path.name, "orphan", f"vault object {path.name} has no record, so no key: remove or restore it")
    yield from (State("certificates", "certificate", sentence) for sentence in faults)


def _orphans() -> list[Path]:
    """Objects without a record."""
    known = {path.stem for path in record_files()}
    return sorted(path for path in (home().vault / "objects").glob("*/*.lvo") if path.stem not in known)


def _state(path: Path, ring: Keyring, name: str | None = None) -> State:
    name = name or path.name
    try:
        record = parse_record(path, name)
        name = record.recording_id
        if record.is_deleted:
            return _deleted(record)
        _read_whole(record, ring)
    except Refused as refused:
        return State(name, refused.fault, str(refused))
    return State(name, "ok")


def _deleted(record: Record) -> State:
    if object_file(record.recording_id).exists():
        name = object_file(record.recording_id).name
        return State(record.recording_id, "orphan", f"recording {record.recording_id!r} was deleted, {name} is there")
    return State(record.recording_id, "deleted", f"certificate {record.certificate_id}")


def _read_whole(record: Record, ring: Keyring) -> None:
    digest = hashlib.sha256()
    with open_clear(record, ring) as clear:
        while piece := clear.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != record.header.sha256:
        raise Refused("tampered", f"recording {record.recording_id!r} has not the sum of what was stored")


def check_whole(record: Record) -> None:
    """Read one object to its end. Raises Refused."""
    _read_whole(record, keyring())
