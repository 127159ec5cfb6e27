"""What the vault says when it refuses: one sentence, and a word for the state of the object."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lingting.errors import InputError

Fault = Literal["tampered", "truncated", "wrong key", "missing key", "missing object", "unknown version", "orphan"]


class Refused(InputError):
    """An object that is not what was stored, or can not be opened. ``fault`` is the word for it."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault: Fault = fault


class Deleted(InputError):
    """The recording was purged; its certificate says when (local ``day``) and why."""

    def __init__(self, recording_id: str, day: date, reason: str, certificate_id: str) -> None:
        when = f"recording {recording_id!r} was deleted on {day} ({reason})"
        super().__init__(f"{when}; its certificate is {certificate_id}")
        self.day, self.certificate_id = day, certificate_id
