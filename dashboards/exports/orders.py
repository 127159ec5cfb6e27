"""What a person ordered to take out, kept on the server under a ticket that is random, short-lived and good once.

A ticket alone is worth nothing: only the session that ordered may change it into a file, and the question behind it is
asked again at that moment, as the person that the account is then. No Streamlit here.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from dashboards.i18n.texts import Language
from lingting.rights import Viewer

LIFE_SECONDS = 300.0
Format = Literal["csv", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
Question = Callable[[Viewer], Sequence[Any]]


@dataclass(frozen=True)
class Order:
    """``columns``: field of a row -> its head in the person's language. ``filters``: the address it was ordered at."""

    name: str
    question: Question
    columns: Mapping[str, str]
    file_format: Format
    purpose: str
    filters: Mapping[str, str]
    language: Language
    user_id: str
    session: str


_orders: dict[str, tuple[Order, float]] = {}
_lock = threading.Lock()


def place(order: Order) -> str:
    """A ticket for the order."""
    ticket = secrets.token_urlsafe(32)
    with _lock:
        moment = time.monotonic()
        for old in [key for key, (_, until) in _orders.items() if until < moment]:
            del _orders[old]
        _orders[ticket] = (order, moment + LIFE_SECONDS)
    return ticket


def take(ticket: str, user_id: str, session: str) -> Order | None:
    """The order of a ticket, used up with that; None for one that is unknown, too old or of another session."""
    with _lock:
        found, until = _orders.get(ticket, (None, 0.0))
        if found is None or (found.user_id, found.session) != (user_id, session):
            return None
        del _orders[ticket]
    return found if time.monotonic() <= until else None
