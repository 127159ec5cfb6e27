"""Files that hold one key of ours: made once, with random bytes, readable by their owner alone.

What a key is for is elsewhere: pseudonyms (lingting/privacy), small secrets (lingting/store/sealing). The vault keeps
its master keys in a folder of their own (lingting/vault/keys).
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from lingting.errors import UsageError


def create_key(path: Path, n_bytes: int) -> None:
    """Make the key whole or not at all; when two processes race, the first one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.parent / f".tmp-{os.getpid()}-{secrets.token_hex(4)}-{path.name}"
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(handle, secrets.token_bytes(n_bytes))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        temporary.unlink()


def refuse_open(path: Path, what: str) -> None:
    """UsageError when anyone but the owner may read the file."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(f"the {what} {path} can be read by others; run: chmod 600 {path}")
