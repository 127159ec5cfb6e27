"""Anchors: copies of the newest hash of the access log in a file of their own, so that a cut-off end shows."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

from lingting.audit.chain import Entry, anchors
from lingting.audit.log import last_entry
from lingting.errors import InputError
from lingting.paths import home


def anchored() -> dict[int, str]:
    """Every anchor so far: number -> hash. Raises InputError when the file is damaged."""
    path = home().audit_anchors
    try:
        return anchors(path.read_text(encoding="utf-8").splitlines()) if path.exists() else {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"the anchors of the access log in {path} can not be read; restore the file") from error


def anchor() -> Entry | None:
    """Note the newest entry; the same one is noted once. None while the log is empty."""
    newest = last_entry()
    if newest is None or anchored().get(newest.seq_no) == newest.entry_hash:
        return newest
    path = home().audit_anchors
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {
        "seq_no": newest.seq_no,
        "entry_hash": newest.entry_hash,
        "anchored_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    handle = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.write(handle, (json.dumps(line) + "\n").encode("utf-8"))
        os.fsync(handle)
    finally:
        os.close(handle)
    return newest
