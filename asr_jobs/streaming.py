"""Takes a recording block by block and keeps its speech only, so that memory grows with what is said, not with length.

A three-hour call of two channels is 1.4 GB of samples; here it is one block of each channel and 32 kB for a second of
speech. A recording shorter than a block is heard exactly as if it were taken whole. Decoding is in audio.py, finding
speech in vad.py, packing in windows.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from asr_jobs.audio import RATE
from asr_jobs.metrics import Interval
from asr_jobs.vad import PARAMS as VAD
from asr_jobs.windows import FULL_SCALE
from asr_jobs.windows import PARAMS as PACK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK_SECONDS = 600


class KeptSound:
    """The parts of a channel that may be asked for again, as 16-bit samples. Slices outside them are silence."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, NDArray[np.int16]]] = []
        self._length = 0

    def __len__(self) -> int:
        """Samples of the whole channel, kept or not."""
        return self._length

    def __getitem__(self, wanted: slice) -> NDArray[np.int16]:
        import numpy as np

        start, stop, _ = wanted.indices(self._length)
        out = np.zeros(max(0, stop - start), dtype=np.int16)
        for place, part in self._parts[self._first_after(start) :]:
            if place >= stop:
                break
            low, high = max(start, place), min(stop, place + len(part))
            if low < high:
                out[low - start : high - start] = part[low - place : high - place]
        return out

    def _first_after(self, start: int) -> int:
        """Index of the last part that begins at or before a sample; parts do not overlap."""
        from bisect import bisect_right

        return max(0, bisect_right(self._parts, start, key=lambda part: part[0]) - 1)

    def add(self, block: NDArray[np.float32], keep: list[tuple[int, int]]) -> None:
        """The next block; ``keep`` are (start, stop) samples of it, in order and apart from each other."""
        import numpy as np

        for start, stop in keep:
            part = np.rint(np.clip(block[start:stop], -1.0, 1.0) * FULL_SCALE).astype(np.int16)
            self._parts.append((self._length + start, part))
        self._length += len(block)


class ChannelStream:
    """One channel as it comes: finds speech in each full block and forgets the rest."""

    def __init__(self, find: Callable[[NDArray[np.float32]], list[Interval]]) -> None:
        self.speech: list[Interval] = []
        self.sound = KeptSound()
        self._find = find
        self._waiting: list[NDArray[np.float32]] = []
        self._waiting_samples = 0

    def add(self, samples: NDArray[np.float32]) -> None:
        self._waiting.append(samples.copy())  # the decoder's block holds both channels
        self._waiting_samples += len(samples)
        if self._waiting_samples >= BLOCK_SECONDS * RATE:
            self.end()

    def end(self) -> None:
        """Take what waits as the last block."""
        import numpy as np

        if not self._waiting:
            return
        block = np.concatenate(self._waiting)
        self._waiting, self._waiting_samples = [], 0
        found = self._find(block)
        begun = len(self.sound) / RATE
        self.sound.add(block, _around(found, len(block)))
        for start, end in found:
            self._append((begun + start, begun + end))

    def _append(self, stretch: Interval) -> None:
        """Speech that the border of a block has cut in two is one stretch."""
        if self.speech and stretch[0] - self.speech[-1][1] < VAD.min_silence:
            stretch = (self.speech.pop()[0], stretch[1])
        self.speech.append(stretch)


def _around(found: list[Interval], length: int) -> list[tuple[int, int]]:
    """Speech with the sound that packing adds to it, in samples; a neighbour block may need both ends of this one."""
    room = round(PACK.pad * RATE) + 1
    wanted = [(0, room), *((round(s * RATE) - room, round(e * RATE) + room) for s, e in found), (length - room, length)]
    joined: list[tuple[int, int]] = []
    for start, stop in wanted:
        start, stop = max(0, start), min(length, stop)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
