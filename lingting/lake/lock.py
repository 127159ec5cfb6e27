"""One writer at a time: an advisory lock that the kernel drops when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lingting.errors import UsageError

_POLL_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, what: str, wait_seconds: float = 600) -> Iterator[None]:
    """Hold the lock file ``path``; waits for another holder, and raises UsageError when that takes too long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + wait_seconds
        while not _taken(handle):
            if time.monotonic() > until:
                holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
                raise UsageError(f"{what} is still running in process {holder or 'unknown'}; wait for it and try again")
            time.sleep(_POLL_SECONDS)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
