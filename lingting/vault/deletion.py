"""Deleting what may no longer be kept: first the sealed key (nobody can read the object from then on), then the object,
then the certificate, then the step for the warehouse. A purge that was killed is finished by the next command.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from lingting.clock import now, today
from lingting.errors import UsageError
from lingting.lake.files import sha256_of
from lingting.vault import certificates
from lingting.vault.errors import Refused
from lingting.vault.journal import begin, ended
from lingting.vault.keys import Keyring, keyring
from lingting.vault.records import Record, Step, all_records, object_file, the_record
from lingting.vault.recovery import finish_deletion, locked
from lingting.vault.store import who


@dataclass
class Purged:
    """What a purge did. ``refused``: a sentence for each record that could not be judged, and was left as it is."""

    deleted: list[str] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def is_due(record: Record, day: date) -> bool:
    """Whether its last day is over. A hold is another question."""
    return not record.is_deleted and record.header.retain_until < day


def purge(dry_run: bool = False) -> Purged:
    """Delete every recording whose last day is over and that is not held. ``dry_run``: only say which."""
    done = Purged()
    with locked():
        ring, day = keyring(), today()
        for record in all_records():
            if isinstance(record, Refused):
                done.refused.append(str(record))
            elif is_due(record, day):
                reason = f"kept until {record.header.retain_until} as {record.header.retention_class}"
                _judge(record, ring, reason, done, dry_run)
    return done


def purge_one(recording_ids: Collection[str], reason: str, dry_run: bool = False) -> Purged:
    """Delete named recordings before their last day (the customer asked for it, say). A held one is refused."""
    done = Purged()
    with locked():
        ring = keyring()
        for recording_id in recording_ids:
            record = the_record(recording_id)
            record.data_key(ring)
            if record.is_held:
                raise UsageError(f"recording {recording_id!r} is on hold; release it first")
            _judge(record, ring, reason, done, dry_run)
    return done


def _judge(record: Record, ring: Keyring, reason: str, done: Purged, dry_run: bool) -> None:
    """Delete one record, if its seal shows that neither its last day nor its holds were changed."""
    try:
        record.data_key(ring)
    except Refused as refused:
        done.refused.append(str(refused))
        return
    if record.is_held:
        done.held.append(record.recording_id)
        return
    done.deleted.append(record.recording_id)
    if not dry_run:
        done.certificates.append(_delete(record, reason))


def _delete(record: Record, reason: str) -> str:
    step = Step(step="deleted", at=now(), by=who(), reason=reason)
    certificate_id = certificates.next_certificate()
    changes = {
        "steps": (*record.steps, step),
        "nonce": None,
        "sealed": None,
        "certificate_id": certificate_id,
        "object_sha256": _object_sum(record.recording_id),
    }
    tombstone = record.model_copy(update=changes)
    begin(record.recording_id, tombstone)
    finish_deletion(tombstone)
    ended()
    return certificate_id


def _object_sum(recording_id: str) -> str | None:
    try:
        return sha256_of(object_file(recording_id))
    except FileNotFoundError:
        return None
