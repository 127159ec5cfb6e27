"""Tells two voices of a one-channel recording apart by what they sound like: a guess, made only where it is asked for.

Pieces of speech become embeddings (Resemblyzer, whose weights lie in its package) and fall into two clusters. It is no
diarisation of many speakers, and nothing is decided on it. Who of the two is the agent is said in mono.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import TYPE_CHECKING, Any

from asr_jobs.audio import RATE
from asr_jobs.metrics import Interval, length
from asr_jobs.windows import PARAMS as PACK
from asr_jobs.windows import Window, turns_of
from lingting.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "resemblyzer"
Embed = Callable[["NDArray[np.float32]"], "NDArray[np.float32]"]
_one_at_a_time = Lock()  # recordings are prepared in several threads; the encoder uses all cores by itself


@dataclass(frozen=True)
class SpeakerParams:
    """Seconds, and differences of cosine similarity.

    ``bridge``: speech of a turn parted by less is one piece and has one speaker. ``usable``: a shorter piece is given
    to a voice, but does not shape it. ``least_margin``: how much more alike a piece must be to its own voice than to
    the other, on average by time; below it there is one voice, as far as can be told. ``most_clustered``: pieces that
    shape the voices; a long recording has more, and memory grows with their square.
    """

    bridge: float = 0.3
    usable: float = 0.8
    least_margin: float = 0.1
    most_clustered: int = 1000


PARAMS = SpeakerParams()


def params() -> dict[str, Any]:
    """What changes the guess, for the idempotency key. Raises UsageError where the package is not installed."""
    return {**asdict(PARAMS), "encoder": _encoder_version()}


def _encoder_version() -> str:
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        raise UsageError(
            f"{PACKAGE} is not installed; install the group `mono`, or set asr.mono_speakers to false"
        ) from None


def pieces_of(turn: Sequence[Interval], params: SpeakerParams = PARAMS) -> list[list[Interval]]:
    """A turn, which may hold both speakers, cut at its pauses of ``bridge`` and more.

    No speech is lost: what is shorter than a turn may be goes to the nearer neighbour.
    """
    pieces = turns_of(turn, replace(PACK, bridge=params.bridge, shortest=0.0))
    while len(pieces) > 1:
        short = next((at for at, piece in enumerate(pieces) if length(piece) < PACK.shortest), None)
        if short is None:
            break
        before = pieces[short][0][0] - pieces[short - 1][-1][1] if short else float("inf")
        after = pieces[short + 1][0][0] - pieces[short][-1][1] if short + 1 < len(pieces) else float("inf")
        first = short - 1 if before <= after else short
        pieces[first : first + 2] = [pieces[first] + pieces[first + 1]]
    return pieces


def voices_of(windows: Sequence[Window], pieces: Sequence[Sequence[Interval]], embed: Embed) -> list[int] | None:
    """The voice, 0 or 1, of each piece of a channel; None where two voices can not be told apart.

    ``windows`` hold the sound; their stretches name the pieces by index.
    """
    import numpy as np

    embeddings: dict[int, NDArray[np.float32]] = {}
    for piece, sound in _sounds(windows):
        if np.any(sound):
            embeddings[piece] = embed(sound)
    seconds = [length(piece) if at in embeddings else 0.0 for at, piece in enumerate(pieces)]
    if not embeddings:
        return None
    nothing = np.zeros_like(next(iter(embeddings.values())))
    return two_voices(np.stack([embeddings.get(at, nothing) for at in range(len(pieces))]), seconds)


def two_voices(
    embeddings: NDArray[np.float32], seconds: Sequence[float], params: SpeakerParams = PARAMS
) -> list[int] | None:
    """The voice, 0 or 1, of each piece; voice 0 is the one of the first piece. None where there is but one voice.

    ``embeddings`` (pieces, dimensions), ``seconds`` of speech in each. The longest usable pieces are clustered (cosine,
    average linkage); the others go to the voice whose centroid is nearer.
    """
    import numpy as np

    usable = [at for at in range(len(seconds)) if seconds[at] >= params.usable]
    shaping = sorted(sorted(usable, key=lambda at: -seconds[at])[: params.most_clustered])
    if len(shaping) < 2:
        return None
    from sklearn.cluster import AgglomerativeClustering

    units = _unit(np.asarray(embeddings, dtype=np.float64))
    time = np.asarray(seconds)[shaping]
    labels = AgglomerativeClustering(n_clusters=2, metric="cosine", linkage="average").fit_predict(units[shaping])
    centroids = _unit(np.stack([time[labels == one] @ units[shaping][labels == one] for one in (0, 1)]))
    alike = units @ centroids.T
    own = alike[shaping, labels]
    if np.average(own - alike[shaping, 1 - labels], weights=time) < params.least_margin:
        return None
    found = [int(nearer) for nearer in np.argmax(alike, axis=1)]
    for at, label in zip(shaping, labels, strict=True):
        found[at] = int(label)
    return [one ^ found[0] for one in found]


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def _sounds(windows: Sequence[Window]) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Each piece's sound in order; a piece that lies in two windows is joined."""
    import numpy as np

    current, parts = -1, list[Any]()
    for window in windows:
        samples = window.samples
        for stretch in window.stretches:
            if stretch.turn != current and parts:
                yield current, np.concatenate(parts)
                parts = []
            current = stretch.turn
            parts.append(samples[round(stretch.start * RATE) : round(stretch.end * RATE)])
    if parts:
        yield current, np.concatenate(parts)


@cache
def _encoder() -> Any:
    _encoder_version()
    try:
        from resemblyzer import VoiceEncoder
    except ImportError as error:
        raise UsageError(f"{PACKAGE} can not be loaded ({error}); install the group `mono` whole") from error
    return VoiceEncoder("cpu", verbose=False)


def embedding(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a voice sounds like: 256 numbers of length 1, from 16 kHz sound in [-1, 1] that is not all zero.

    Loads the encoder at the first call. Raises UsageError where it is not installed.
    """
    with _one_at_a_time:
        encoder = _encoder()
        from resemblyzer.audio import normalize_volume
        from resemblyzer.hparams import audio_norm_target_dBFS

        found: NDArray[np.float32] = encoder.embed_utterance(normalize_volume(sound, audio_norm_target_dBFS, True))
    return found
