"""The vault's lock, and finishing what a command that was killed had begun (journal.begin)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lingting.lake.files import read_json, remove_leftovers
from lingting.lake.lock import exclusive
from lingting.paths import home
from lingting.vault import certificates
from lingting.vault.journal import begun_file, ended, land_missing
from lingting.vault.records import Record, object_file, record_file, write_record


@contextmanager
def locked() -> Iterator[None]:
    """Be the only command that changes the vault; first finish what a killed one had begun."""
    home().vault.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(home().vault / "vault.lock", "another command on the vault"):
        begun = read_json(begun_file())
        if begun is not None:
            remove_leftovers(home().vault)
            _finish_begun(begun)
            ended()
        yield


def _finish_begun(begun: dict[str, Any]) -> None:
    """Finish what a killed command had begun with one recording (journal.begin)."""
    if begun["tombstone"] is not None:
        finish_deletion(Record.model_validate(begun["tombstone"]))
        return
    recording_id = begun["recording_id"]
    if not record_file(recording_id).exists():  # killed while storing: its key was never written, nobody can read it
        object_file(recording_id).unlink(missing_ok=True)
    land_missing(recording_id)


def finish_deletion(tombstone: Record) -> None:
    """Erase the key, then the object and its published copy; certify; tell. Every step may have been done already."""
    _erase_seal(tombstone)
    path = object_file(tombstone.recording_id)
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _sync_folder(path)
    for copy in home().published_audio.glob(f"{tombstone.header.sha256}.*"):
        copy.unlink(missing_ok=True)
    certificates.issue(tombstone)
    land_missing(tombstone.recording_id)


def _erase_seal(tombstone: Record) -> None:
    """Overwrite the record in its place, so that the sealed key is not left in freed blocks, then put the tombstone."""
    path = record_file(tombstone.recording_id)
    for leftover in path.parent.glob(f".*{path.name}"):  # of a killed rotation; it holds a seal, too
        _overwrite(leftover)
        leftover.unlink()
    if path.exists() and path.read_bytes() != tombstone.content:
        _overwrite(path)
    write_record(tombstone)


def _overwrite(path: Path) -> None:
    with path.open("rb+") as handle:
        handle.write(b"\0" * path.stat().st_size)
        handle.flush()
        os.fsync(handle.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
