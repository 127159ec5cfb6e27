"""What is known about a stored recording beside its content: the header, the steps of its life, the sealed data key.

A record is one small JSON file. All of it but the seal is associated data of the seal: a record with one byte changed
opens nothing. The header never changes and is associated data of the content, too; steps (holds)
and the master key do change, and the record is then sealed anew. A deleted recording keeps its record without a seal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lingting.clock import local_day
from lingting.errors import UsageError
from lingting.lake.files import atomic_bytes
from lingting.paths import home
from lingting.vault.errors import Deleted, Refused
from lingting.vault.keys import Keyring, MasterKey
from lingting.vault.stream import MAGIC, VERSION

RetentionClass = Literal["service", "contract", "complaint", "unconsented"]
Notice = Literal["played", "spoken", "none"]
Consent = Literal["granted", "refused", "unknown"]
StepName = Literal["stored", "hold_placed", "hold_released", "deleted"]
_DOMAIN = b"lingting vault record\n"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Header(_Strict):
    """What the content is bound to. Times are UTC without a zone; ``size`` and ``sha256`` are of the clear file."""

    recording_id: str = Field(min_length=1, max_length=200)
    call_id: str | None
    suffix: str = Field(max_length=10)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size: int = Field(ge=1)
    stored_at: datetime
    retention_class: RetentionClass
    retain_until: date
    notice: Notice
    consent: Consent
    nonce_prefix: str = Field(pattern="^[0-9a-f]{14}$")

    @property
    def associated(self) -> bytes:
        """The sum that every chunk of the content hangs on."""
        return hashlib.sha256(MAGIC + bytes([VERSION]) + canonical(self.model_dump(mode="json"))).digest()


class Step(_Strict):
    step: StepName
    at: datetime
    by: str
    reason: str = ""
    key_id: str | None = Field(None, description="of the step stored: the master key at that time")


class Record(_Strict):
    version: Literal[1] = 1
    header: Header
    steps: tuple[Step, ...]
    key_id: str
    key_check: str
    nonce: str | None = Field(None, pattern="^[0-9a-f]+$")  # one spelling: an A in place of an a is a change, too
    sealed: str | None = Field(None, pattern="^[0-9a-f]+$")
    certificate_id: str | None = None
    object_sha256: str | None = Field(None, description="of a deleted object: sum of the encrypted file")

    @property
    def recording_id(self) -> str:
        return self.header.recording_id

    @property
    def is_deleted(self) -> bool:
        return self.sealed is None

    @property
    def is_held(self) -> bool:
        holds = [step.step for step in self.steps if step.step in ("hold_placed", "hold_released")]
        return bool(holds) and holds[-1] == "hold_placed"

    @property
    def content(self) -> bytes:
        """The bytes of the record's file."""
        return canonical(self.model_dump(mode="json")) + b"\n"

    def _associated(self) -> bytes:
        return _DOMAIN + canonical(self.model_dump(mode="json", exclude={"nonce", "sealed"}))

    def sealed_under(self, key: MasterKey, data_key: bytes) -> Record:
        """This record with its data key sealed under ``key``."""
        named = self.model_copy(update={"key_id": key.key_id, "key_check": key.check})
        nonce, sealed = key.seal(data_key, named._associated())
        return named.model_copy(update={"nonce": nonce.hex(), "sealed": sealed.hex()})

    def data_key(self, ring: Keyring) -> bytes:
        """The key of the content. Raises Deleted, or Refused: missing key, wrong key, tampered."""
        what = f"recording {self.recording_id!r}"
        if self.sealed is None or self.nonce is None:
            last = self.steps[-1]
            raise Deleted(self.recording_id, local_day(last.at), last.reason, self.certificate_id or "missing")
        key = ring.key(self.key_id, what)
        if key.check != self.key_check:
            raise Refused(
                "wrong key",
                f"{what} is sealed under another key that is called {self.key_id!r}, too; restore the right key file",
            )
        try:
            found = key.unseal(bytes.fromhex(self.nonce), bytes.fromhex(self.sealed), self._associated())
        except ValueError:
            found = None
        if found is None:
            raise tampered(self.recording_id)
        return found


def tampered(name: str) -> Refused:
    return Refused("tampered", f"the vault record of {name!r} is not what was written; restore it from the backup")


def canonical(value: Any) -> bytes:
    """One spelling a value, so that sums can be taken of it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def stem(recording_id: str) -> str:
    """File name of a recording: an id may hold any letter, a file name may not."""
    return hashlib.sha256(recording_id.encode("utf-8")).hexdigest()[:32]


def records_folder() -> Path:
    return home().vault / "records"


def record_file(recording_id: str) -> Path:
    name = stem(recording_id)
    return records_folder() / name[:2] / f"{name}.json"


def object_file(recording_id: str) -> Path:
    name = stem(recording_id)
    return home().vault / "objects" / name[:2] / f"{name}.lvo"


def parse_record(path: Path, recording_id: str | None = None) -> Record:
    """A record's file; Refused when it is malformed, of another version, or not spelt as we write it."""
    content, name = path.read_bytes(), recording_id or path.name
    if not content:
        raise Refused("truncated", f"the vault record of {name!r} is empty (0 bytes); restore it from the backup")
    try:
        value = json.loads(content)
        version = value["version"]
        if isinstance(version, int) and version != 1:
            raise Refused("unknown version", f"the vault record of {name!r} has version {version}; use a newer program")
        record = Record.model_validate(value)
    except (ValueError, KeyError, TypeError, ValidationError):
        raise tampered(name) from None
    if record.content != content or stem(record.recording_id) != path.stem:
        raise tampered(name)
    return record


def find_record(recording_id: str) -> Record | None:
    """The record of a recording; None when it was never stored."""
    path = record_file(recording_id)
    try:
        return parse_record(path, recording_id)
    except FileNotFoundError:
        return None


def the_record(recording_id: str) -> Record:
    found = find_record(recording_id)
    if found is None:
        raise UsageError(f"the vault has no recording {recording_id!r}; `lingting vault list` names what it has")
    return found


def write_record(record: Record) -> None:
    atomic_bytes(record_file(record.recording_id), record.content)


def record_files() -> list[Path]:
    """Files of all records; what a killed command left half written (hidden files) is none."""
    return sorted(path for path in records_folder().glob("*/*.json") if not path.name.startswith("."))


def all_records() -> Iterator[Record | Refused]:
    """Every record, or why it is refused."""
    for path in record_files():
        try:
            yield parse_record(path)
        except Refused as refused:
            yield refused
        except FileNotFoundError:
            continue
