"""Tells two voices of a one-channel recording apart by what they sound like: a guess, made only where it is asked for.

Pieces of speech become embeddings (Resemblyzer, whose weights lie in its package) and fall into two clusters. It is no
diarisation of many speakers, and nothing is decided on it. Who of the two is the agent is said in mono.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import TYPE_CHECKING, Any

from asr_jobs.audio import RATE
from asr_jobs.metrics import Interval, length
from asr_jobs.windows import PARAMS as PACK
from asr_jobs.windows import turns_of
from lingting.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "resemblyzer"
LOOKED_AT = round(1.6 * RATE)  # samples that the encoder takes at once
Embed = Callable[["NDArray[np.float32]"], "NDArray[np.float32]"]
_one_at_a_time = Lock()  # recordings are prepared in several threads; the encoder uses all cores by itself


@dataclass(frozen=True)
class SpeakerParams:
    """Seconds, and differences of cosine similarity.

    ``bridge``: speech of a turn parted by less is one piece and has one speaker. ``usable``: a shorter piece is given
    to a voice, but does not shape it. ``least_margin``: how much more alike a piece must be to its own voice than to
    the other, on average by time; below it there is one voice, as far as can be told.
    """

    bridge: float = 0.25
    usable: float = 0.8
    least_margin: float = 0.08


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


def voices_of(sounds: Sequence[NDArray[np.float32]], seconds: Sequence[float], embed: Embed) -> list[int] | None:
    """The voice, 0 or 1, of each piece of a channel, from its sound alone; None where two can not be told apart."""
    import numpy as np

    heard = [at for at, sound in enumerate(sounds) if np.any(sound)]
    if len(heard) < 2:
        return None
    found = np.stack([embed(sounds[at]) for at in heard])
    embeddings = np.zeros((len(sounds), found.shape[1]))
    embeddings[heard] = found
    return two_voices(embeddings, [length if at in heard else 0.0 for at, length in enumerate(seconds)])


def two_voices(
    embeddings: NDArray[np.float64], seconds: Sequence[float], params: SpeakerParams = PARAMS
) -> list[int] | None:
    """The voice, 0 or 1, of each piece; voice 0 is the one of the first piece. None where there is but one voice.

    ``embeddings`` (pieces, dimensions), ``seconds`` of speech in each. Two means on the unit sphere, weighed by time,
    of the pieces that are usable; the others go to the nearer one. (Linkage gives a voice to each odd piece.)
    """
    import numpy as np

    usable = [at for at in range(len(seconds)) if seconds[at] >= params.usable]
    if len(usable) < 2:
        return None
    from sklearn.cluster import KMeans

    units = _unit(np.asarray(embeddings, dtype=np.float64))
    time = np.asarray(seconds)[usable]
    if len(np.unique(units[usable], axis=0)) < 2:
        return None
    means = KMeans(2, n_init=20, random_state=0).fit(units[usable], sample_weight=time).cluster_centers_
    alike = units @ _unit(means).T
    if np.average(np.abs(alike[usable, 0] - alike[usable, 1]), weights=time) < params.least_margin:
        return None
    found = [int(nearer) for nearer in np.argmax(alike, axis=1)]
    return [one ^ found[0] for one in found]


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    units: NDArray[np.float64] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return units


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
    import numpy as np

    with _one_at_a_time:
        encoder = _encoder()
        from resemblyzer.audio import normalize_volume
        from resemblyzer.hparams import audio_norm_target_dBFS

        whole = np.resize(sound, max(len(sound), LOOKED_AT))  # what is shorter is repeated: silence would be a voice
        found: NDArray[np.float32] = encoder.embed_utterance(normalize_volume(whole, audio_norm_target_dBFS, True))
    return found
