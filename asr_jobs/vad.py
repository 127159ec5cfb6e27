"""Finds speech in one channel with the Silero model that faster-whisper carries (no download, no torch).

Measured against WhisperX's own pyannote VAD: the same stretches of speech for a small part of the time
(docs/transcription.md). Cutting and packing the speech is in windows.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asr_jobs.audio import RATE
from asr_jobs.metrics import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class VadParams:
    """``onset`` is a probability; times in seconds. No padding here: KPIs need true edges, windows.py adds its own."""

    onset: float = 0.4
    min_silence: float = 0.25
    min_speech: float = 0.1


PARAMS = VadParams()


def speech(samples: NDArray[np.float32], params: VadParams = PARAMS) -> list[Interval]:
    """Stretches of speech in one 16 kHz channel, as (start, end) seconds in order."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if len(samples) < params.min_speech * RATE or not samples.any():  # digital silence needs no model
        return []
    options = VadOptions(
        threshold=params.onset,
        min_silence_duration_ms=round(params.min_silence * 1000),
        min_speech_duration_ms=round(params.min_speech * 1000),
        speech_pad_ms=0,
    )
    found = get_speech_timestamps(samples, options, sampling_rate=RATE)
    return [(stretch["start"] / RATE, stretch["end"] / RATE) for stretch in found]


class VadStream:
    """The same model on one channel as its sound arrives: chunk by chunk it gives what it gives on the whole."""

    CHUNK = 512  # samples of one step, 32 ms
    _CONTEXT = 64  # samples of the step before that the model sees again

    def __init__(self) -> None:
        import numpy as np
        from faster_whisper.vad import get_vad_model

        self._session = get_vad_model().session
        self._state = (np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32))
        self._context = np.zeros(self._CONTEXT, np.float32)

    def __call__(self, chunk: NDArray[np.float32]) -> float:
        """Probability of speech in the next ``CHUNK`` samples of 16 kHz."""
        import numpy as np

        hidden, cell = self._state
        given = {"input": np.concatenate([self._context, chunk])[None], "h": hidden, "c": cell}
        found, hidden, cell = self._session.run(None, given)
        self._state, self._context = (hidden, cell), chunk[-self._CONTEXT :]
        return float(found.reshape(-1)[0])
