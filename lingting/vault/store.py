"""Putting recordings in, reading them back, holds. Deleting is in deletion.py, other keys in rotation.py."""

from __future__ import annotations

import getpass
import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from lingting.clock import local_day, now
from lingting.errors import InputError, UsageError
from lingting.lake.files import atomic_write, sha256_of
from lingting.settings import settings
from lingting.vault.journal import begin, ended, land
from lingting.vault.keys import KEY_BYTES, Keyring, keyring
from lingting.vault.records import (
    Consent,
    Header,
    Notice,
    Record,
    RetentionClass,
    Step,
    find_record,
    object_file,
    the_record,
    write_record,
)
from lingting.vault.recovery import locked
from lingting.vault.stream import CHUNK, PREFIX_BYTES, ClearStream, encrypt


@dataclass(frozen=True)
class Facts:
    """What is to be known of a recording when it is stored. ``recorded_at``: UTC; None: now."""

    recording_id: str
    notice: Notice
    consent: Consent
    purpose: RetentionClass = "service"
    call_id: str | None = None
    recorded_at: datetime | None = None


def who() -> str:
    """The login name of whoever gave the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def class_of(facts: Facts) -> RetentionClass:
    """The purpose that was named where the customer was told and agreed, else ``unconsented``.

    《中华人民共和国个人信息保护法》 articles 13 and 17: no purpose without notice and consent.
    """
    agreed = facts.consent == "granted" or (facts.consent == "unknown" and settings().vault.silence_is_consent)
    return facts.purpose if agreed and facts.notice != "none" else "unconsented"


def retain_until(kept: RetentionClass, recorded_at: datetime, stored_at: datetime) -> date:
    """Last local day on which the recording may be kept: days count from the call; never before the day of storing."""
    last = local_day(recorded_at) + timedelta(days=getattr(settings().vault.days, kept))
    return max(last, local_day(stored_at))


def put(source: Path, facts: Facts) -> Record:
    """Encrypt one file. The same content again changes nothing; memory is bounded.

    Raises InputError: no file, empty, changed meanwhile, other content under the same id; Deleted: it was purged.
    """
    sha256, size = _sum_and_size(source)
    with locked():
        ring = keyring()
        known = find_record(facts.recording_id)
        if known is not None:
            return _same(known, sha256, ring)
        header = _header(facts, sha256, size, source.suffix.lower()[:10])
        data_key = secrets.token_bytes(KEY_BYTES)
        begin(facts.recording_id)
        atomic_write(object_file(facts.recording_id), lambda temporary: _fill(temporary, source, data_key, header))
        step = Step(step="stored", at=header.stored_at, by=who(), key_id=ring.current.key_id)
        record = Record(header=header, steps=(step,), key_id="", key_check="").sealed_under(ring.current, data_key)
        write_record(record)
        land(record)
        ended()
        return record


def _sum_and_size(source: Path) -> tuple[str, int]:
    try:
        sha256, size = sha256_of(source), source.stat().st_size
    except OSError as error:
        raise InputError(f"{source} can not be read: {error.strerror}") from error
    if not size:
        raise InputError(f"{source} is empty (0 bytes); there is nothing to keep")
    return sha256, size


def _same(known: Record, sha256: str, ring: Keyring) -> Record:
    known.data_key(ring)  # refuses a record that was changed, and says so of a deleted one
    if known.header.sha256 != sha256:
        raise InputError(
            f"the vault holds another recording {known.recording_id!r} (sha256 {known.header.sha256[:12]}); "
            "an object is never replaced, give the new one an id of its own"
        )
    return known


def _header(facts: Facts, sha256: str, size: int, suffix: str) -> Header:
    stored_at, kept = now(), class_of(facts)
    return Header(
        recording_id=facts.recording_id,
        call_id=facts.call_id,
        suffix=suffix,
        sha256=sha256,
        size=size,
        stored_at=stored_at,
        retention_class=kept,
        retain_until=retain_until(kept, facts.recorded_at or stored_at, stored_at),
        notice=facts.notice,
        consent=facts.consent,
        nonce_prefix=secrets.token_bytes(PREFIX_BYTES).hex(),
    )


class _Summed(io.RawIOBase):
    """Passes a file on and keeps its sum, to notice a file that changes while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file, self.sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.sum.update(piece)
        return piece


def _fill(target: Path, source: Path, data_key: bytes, header: Header) -> None:
    with source.open("rb") as clear, target.open("wb") as sink:
        target.chmod(0o600)
        summed = _Summed(clear)
        encrypt(summed, sink, data_key, bytes.fromhex(header.nonce_prefix), header.associated)  # type: ignore[arg-type]
    if summed.sum.hexdigest() != header.sha256:
        raise InputError(f"{source} changed while it was read; store it again when it is complete")


def open_clear(record: Record, ring: Keyring | None = None) -> io.BufferedReader:
    """The clear content as a file in memory. Raises Deleted and Refused; never gives a byte that was not checked."""
    data_key = record.data_key(ring or keyring())
    header = record.header
    prefix = bytes.fromhex(header.nonce_prefix)
    stream = ClearStream(object_file(record.recording_id), data_key, prefix, header.associated, header.size)
    return io.BufferedReader(stream, CHUNK)


def hold(recording_id: str, reason: str) -> Record:
    """Keep a recording whatever its retention says, until ``release``. Deleted: it is too late."""
    return _step(recording_id, "hold_placed", reason)


def release(recording_id: str, reason: str) -> Record:
    return _step(recording_id, "hold_released", reason)


def _step(recording_id: str, step: str, reason: str) -> Record:
    with locked():
        ring, record = keyring(), the_record(recording_id)
        data_key = record.data_key(ring)
        if record.is_held == (step == "hold_placed"):
            raise UsageError(f"recording {recording_id!r} is {'already' if record.is_held else 'not'} on hold")
        added = Step.model_validate({"step": step, "at": now(), "by": who(), "reason": reason})
        changed = record.model_copy(update={"steps": (*record.steps, added)}).sealed_under(ring.current, data_key)
        begin(recording_id)
        write_record(changed)
        land(changed)
        ended()
        return changed
