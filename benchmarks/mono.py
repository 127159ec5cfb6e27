"""How well speakers of one-channel recordings are guessed: `python -m benchmarks mono [--data FOLDER] [--no-words]`.

Two-channel calls, of which is known who speaks when, are mixed to one channel and heard with asr.mono_speakers. Counted
is speech: of the time in which one of the two speaks and a turn lies, the share in which the turn is given to the right
one. `voices` takes the better of the two namings (how well the voices are parted), `names` the agent as it was guessed.
Besides: each channel alone, in which there is one voice and none may be parted, and what the guess costs.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
import warnings
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.asr_material import Piece, foreign_calls, own_calls

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from asr_jobs.decoder import Decoder

STEP = 100  # places a second at which is asked who speaks
AGENT, CUSTOMER = 1, 2
Lane = tuple[float, float, int]  # start, end, AGENT or CUSTOMER


@dataclass(frozen=True)
class Share:
    """Of the speech of one call that has a speaker: the share that is right, None where no speakers were guessed.

    ``most``: the share that would be right if the one who says more were said to say it all.
    """

    voices: float | None
    names: float | None
    most: float


def share(guess: Sequence[Lane] | None, piece: Piece) -> Share:
    """``guess``: turns with a speaker, or None."""
    truth = _line([(said.start, said.end, who) for who, lane in enumerate(piece.channels, 1) for said in lane])
    spoken = (truth == AGENT) | (truth == CUSTOMER)
    most = float(max((truth == AGENT).sum(), (truth == CUSTOMER).sum()) / max(1, spoken.sum()))
    if guess is None:
        return Share(None, None, most)
    given = _line(guess, len(truth))
    both = spoken & (given > 0)
    right = float((given == truth)[both].sum() / max(1, both.sum()))
    return Share(max(right, 1 - right), right, most)


def _line(lanes: Sequence[Lane], size: int | None = None) -> NDArray[np.int8]:
    """Who speaks at each place: the sum of AGENT and CUSTOMER."""
    import numpy as np

    length = size or round(max(end for _, end, _ in lanes) * STEP) + 1
    line = np.zeros((2, length), np.int8)
    for start, end, who in lanes:
        line[who - 1, round(start * STEP) : round(end * STEP)] = who
    return line.sum(axis=0, dtype=np.int8)


def write_mono(path: Path, samples: NDArray[np.float32]) -> Path:
    """A WAV of one channel of 16 kHz."""
    from asr_jobs.audio import RATE

    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples.clip(-1, 1) * 32_767).astype("<i2").tobytes())
    return path


def mixed(piece: Piece, folder: Path) -> Path:
    """The two channels of a call as a recorder of one channel would have them."""
    from asr_jobs.audio import decode

    left, right = decode(piece.path).channels
    return write_mono(folder / f"{Path(piece.name).stem}.wav", (left + right) / 2)


@dataclass
class Heard:
    """One mixed call: how it was guessed before and after the words were heard, the words, and what it cost."""

    parted: Share
    named: Share
    words: str
    seconds: float
    guess_seconds: float


def hear_mixed(piece: Piece, path: Path, decoder: Decoder | None) -> Heard:
    """``decoder`` None: only the voices are parted."""
    from asr_jobs.hearing import Source, hear, prepare

    begun = time.perf_counter()
    prepare(Source(path, piece.language))
    plain = time.perf_counter() - begun
    prepared = prepare(Source(path, piece.language, mono_speakers=True))
    spent = time.perf_counter() - begun - 2 * plain
    pieces, lanes = prepared.channels[0].pieces, None
    if pieces and pieces.voices:
        marked = zip(pieces.intervals, pieces.voices, strict=True)
        lanes = [(start, end, voice + 1) for interval, voice in marked for start, end in interval]
    parted = share(lanes, piece)
    assert prepared.format is not None
    if decoder is None:
        return Heard(parted, Share(None, None, parted.most), "", prepared.format.duration, spent)
    heard = hear([prepared], decoder)[0]
    turns = None
    if heard.speaker_source == "cluster":
        turns = [(turn.start, turn.end, AGENT if turn.speaker == "agent" else CUSTOMER) for turn in heard.turns]
    return Heard(
        parted, share(turns, piece), "".join(turn.text for turn in heard.turns), prepared.format.duration, spent
    )


def parted_alone(piece: Piece, folder: Path) -> list[bool]:
    """Whether two voices are heard in each channel by itself, where there is one."""
    from asr_jobs.audio import decode
    from asr_jobs.hearing import Source, prepare

    found = []
    for number, samples in enumerate(decode(piece.path).channels):
        path = write_mono(folder / f"{Path(piece.name).stem}_{number}.wav", samples)
        pieces = prepare(Source(path, piece.language, mono_speakers=True)).channels[0].pieces
        found.append(bool(pieces and pieces.voices))
    return found


def measure(title: str, pieces: Sequence[Piece], decoder: Decoder | None, folder: Path) -> dict[str, Any]:
    """Figures of a material; prints them, and a line for each call on the way."""
    heard = []
    for piece in pieces:
        one = hear_mixed(piece, mixed(piece, folder), decoder)
        heard.append(one)
        shown = {"voices": one.parted.voices, "names": one.named.names, "most": one.parted.most}
        print(piece.name, {name: value and round(value, 3) for name, value in shown.items()}, flush=True)
    alone = [told for piece in pieces for told in parted_alone(piece, folder)]
    seconds = sum(one.seconds for one in heard)
    result = {
        "material": title,
        "calls": len(heard),
        "seconds": round(seconds, 1),
        "voices": _summary([one.parted.voices for one in heard]),
        "names": _summary([one.named.names for one in heard]) if decoder else None,
        "one_speaker_for_all": _summary([one.parted.most for one in heard]),
        "single_voices_parted": f"{sum(alone)} of {len(alone)}",
        "guess_seconds_a_minute_of_sound": round(60 * sum(one.guess_seconds for one in heard) / seconds, 2),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1), flush=True)
    return result


def _summary(shares: Sequence[float | None]) -> dict[str, float | int]:
    known = [one for one in shares if one is not None]
    figures: dict[str, float | int] = {"none": len(shares) - len(known)}
    if known:
        figures |= {"median": round(median(known), 3), "worst": round(min(known), 3)}
        figures |= {"below_0.9": sum(one < 0.9 for one in known), "mean": round(sum(known) / len(known), 3)}
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks mono", description=__doc__)
    parser.add_argument("--data", default=os.environ.get("LINGTING_TEST_DATA"), help="folder of foreign speech")
    parser.add_argument("--no-words", action="store_true", help="part the voices only, without recogniser")
    parser.add_argument("--calls", type=int, help="the first so many of each material")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    from asr_jobs.decoder import Decoder
    from asr_jobs.engine import plan
    from asr_jobs.speakers import embedding
    from lingting.settings import AsrSettings

    chosen = plan(AsrSettings(engine="faster_whisper", mono_speakers=True))
    begun = time.perf_counter()
    import numpy as np

    embedding(np.ones(16_000, np.float32))
    print(json.dumps({"loading_the_encoder_seconds": round(time.perf_counter() - begun, 1)}), flush=True)
    decoder = None if asked.no_words else Decoder.of(chosen)
    materials = [("own two-channel calls, mixed", own_calls())]
    if asked.data:
        materials.append(("foreign two-channel calls, mixed", foreign_calls(Path(asked.data))))
    with tempfile.TemporaryDirectory() as folder:
        for title, pieces in materials:
            measure(title, pieces[: asked.calls], decoder, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
