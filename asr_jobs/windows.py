"""Packs the speech of one channel into windows for the recogniser, and maps the words back to the turns.

Whisper's cost is per window, not per word, and silence in a window costs as much as speech; so silence is cut out and
turns are packed one behind the other with a short pause of zeros. A window never holds two recordings or two channels:
a word put into the wrong mouth is worse than a slow one. Recognising is in the engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from asr_jobs.audio import RATE
from asr_jobs.engine import Word
from asr_jobs.metrics import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PackParams:
    """Seconds. ``bridge``: speech parted by less belongs to one turn. ``pad``: kept before and after each stretch;
    a pause of up to twice that stays as it is, a longer one becomes ``gap`` of zeros."""

    longest: float = 28.0
    gap: float = 0.3
    pad: float = 0.3
    bridge: float = 1.0
    shortest: float = 0.3


PARAMS = PackParams()
SHORTEST_ENCODED = 13  # seconds
FULL_SCALE = 32_768  # of 16-bit sound; a power of two, so that a recording of 16 bits comes back exactly


@dataclass(frozen=True)
class Stretch:
    """One piece of speech in a window: where it stands there, and the turn (index in the channel) it belongs to."""

    start: float
    end: float
    turn: int


@dataclass(frozen=True)
class Window:
    """Sound for the recogniser (16 kHz; float32 in [-1, 1] or 16-bit) and what stands where in it."""

    sound: NDArray[np.float32] | NDArray[np.int16]
    stretches: tuple[Stretch, ...]

    @property
    def samples(self) -> NDArray[np.float32]:
        """As the recognisers take it; made anew at each call, so that only one batch is ever held in this form."""
        import numpy as np

        if self.sound.dtype == np.int16:
            return self.sound.astype(np.float32) / np.float32(FULL_SCALE)
        return cast("NDArray[np.float32]", self.sound)

    @property
    def seconds(self) -> float:
        return len(self.sound) / RATE


class Sliceable(Protocol):
    """A channel's samples, or what is kept of them (streaming.py)."""

    def __len__(self) -> int: ...

    def __getitem__(self, wanted: slice, /) -> NDArray[Any]: ...


def encoder_seconds(window_seconds: float) -> int:
    """How much sound the encoder is given for a window: Whisper was trained on 30 s, but takes less, and costs less.

    Below 13 s the error rate rises (docs/transcription.md).
    """
    steps = -(-(window_seconds + 1) // 5)
    return SHORTEST_ENCODED if window_seconds + 1 <= SHORTEST_ENCODED else int(min(30, 5 * steps))


def is_one_turn(window: Window) -> bool:
    """Whether all that is said in the window belongs to one turn, so that no word has to be placed by its time."""
    return len({stretch.turn for stretch in window.stretches}) == 1


def turns_of(speech: Sequence[Interval], params: PackParams = PARAMS) -> list[list[Interval]]:
    """Stretches of one channel grouped into turns; a lone stretch shorter than ``shortest`` is no turn."""
    turns: list[list[Interval]] = []
    for start, end in speech:
        if turns and start - turns[-1][-1][1] < params.bridge:
            turns[-1].append((start, end))
        else:
            turns.append([(start, end)])
    return [turn for turn in turns if sum(end - start for start, end in turn) >= params.shortest]


def pack(samples: Sliceable, turns: Sequence[Sequence[Interval]], params: PackParams = PARAMS) -> list[Window]:
    """Windows of one channel of one recording, in order of time."""
    pieces = [(piece, number) for number, turn in enumerate(turns) for piece in _pieces(turn, params)]
    padded = _padded([piece for piece, _ in pieces], len(samples) / RATE, params.pad)
    windows: list[list[tuple[Interval, int]]] = []
    filled = 0.0
    for piece, (_, number) in zip(padded, pieces, strict=True):
        length = piece[1] - piece[0]
        if windows and filled + params.gap + length <= params.longest:
            windows[-1].append((piece, number))
            filled += params.gap + length
        else:
            windows.append([(piece, number)])
            filled = length
    return [_window(samples, members, params.gap) for members in windows]


def _pieces(turn: Sequence[Interval], params: PackParams) -> list[Interval]:
    """Stretches with the short pauses between them left as they are, cut where one alone is too long for a window."""
    joined: list[Interval] = []
    room = params.longest - 2 * params.pad
    for start, end in turn:
        if joined and start - joined[-1][1] <= 2 * params.pad and end - joined[-1][0] <= room:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [piece for stretch in joined for piece in _cut(stretch, room)]


def _cut(stretch: Interval, room: float) -> list[Interval]:
    start, end = stretch
    count = int((end - start) // room) + 1
    step = (end - start) / count
    return [(start + at * step, start + (at + 1) * step) for at in range(count)]


def _padded(pieces: Sequence[Interval], duration: float, pad: float) -> list[Interval]:
    """Each piece with ``pad`` seconds at both ends, but at most half of the way to its neighbour."""
    padded: list[Interval] = []
    for at, (start, end) in enumerate(pieces):
        before = pieces[at - 1][1] if at else -2 * pad
        after = pieces[at + 1][0] if at + 1 < len(pieces) else duration + 2 * pad
        padded.append(
            (max(0.0, start - min(pad, (start - before) / 2)), min(duration, end + min(pad, (after - end) / 2)))
        )
    return padded


def halves(window: Window) -> list[Window]:
    """The window cut in two between its stretches, or nothing where there is only one: shorter windows loop less."""
    if len(window.stretches) < 2:
        return []
    middle = len(window.stretches) // 2
    border = window.stretches[middle].start
    tail = tuple(Stretch(s.start - border, s.end - border, s.turn) for s in window.stretches[middle:])
    cut = round(border * RATE)
    return [Window(window.sound[:cut], window.stretches[:middle]), Window(window.sound[cut:], tail)]


def words_of_turns(window: Window, words: Sequence[Word]) -> dict[int, str]:
    """The window's text per turn: each word goes to the stretch with which it shares most time, or the nearest.

    Whisper's attention lets a word begin or end inside a pause, rarely beyond it. Punctuation follows the word before
    it: its time is the pause.
    """
    texts: dict[int, str] = {}
    turn = window.stretches[0].turn
    for word in words:
        if any(letter.isalnum() for letter in word.text):
            turn = max(window.stretches, key=lambda s: min(s.end, word.end) - max(s.start, word.start)).turn
        texts[turn] = texts.get(turn, "") + word.text
    return {turn: text.strip() for turn, text in texts.items() if text.strip()}


def _window(samples: Sliceable, members: Sequence[tuple[Interval, int]], gap: float) -> Window:
    import numpy as np

    parts: list[NDArray[Any]] = []
    stretches: list[Stretch] = []
    filled = 0
    for (start, end), turn in members:
        piece = samples[round(start * RATE) : round(end * RATE)]
        if parts:
            parts.append(np.zeros(round(gap * RATE), dtype=piece.dtype))
            filled += len(parts[-1])
        stretches.append(Stretch(filled / RATE, (filled + len(piece)) / RATE, turn))
        parts.append(piece)
        filled += len(piece)
    return Window(np.concatenate(parts), tuple(stretches))
