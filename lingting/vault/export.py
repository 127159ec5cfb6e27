"""Writing one recording in clear, where a person asked for it: the only place of the vault that writes clear sound."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from lingting.errors import InputError
from lingting.vault.records import the_record
from lingting.vault.store import open_clear


def pour(recording_id: str, sink: BinaryIO) -> None:
    """Write the clear recording to an open stream; each piece was checked, the whole is known only at the end."""
    with open_clear(the_record(recording_id)) as clear:
        shutil.copyfileobj(clear, sink, 1 << 20)


def export(recording_id: str, target: Path) -> None:
    """Write the clear recording to ``target``, mode 0600, only when all of it was checked. An existing file is refused.

    It is written in a private folder (mode 0700) beside the target, which is removed whatever happens.
    """
    if target.exists():
        raise InputError(f"{target} exists; name another file")
    if not target.parent.is_dir():
        raise InputError(f"there is no folder {target.parent}; make it, or name another")
    with open_clear(the_record(recording_id)) as clear:
        private = Path(tempfile.mkdtemp(prefix=".vault-", dir=target.parent))  # mode 0700
        try:
            half = private / "clear"
            handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as sink:
                shutil.copyfileobj(clear, sink, 1 << 20)
            half.rename(target)
        finally:
            shutil.rmtree(private, ignore_errors=True)
