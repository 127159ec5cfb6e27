"""One channel as its sound arrives: cuts it into utterances, and a long one into what was said of it so far.

An utterance ends with a pause. One that goes on is handed out again and again as it grows (a partial), so that a risk
phrase in a monologue is found before its end; one that goes on too long is cut where speech is least likely.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asr_jobs import vad, windows
from asr_jobs.audio import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Detector = Callable[["NDArray[np.float32]"], float]  # the next chunk -> probability of speech
CHUNK = vad.VadStream.CHUNK
STEP = CHUNK / RATE  # seconds
HYSTERESIS = 0.15  # Silero's own: speech goes on until its probability falls so far below the onset
_PAD = round(windows.PARAMS.pad / STEP)  # chunks kept around the speech


@dataclass(frozen=True)
class Pace:
    """When an utterance is handed out. Seconds."""

    pause: float
    partial: float
    longest: float


@dataclass(frozen=True)
class Utterance:
    """``number`` counts the channel's utterances; the partials and the end of one share it. Seconds of the call."""

    number: int
    start: float
    end: float
    samples: NDArray[np.float32]
    is_final: bool

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


@dataclass
class _Open:
    """The utterance that is being said: its chunks (the padding before it too) and their probabilities."""

    start: float
    chunks: list[NDArray[np.float32]]
    n_before: int
    probabilities: list[float] = field(default_factory=list)
    quiet_since: int | None = None  # index into ``probabilities``
    handed_out: int = 0  # chunks of speech that the last partial held


class Ear:
    """``clock``: seconds of the call up to which this channel was heard."""

    def __init__(self, detector: Detector, pace: Pace, clock: float = 0.0) -> None:
        self._detector = detector
        self._pace = pace
        self._begun = clock
        self._steps = 0
        self._rest: list[NDArray[np.float32]] = []
        self._n_rest = 0
        self._before: deque[NDArray[np.float32]] = deque(maxlen=_PAD)
        self._open: _Open | None = None
        self._number = 0
        self.quiet_since = clock  # the end of the last speech

    @property
    def clock(self) -> float:
        return self._begun + self._steps * STEP

    @property
    def open_since(self) -> float | None:
        """When the utterance that is being said began; None: nobody speaks."""
        return self._open.start if self._open else None

    def hear(self, samples: NDArray[np.float32]) -> list[Utterance]:
        """Take the next sound (16 kHz); gives the utterances and partials that are ready."""
        import numpy as np

        self._rest.append(samples)
        self._n_rest += len(samples)
        if self._n_rest < CHUNK:
            return []
        joined = np.concatenate(self._rest)
        whole = len(joined) // CHUNK * CHUNK
        self._rest, self._n_rest = [joined[whole:]], len(joined) - whole
        ready: list[Utterance] = []
        for at in range(0, whole, CHUNK):
            ready += self._step(joined[at : at + CHUNK])
        return ready

    def pass_over(self, seconds: float) -> list[Utterance]:
        """Nothing was sent for so long: the clock goes on, and what was being said is over."""
        ready = self.close()
        self._begun += seconds
        return ready

    def close(self) -> list[Utterance]:
        """What was still being said when the sound ended."""
        spoken = self._open
        if spoken is None:
            return []
        return self._ended(len(spoken.probabilities) if spoken.quiet_since is None else spoken.quiet_since)

    def _step(self, chunk: NDArray[np.float32]) -> list[Utterance]:
        probability = self._detector(chunk)
        now = self.clock
        self._steps += 1
        spoken = self._open
        if spoken is None:
            if probability < vad.PARAMS.onset:
                self._before.append(chunk)
                return []
            spoken = self._open = _Open(now, list(self._before), len(self._before))
            self._number += 1
        spoken.chunks.append(chunk)
        spoken.probabilities.append(probability)
        return self._after(spoken, probability)

    def _after(self, spoken: _Open, probability: float) -> list[Utterance]:
        """What the newest chunk of an open utterance brings: its end, a cut, a partial, or nothing."""
        length = len(spoken.probabilities)
        if probability >= vad.PARAMS.onset:
            spoken.quiet_since = None
        elif probability < vad.PARAMS.onset - HYSTERESIS and spoken.quiet_since is None:
            spoken.quiet_since = length - 1
        if spoken.quiet_since is None:
            self.quiet_since = self.clock
        elif (length - spoken.quiet_since) * STEP >= self._pace.pause:
            return self._ended(spoken.quiet_since)
        if length * STEP >= self._pace.longest:
            return self._cut(spoken)
        if (length - spoken.handed_out) * STEP >= self._pace.partial:
            spoken.handed_out = length
            return [self._utterance(spoken, length, is_final=False)]
        return []

    def _utterance(self, spoken: _Open, length: int, is_final: bool) -> Utterance:
        import numpy as np

        kept = spoken.chunks[: spoken.n_before + length + _PAD]
        end = spoken.start + length * STEP
        return Utterance(self._number, spoken.start, end, np.concatenate(kept), is_final)

    def _ended(self, length: int) -> list[Utterance]:
        """Close the open utterance after ``length`` chunks of speech; what is too short to be a word is dropped."""
        spoken = self._open
        assert spoken is not None
        self._open = None
        self._before.extend(spoken.chunks[-_PAD:])
        if length * STEP < windows.PARAMS.shortest:
            return []
        return [self._utterance(spoken, length, is_final=True)]

    def _cut(self, spoken: _Open) -> list[Utterance]:
        """Hand out the first part of a very long utterance; the rest goes on as the next one."""
        length = len(spoken.probabilities)
        first = length * 2 // 3
        at = min(range(first, length), key=lambda index: spoken.probabilities[index])
        middle = spoken.n_before + at
        done = self._utterance(_Open(spoken.start, spoken.chunks[:middle], spoken.n_before), at, is_final=True)
        self._number += 1
        rest = _Open(spoken.start + at * STEP, spoken.chunks[middle:], 0, spoken.probabilities[at:])
        if spoken.quiet_since is not None:
            rest.quiet_since = max(0, spoken.quiet_since - at)
        self._open = rest
        return [done]
