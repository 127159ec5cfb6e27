"""Columns of text, built without a Python loop: times, codes, identifiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.events.arrivals import FIRST_NUMBER
from simulator.events.shapes import CODES_PER_DAY


def moments(wall_ms: np.ndarray) -> pa.Array:
    """``2026-10-01 08:00:00.123`` in local time; null where the value is below zero."""
    return pa.array(wall_ms.astype("datetime64[ms]"), mask=wall_ms < 0).cast(pa.string())


def numbers(values: np.ndarray) -> pa.Array:
    """Whole numbers; null where the value is below zero."""
    return pa.array(values.astype(np.int64), mask=values < 0)


def codes(values: np.ndarray, words: Sequence[str | None]) -> pa.Array:
    """The word of each number; null for -1."""
    dictionary = pa.array([*words, None], type=pa.string())
    return dictionary.take(pa.array(np.where(values < 0, len(words), values)))


def padded(values: np.ndarray, width: int) -> pa.Array:
    return pc.utf8_lpad(pa.array(values.astype(np.int64)).cast(pa.string()), width, "0")


def joined(*parts: pa.Array | str) -> pa.Array:
    """Concatenate columns and constants row by row; null where a column is null."""
    return pc.binary_join_element_wise(*[pa.scalar(p) if isinstance(p, str) else p for p in parts], "")


def contact_ids(code: np.ndarray) -> pa.Array:
    """``C20261001-0000001`` from a contact code; null where the code is below zero."""
    day, number = np.divmod(code.clip(0), CODES_PER_DAY)
    whole = joined("C", pa.array(day).cast(pa.string()), "-", padded(number, 7))
    return pc.if_else(pa.array(code >= 0), whole, pa.scalar(None, pa.string()))


def call_ids(contact: pa.Array, leg_no: np.ndarray) -> pa.Array:
    return joined(contact, "-", pa.array(leg_no.astype(np.int64)).cast(pa.string()))


def recording_ids(call: pa.Array) -> pa.Array:
    return pc.replace_substring(call, "C", "R")


def caller_numbers(customer: np.ndarray) -> pa.Array:
    return pa.array(customer + FIRST_NUMBER).cast(pa.string())
