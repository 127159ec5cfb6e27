"""Telephone sound: band, noise floor, G.711, hold music, and Opus files in and out.

Part of `make_recordings.py` and its environment. Voices are in `speech.py`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from scipy.signal import butter, sosfilt

RATE = 8000
BIT_RATE = 24_000
MU = 255.0


def trimmed(samples: np.ndarray, floor: float = 0.006) -> np.ndarray:
    """Cuts the silence around the words, so that a turn's start and end are where it is heard."""
    loud = np.flatnonzero(np.abs(samples) > floor)
    return samples[max(0, loud[0] - 80) : loud[-1] + 160] if len(loud) else samples


def add_music(channel: np.ndarray, start: float, end: float) -> None:
    """Adds hold music: a slow broken chord, faded in and out."""
    times = np.arange(round((end - start) * RATE)) / RATE
    notes = np.array([523.25, 659.25, 783.99, 659.25, 440.0, 523.25, 659.25, 523.25])
    pitch = notes[(times / 0.45).astype(int) % len(notes)]
    decay = np.exp(-3.0 * (times % 0.45))
    tone = sum(np.sin(2 * np.pi * pitch * k * times) / k**2 for k in (1, 2, 3)) * decay
    fade = np.minimum(1, np.minimum(times, times[-1] - times) / 0.5)
    first = round(start * RATE)
    channel[first : first + len(tone)] += (0.05 * fade * tone).astype(np.float32)


def band_limited(samples: np.ndarray) -> np.ndarray:
    """The telephone's 300-3400 Hz; works on the last axis."""
    return sosfilt(butter(6, (300, 3400), "bandpass", fs=RATE, output="sos"), samples)


def telephone(channels: np.ndarray, seed: int) -> np.ndarray:
    """Band-limits to 300-3400 Hz, adds a noise floor of about -62 dBFS and goes through G.711 mu-law and back; shape
    is kept.
    """
    noise = np.random.default_rng(seed).normal(0, 0.0008, channels.shape)
    clipped = np.clip(band_limited(channels + noise), -0.99, 0.99)
    code = np.round(np.sign(clipped) * np.log1p(MU * np.abs(clipped)) / np.log1p(MU) * 127)
    return (np.sign(code) * np.expm1(np.abs(code) / 127 * np.log1p(MU)) / MU).astype(np.float32)


def write_opus(path: Path, channels: np.ndarray) -> None:
    """Writes (channels, samples) in -1..1 as Ogg Opus."""
    layout = "stereo" if len(channels) == 2 else "mono"
    pcm = np.ascontiguousarray((np.clip(channels, -1, 1) * 32767).astype(np.int16).T.reshape(1, -1))
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout=layout, options={"application": "voip", "vbr": "on"})
        stream.bit_rate = BIT_RATE if len(channels) == 2 else BIT_RATE // 2
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


def read_opus(path: Path) -> np.ndarray:
    """(channels, samples) at 8 kHz in -1..1."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", rate=RATE)
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def seconds(path: Path) -> float:
    """Seconds that can be decoded."""
    return read_opus(path).shape[1] / RATE
