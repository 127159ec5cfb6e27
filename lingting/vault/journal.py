"""Steps that the warehouse must see, and what a killed command had begun.

Every step of an object becomes one line of ``landing/contract/recording_objects/vault-<local day>.jsonl`` (contract
recording_objects), once. A command that changes an object writes down first what it begins (``begun.json``); the next
command that takes the lock finishes it (recovery.py), so a kill at any moment loses no step and doubles none.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from lingting.clock import local_day
from lingting.lake.files import atomic_json
from lingting.paths import home
from lingting.vault.records import Record, find_record

ENCRYPTION = "AES-256"


def begun_file() -> Path:
    return home().vault / "begun.json"


def begin(recording_id: str, tombstone: Record | None = None) -> None:
    """Write down that the record of a recording is about to change; ``tombstone``: it is to be deleted."""
    dumped = None if tombstone is None else tombstone.model_dump(mode="json")
    atomic_json(begun_file(), {"recording_id": recording_id, "tombstone": dumped})


def ended() -> None:
    begun_file().unlink(missing_ok=True)


def land(record: Record) -> None:
    """Append the record's latest step."""
    _append(record, len(record.steps) - 1)


def land_missing(recording_id: str) -> None:
    """Append the steps of a record that are not there: what a killed command left out."""
    record = find_record(recording_id)
    for number in range(len(record.steps) if record else 0):
        assert record is not None
        path = landing_file(record.steps[number].at)
        _cut_torn_line(path)
        if _row(record, number)["object_step_id"] not in _landed(path):
            _append(record, number)


def landing_file(moment: datetime) -> Path:
    return home().landing / "contract" / "recording_objects" / f"vault-{local_day(moment)}.jsonl"


def _append(record: Record, number: int) -> None:
    path = landing_file(record.steps[number].at)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(_row(record, number), ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode("utf-8"))
        os.fsync(handle)
    finally:
        os.close(handle)


def _cut_torn_line(path: Path) -> None:
    """Without its last line, if that was not written to its end."""
    if path.exists():
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.truncate(path, whole)


def _landed(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {json.loads(line)["object_step_id"] for line in lines}


def _row(record: Record, number: int) -> dict[str, Any]:
    """A row of the contract: the step ``stored`` describes the object, ``deleted`` names the certificate."""
    header, step = record.header, record.steps[number]
    is_stored, is_deleted = step.step == "stored", step.step == "deleted"
    described = {
        "encryption": ENCRYPTION,
        "key_id": step.key_id,  # the record's own may be newer
        "retention_class": header.retention_class,
        "retain_until_date": header.retain_until.isoformat(),
        "size_bytes": header.size,
        "notice": header.notice,
        "consent": header.consent,
    }
    return {
        "object_step_id": f"{header.recording_id}:{number + 1:03d}:{step.step}",
        "recording_id": header.recording_id,
        "call_id": header.call_id,
        "step": step.step,
        "happened_at": step.at.isoformat(sep=" "),
        **{name: value if is_stored else None for name, value in described.items()},
        "certificate_id": record.certificate_id if is_deleted else None,
    }
