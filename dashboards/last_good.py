"""Who was signed in when the store last answered: while it is down, they go on reading. No Streamlit here.

At most for as long as a session may be idle, counted from the last good answer.
"""

from __future__ import annotations

import threading
import time

from lingting.settings import settings
from lingting.store import AccountView, session_mark

_known: dict[str, tuple[AccountView, float]] = {}
_lock = threading.Lock()


def remember(token: str, account: AccountView) -> None:
    with _lock:
        moment = time.monotonic()
        for old in [mark for mark, (_, at) in _known.items() if moment - at > _life()]:
            del _known[old]
        _known[session_mark(token)] = (account, moment)


def recall(token: str) -> AccountView | None:
    """The account of a session that was good a short while ago."""
    with _lock:
        account, at = _known.get(session_mark(token), (None, 0.0))
    return account if account is not None and time.monotonic() - at <= _life() else None


def forget(token: str) -> None:
    with _lock:
        _known.pop(session_mark(token), None)


def _life() -> float:
    return settings().cockpit.session_minutes * 60.0
