"""Telephone samples as they arrive (signed 16-bit little-endian) to what the recogniser hears (float32, 16 kHz)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asr_jobs.audio import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
_FULL_SCALE = 32_768


class Stream:
    """One or two interleaved channels of one rate. Cut anywhere between samples, it gives the same sound."""

    def __init__(self, rate: int, n_channels: int = 1) -> None:
        import av

        self._rate = rate
        self._n_channels = n_channels
        self._layout = "mono" if n_channels == 1 else "stereo"
        self._resampler = av.AudioResampler(format="fltp", layout=self._layout, rate=RATE)

    def __call__(self, pcm: bytes) -> list[NDArray[np.float32]]:
        """One array per channel, equally long. ``pcm`` must hold whole samples of all channels."""
        import av
        import numpy as np

        samples = np.frombuffer(pcm, dtype="<i2")
        if self._rate == RATE:
            found = samples.reshape(-1, self._n_channels).T.astype(np.float32) / _FULL_SCALE
            return [np.ascontiguousarray(channel) for channel in found]
        if not len(samples):
            return [np.zeros(0, np.float32) for _ in range(self._n_channels)]
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=self._layout)
        frame.sample_rate, frame.pts = self._rate, None
        blocks = [block.to_ndarray() for block in self._resampler.resample(frame)]
        joined = np.concatenate(blocks, axis=1) if blocks else np.zeros((self._n_channels, 0), np.float32)
        return [np.ascontiguousarray(channel, dtype=np.float32) for channel in joined]


def whole(pcm: bytes, n_channels: int = 1) -> bytes:
    """``pcm`` without the bytes at its end that make no whole sample of all channels."""
    return pcm[: len(pcm) - len(pcm) % (2 * n_channels)]
