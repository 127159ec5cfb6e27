"""Tune and test, by id alone: a case is on the same side in every run, and never on both."""

from __future__ import annotations

import hashlib
from typing import Literal

from lingting.settings import settings

Split = Literal["tune", "test"]
_STEPS = 2**32


def split_of(case_id: str) -> Split:
    """The side of a case, by the hash of its id; ``evaluation.test_share`` of all ids are test."""
    drawn = int.from_bytes(hashlib.sha256(case_id.encode("utf-8")).digest()[:4], "big")
    return "test" if drawn < settings().evaluation.test_share * _STEPS else "tune"
