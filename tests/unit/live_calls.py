"""Sounds and stand-ins for the tests of live inspection: a level is a word, silence is zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from asr_jobs.audio import RATE
from asr_jobs.engine import WindowText, Word

LEVEL_STEP = 0.02  # a sample of value n * LEVEL_STEP stands for word n


def tone(number: int, seconds: float, rate: int = RATE) -> NDArray[np.float32]:
    """A constant level, which the stand-ins take for speech (0: for silence). It survives resampling."""
    return np.full(round(seconds * rate), number * LEVEL_STEP, np.float32)


def pcm(samples: NDArray[np.float32]) -> bytes:
    return (samples * 32_767).astype("<i2").tobytes()


def loudness(chunk: NDArray[np.float32]) -> float:
    """A voice detector: speech is what has a level."""
    return 1.0 if float(np.abs(chunk).mean()) > LEVEL_STEP / 2 else 0.0


class LevelEngine:
    """An engine that reads the level: the words of each level in the order in which they sound, one a second."""

    def __init__(self, words: Mapping[int, str]) -> None:
        self._words = words
        self.batches: list[int] = []

    def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        self.batches.append(len(windows))
        return [self._read(window) for window in windows]

    def _read(self, window: NDArray[np.float32]) -> WindowText:
        levels = [
            round(float(np.median(part)) / LEVEL_STEP) for part in np.array_split(window, max(1, len(window) // 1600))
        ]
        said: list[int] = []
        for level in levels:
            if level in self._words and level not in said:
                said.append(level)
        text = "，".join(self._words[level] for level in said)
        return WindowText((Word(text, 0.0, len(window) / RATE),) if text else (), -0.2, 0.0)
