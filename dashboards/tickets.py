"""Tickets that a browser changes once, soon after signing in, into its session cookie. No Streamlit here."""

from __future__ import annotations

import secrets
import threading
import time

LIFE_SECONDS = 60.0

_tickets: dict[str, tuple[str, float]] = {}
_lock = threading.Lock()


def issue(token: str) -> str:
    """A ticket for a session token; the token itself never stands in a page."""
    ticket = secrets.token_urlsafe(32)
    with _lock:
        moment = time.monotonic()
        for old in [key for key, (_, until) in _tickets.items() if until < moment]:
            del _tickets[old]
        _tickets[ticket] = (token, moment + LIFE_SECONDS)
    return ticket


def redeem(ticket: str) -> str | None:
    """The token of a ticket that was not used and is not too old; the ticket is used up."""
    with _lock:
        token, until = _tickets.pop(ticket, ("", 0.0))
    return token if token and time.monotonic() <= until else None


def is_open(ticket: str) -> bool:
    """Whether the ticket still waits for the browser."""
    with _lock:
        return ticket in _tickets
