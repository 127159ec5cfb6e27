"""A vault object where a file is expected: the part of pathlib.Path that decoding and the player use.

A recording's ``media_path`` may be ``vault:<recording id>``; and a recording that was taken over from landing/ is found
by its own id, so that the rows of the telephone system stay as they are. What the vault has is taken from the vault,
even if a clear file lies in landing/ again.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

from lingting.vault.errors import Refused
from lingting.vault.keys import keyring
from lingting.vault.records import Record, find_record, object_file, record_file
from lingting.vault.store import open_clear

SCHEME = "vault:"


@dataclass(frozen=True)
class VaultMedia:
    """One recording of the vault. It is decrypted in memory; nothing clear is written. Every use may raise Refused."""

    recording_id: str

    @property
    def record(self) -> Record:
        found = find_record(self.recording_id)
        if found is None:
            raise Refused("missing object", f"the vault has no recording {self.recording_id!r}")
        return found

    @property
    def name(self) -> str:
        return f"{SCHEME}{self.recording_id}"

    @property
    def is_deleted(self) -> bool:
        return self.record.is_deleted

    @property
    def sha256(self) -> str:
        """Sum of the clear content, also of a deleted one; Refused when the record is not what was written."""
        record = self.record
        if not record.is_deleted:
            record.data_key(keyring())
        return record.header.sha256

    def is_file(self) -> bool:
        """Whether the object is there to be opened."""
        return not self.is_deleted and object_file(self.recording_id).is_file()

    def open(self, mode: Literal["rb"] = "rb") -> io.BufferedReader:
        """A readable, seekable file of the clear content, in memory. Raises Refused and Deleted."""
        return open_clear(self.record)

    def read_bytes(self) -> bytes:
        with self.open() as clear:
            return clear.read()


def vault_media(media_path: str, recording_id: str | None) -> VaultMedia | None:
    """The vault object that a row of the recordings means; None when it means a file."""
    if media_path.startswith(SCHEME):
        return VaultMedia(media_path.removeprefix(SCHEME))
    return VaultMedia(recording_id) if recording_id and record_file(recording_id).exists() else None
