"""One writer at a time: whoever loads, transcribes, builds or publishes holds this lock. Readers need none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from lingting.lake import exclusive
from lingting.paths import home

_guard = RLock()
_held: set[str] = set()


@contextmanager
def writer_lock(wait_seconds: float = 60) -> Iterator[None]:
    """Hold the lock of this home; a nested use in the same thread is free. The kernel lets go when the process dies.

    Raises UsageError naming the other process when that still holds it after ``wait_seconds``.
    """
    key = str(home().writer_lock)
    with _guard:
        if key in _held:
            yield
            return
        with exclusive(home().writer_lock, "another run on this home", wait_seconds):
            _held.add(key)
            try:
                yield
            finally:
                _held.discard(key)
