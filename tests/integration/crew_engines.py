"""Recognisers for tests of worker processes: no model, but they can kill the process that they run in.

Functions of a module, so that another process can be told by name which one to use.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from asr_jobs.engine import Plan, WindowText, Word


class _Says:
    """A text that tells which sound was heard, with a time for each letter."""

    def __init__(self, dies_of: str | None = None, seconds: float = 0.0) -> None:
        self._dies_of, self._seconds = dies_of, seconds

    def transcribe(self, windows: Any, language: str) -> list[WindowText]:
        if language == self._dies_of:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self._seconds)
        return [self._one(np.asarray(window)) for window in windows]

    def _one(self, window: np.ndarray) -> WindowText:
        number = int(np.abs(window).sum() * 10) % 4096
        letters = "".join(chr(0x4E00 + (number * step) % 4096) for step in (1, 3, 5, 7))
        return WindowText(tuple(Word(letter, 0.5 + at, 1.5 + at) for at, letter in enumerate(letters)), -0.2, 0.01)


def steady(plan: Plan) -> _Says:
    return _Says()


def deadly_to_english(plan: Plan) -> _Says:
    """A native crash on one recording: the English one."""
    return _Says(dies_of="en")


def slow(plan: Plan) -> _Says:
    """Notes its process in $LINGTING_HOME/hands, and takes its time."""
    hands = Path(os.environ["LINGTING_HOME"]) / "hands"
    hands.mkdir(exist_ok=True)
    (hands / f"{os.getpid()}").touch()
    return _Says(seconds=0.3)
