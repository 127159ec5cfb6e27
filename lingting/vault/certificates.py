"""Deletion certificates: one numbered JSON file a deletion, each holding the sum of the one before it.

A certificate that was removed or changed breaks the chain; HEAD.json names the last one, and every deleted record names
its own, so that the end of the chain can not be cut off unseen by one removal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lingting.lake.files import atomic_bytes, atomic_json, read_json, sha256_of
from lingting.paths import home
from lingting.vault.records import Record

_NOTHING = "0" * 64


def folder() -> Path:
    return home().vault / "certificates"


def certificate_file(number: int) -> Path:
    return folder() / f"{_name(number)}.json"


def _name(number: int) -> str:
    return f"DC-{number:08d}"


def _numbers() -> list[int]:
    return sorted(int(path.stem[3:]) for path in folder().glob("DC-*.json") if path.stem[3:].isdigit())


def next_certificate() -> str:
    """Id of the certificate to come."""
    head = read_json(folder() / "HEAD.json") or {"number": 0}
    return _name(max([int(head["number"]), *_numbers()]) + 1)


def issue(tombstone: Record) -> None:
    """Write the certificate of a deleted record, unless it stands already; then the head."""
    assert tombstone.certificate_id is not None
    number = int(tombstone.certificate_id[3:])
    path = certificate_file(number)
    if not path.exists():
        before = certificate_file(number - 1)
        sum_before = sha256_of(before) if before.exists() else _NOTHING
        value = json.dumps(_certificate(tombstone, sum_before), ensure_ascii=False, sort_keys=True, indent=2)
        atomic_bytes(path, value.encode("utf-8"))
    atomic_json(folder() / "HEAD.json", {"number": number, "sha256": sha256_of(path)})


def _certificate(tombstone: Record, sum_before: str) -> dict[str, Any]:
    header, deleted = tombstone.header, tombstone.steps[-1]
    return {
        "certificate_id": tombstone.certificate_id,
        "previous_sha256": sum_before,
        "recording_id": header.recording_id,
        "call_id": header.call_id,
        "stored_at": f"{header.stored_at.isoformat()}Z",
        "size_bytes": header.size,
        "retention_class": header.retention_class,
        "retain_until": header.retain_until.isoformat(),
        "deleted_at": f"{deleted.at.isoformat()}Z",
        "deleted_by": deleted.by,
        "reason": deleted.reason,
        "how": "the sealed data key was overwritten and removed, then the encrypted object",
        "object_sha256": tombstone.object_sha256,
        "key_id": tombstone.key_id,
    }


def chain_faults(tombstones: Iterable[Record]) -> list[str]:
    """What is wrong with the certificates, a sentence each; [] when the chain is whole and every deletion has one."""
    numbers, faults, before = _numbers(), [], _NOTHING
    head = read_json(folder() / "HEAD.json")
    last = max([*numbers, int(head["number"]) if head else 0], default=0)
    of_recording: dict[str, str] = {}
    for number in range(1, last + 1):
        path = certificate_file(number)
        if not path.exists():
            faults.append(f"certificate {_name(number)} is gone; restore it from the backup")
            before = ""
            continue
        value = _parsed(path)
        if value is None or value.get("certificate_id") != _name(number):
            faults.append(f"certificate {_name(number)} is not what was written; restore it from the backup")
        elif before and value["previous_sha256"] != before:
            faults.append(f"certificate {_name(number - 1)} was changed after {_name(number)} was issued")
        else:
            of_recording[str(value["recording_id"])] = _name(number)
        before = sha256_of(path)
    if last and (head is None or (head["number"] == last and before and head["sha256"] != before)):
        faults.append(f"the head of the certificates does not agree with {_name(last)}: one of the two was changed")
    if head and int(head["number"]) != last:
        faults.append(f"the head of the certificates names {_name(int(head['number']))}, the last one is {_name(last)}")
    for tombstone in tombstones:
        if of_recording.get(tombstone.recording_id) != tombstone.certificate_id:
            faults.append(f"recording {tombstone.recording_id!r} was deleted without certificate")
    return faults


def _parsed(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except ValueError:
        return None
    return value if isinstance(value, dict) and "previous_sha256" in value and "recording_id" in value else None
