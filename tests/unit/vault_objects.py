"""A vault with a key and something in it, for the tests of the vault."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lingting.paths import Home
from lingting.settings import settings_for
from lingting.vault import Facts, put
from lingting.vault.keys import create_key
from lingting.vault.records import Record
from lingting.vault.stream import CHUNK

SOUND = random.Random(5).randbytes(2 * CHUNK + 1234)  # three chunks, the last one short


def set_up(home: Home) -> None:
    create_key("k1")


def sound_file(home: Home, content: bytes = SOUND, name: str = "call.opus") -> Path:
    path = home.root.parent / name
    path.write_bytes(content)
    return path


def store(home: Home, recording_id: str = "r1", content: bytes = SOUND, **facts: Any) -> Record:
    told = {"notice": "played", "consent": "granted", **facts}
    return put(sound_file(home, content), Facts(recording_id, **told))


@contextmanager
def days_kept(monkeypatch: pytest.MonkeyPatch, **days: int) -> Iterator[None]:
    """Other numbers of days by class, as the settings would have them."""
    for name, number in days.items():
        monkeypatch.setenv(f"LINGTING_VAULT__DAYS__{name.upper()}", str(number))
    settings_for.cache_clear()
    yield
    for name in days:
        monkeypatch.delenv(f"LINGTING_VAULT__DAYS__{name.upper()}")
    settings_for.cache_clear()


def files_below(folder: Path) -> list[Path]:
    return sorted(Path(root) / name for root, _, names in os.walk(folder) for name in names)
