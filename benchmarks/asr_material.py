"""Speech with known words for benchmarks/asr.py, and how what was heard is scored against it.

Material: the project's own recordings, and, where --data or $LINGTING_TEST_DATA names it, speech that nobody here made.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from asr_jobs.digits import ZH_DIGITS
from asr_jobs.inspection.conversation import Language
from asr_jobs.metrics import Interval
from asr_jobs.textnorm import content

RECORDINGS = Path(__file__).resolve().parent.parent / "simulator" / "recordings"
CUT_SECONDS = (3.0, 6.0)
_ARABIC = str.maketrans({letter: digit for letter, digit in ZH_DIGITS.items() if letter in "零〇一二三四五六七八九幺"})


@dataclass(frozen=True)
class Said:
    """One turn as it was spoken."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Piece:
    """One recording: what was said in each of its channels."""

    name: str
    path: Path
    language: Language
    channels: tuple[tuple[Said, ...], ...]


def own_calls() -> list[Piece]:
    """The two-channel recordings of the project that are whole."""
    truth = json.loads((RECORDINGS / "truth.json").read_text(encoding="utf-8"))["recordings"]
    whole = [one for one in truth if one["channels"] == 2 and one["status_expected"] == "ok"]
    said = [_by_speaker(one["turns"], "speaker", ("agent", "customer")) for one in whole]
    return [
        Piece(one["file"], RECORDINGS / one["file"], one["language"], words)
        for one, words in zip(whole, said, strict=True)
    ]


def foreign_calls(data: Path) -> list[Piece]:
    """Two-channel calls that were not used to tune anything."""
    pieces = []
    for path in sorted((data / "calls_stereo").glob("*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        if "mono" not in path.stem:
            said = _by_speaker(one["turns"], "ch", ("A", "C"))
            pieces.append(Piece(path.stem, path.with_suffix(".flac"), one["lang"], said))
    return pieces


def utterances(data: Path) -> list[Piece]:
    """Real short Mandarin utterances, one file each."""
    folder = data / "speech_zh"
    with (folder / "transcripts.tsv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    return [
        Piece(row["utterance"], folder / "wav" / f"{row['utterance']}.wav", "zh", ((Said(0.0, 1e9, row["text"]),),))
        for row in rows
    ]


def short_cuts(folder: Path) -> list[Piece]:
    """Single turns of 3 to 6 s of the project's Mandarin calls, one WAV of 16 kHz each, written to ``folder``."""
    import wave

    from asr_jobs.audio import RATE, decode

    pieces = []
    for call in own_calls():
        channels = decode(call.path).channels if call.language == "zh" else []
        for number, (samples, said) in enumerate(zip(channels, call.channels, strict=False)):
            for turn in said:
                if not CUT_SECONDS[0] <= turn.end - turn.start <= CUT_SECONDS[1]:
                    continue
                path = folder / f"{Path(call.name).stem}_{number}_{turn.start:.0f}.wav"
                part = samples[max(0, round((turn.start - 0.2) * RATE)) : round((turn.end + 0.2) * RATE)]
                with wave.open(str(path), "wb") as out:
                    out.setnchannels(1)
                    out.setsampwidth(2)
                    out.setframerate(RATE)
                    out.writeframes((part.clip(-1, 1) * 32_767).astype("<i2").tobytes())
                pieces.append(Piece(path.stem, path, "zh", ((Said(0.0, 1e9, turn.text),),)))
    return pieces


def _by_speaker(turns: list[dict[str, Any]], field: str, names: Sequence[str]) -> tuple[tuple[Said, ...], ...]:
    return tuple(tuple(Said(t["start"], t["end"], t["text"]) for t in turns if t[field] == name) for name in names)


@dataclass
class Score:
    """Counts of one way of hearing. ``errors`` are character edits; ``as_digits`` the same with 三 equal to 3."""

    characters: int = 0
    errors: int = 0
    as_digits: int = 0
    placed: int = 0
    misplaced: int = 0

    def add(self, piece: Piece, heard: Sequence[str]) -> None:
        """One text per channel."""
        for said, text in zip(piece.channels, heard, strict=True):
            wanted = content("".join(turn.text for turn in said))
            got = content(text)
            self.characters += len(wanted)
            self.errors += Levenshtein.distance(wanted, got)
            self.as_digits += Levenshtein.distance(wanted.translate(_ARABIC), got.translate(_ARABIC))

    def place(self, said: Sequence[Said], turns: Sequence[tuple[Interval, str]]) -> None:
        """Count the rightly heard characters of a channel that stand in a turn of another time."""
        wanted = list(_spread([((turn.start, turn.end), turn.text) for turn in said]))
        got = list(_spread(turns))
        same = Levenshtein.opcodes([letter for letter, _ in wanted], [letter for letter, _ in got])
        for step in same:
            if step.tag == "equal":
                for source, target in zip(
                    range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
                ):
                    (start, end), (begin, stop) = wanted[source][1], got[target][1]
                    self.placed += 1
                    self.misplaced += min(end, stop) <= max(start, begin)

    @property
    def error_rate(self) -> float:
        return self.errors / max(1, self.characters)

    @property
    def error_rate_as_digits(self) -> float:
        return self.as_digits / max(1, self.characters)


def _spread(turns: Sequence[tuple[Interval, str]]) -> Iterator[tuple[str, Interval]]:
    for place, text in turns:
        for letter in content(text).translate(_ARABIC):
            yield letter, place
