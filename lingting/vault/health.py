"""How the vault stands, for `lingting doctor`: keys, permissions, recordings under older keys. Opens no recording."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from lingting.clock import today
from lingting.errors import LingtingError
from lingting.paths import home
from lingting.vault.deletion import is_due
from lingting.vault.errors import Refused
from lingting.vault.journal import begun_file
from lingting.vault.keys import is_set_up, keyring, place
from lingting.vault.records import all_records


def examine_vault() -> Iterator[tuple[str, str, str]]:
    """(status as of the doctor's findings, what is so, how to mend it)."""
    if not is_set_up() and not home().vault.exists():
        yield "note", "not set up: recordings in landing/ lie clear", "run `lingting vault init`"
        return
    try:
        ring = keyring()
    except LingtingError as error:
        yield "wrong", str(error), "docs/vault.md, lost key"
        return
    yield "ok", f"current key {ring.current.key_id} in {place()}, {len(ring.keys)} in all", ""
    yield from _records(ring.current.key_id)
    if home().vault.exists() and stat.S_IMODE(home().vault.stat().st_mode) & 0o077:
        yield "wrong", f"others may read {home().vault}", f"chmod 700 {home().vault}"
    if begun_file().exists():
        yield "note", "a command on the vault was cut off", "the next one finishes it; run `lingting vault verify`"


def _records(current: str) -> Iterator[tuple[str, str, str]]:
    kept = older = due = bad = 0
    for record in all_records():
        if isinstance(record, Refused):
            bad += 1
        elif not record.is_deleted:
            kept += 1
            older += record.key_id != current
            due += is_due(record, today()) and not record.is_held
    yield "ok", f"{kept} recordings kept", ""
    if older:
        yield "note", f"{older} recordings are under an older key", "run `lingting vault rotate`"
    if due:
        yield "note", f"{due} recordings are past their last day", "run `lingting vault purge`"
    if bad:
        yield "wrong", f"{bad} records are not what was written", "run `lingting vault verify`"
