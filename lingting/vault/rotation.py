"""A new master key: seals every data key anew, and touches no content. Killed at any moment, the next call goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lingting.errors import UsageError
from lingting.lake.files import remove_leftovers
from lingting.vault.errors import Refused
from lingting.vault.keys import Keyring, create_key, keyring
from lingting.vault.records import all_records, find_record, records_folder, write_record
from lingting.vault.recovery import locked


@dataclass
class Rotated:
    """``is_resumed``: an earlier rotation was finished, no key was made. ``refused``: sentences."""

    key_id: str
    is_resumed: bool
    done: int = 0
    left: int = 0
    refused: list[str] = field(default_factory=list)


def not_under(key_id: str) -> list[str]:
    """Recordings whose data key is sealed under another master key."""
    return [
        record.recording_id
        for record in all_records()
        if not isinstance(record, Refused) and not record.is_deleted and record.key_id != key_id
    ]


def rotate(key_id: str | None = None, progress: Callable[[int, int], None] = lambda done, left: None) -> Rotated:
    """Make a new current key and seal all data keys under it; an unfinished rotation is finished instead.

    ``progress`` gets (done, left) after each record. With keys from a variable, the new key must stand in front there.
    """
    with locked():
        remove_leftovers(records_folder())
        ring = keyring()
        todo = not_under(ring.current.key_id)
        result = Rotated(ring.current.key_id, is_resumed=bool(todo))
        if not todo:
            create_key(key_id)
            ring = keyring()
            result.key_id = ring.current.key_id
            todo = not_under(result.key_id)
        elif key_id not in (None, ring.current.key_id):
            raise UsageError(
                f"{len(todo)} recordings are not yet under {ring.current.key_id!r}; run `lingting vault rotate` first"
            )
    result.left = len(todo)
    for recording_id in todo:
        with locked():
            _seal_anew(recording_id, ring, result)
        progress(result.done, result.left)
    result.left = len(result.refused)
    return result


def _seal_anew(recording_id: str, ring: Keyring, result: Rotated) -> None:
    try:
        record = find_record(recording_id)
        if record is None or record.is_deleted or record.key_id == ring.current.key_id:
            result.left -= 1
            return
        write_record(record.sealed_under(ring.current, record.data_key(ring)))
    except Refused as refused:
        result.refused.append(str(refused))
    else:
        result.done += 1
        result.left -= 1
