"""How well an engine hears: errors per character (Chinese) or word (English) against a reference text.

Both sides are compared as docs/transcription.md has it: NFKC, simplified script, no punctuation, lower case. Clear
words live only in this module's local variables: what comes out are counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asr_jobs.evaluation.result import ALL, Evaluation, Metric, sum_of_files, target_of
from asr_jobs.evaluation.sheets import read_rows
from asr_jobs.evaluation.uncertainty import resampled
from asr_jobs.textnorm import clean, content
from lingting.errors import InputError

if TYPE_CHECKING:
    from asr_jobs.inspection.conversation import Language

SOUND = (".wav", ".flac", ".opus", ".mp3", ".ogg", ".m4a")
GROUP = 25  # recordings whose windows go through the recogniser together


@dataclass(frozen=True)
class Utterance:
    """A recording of one channel or more, and the words that are said in it."""

    name: str
    path: Path
    text: str


@dataclass(frozen=True)
class Errors:
    """What is wrong with one recording; ``n`` characters or words of the reference."""

    name: str
    n: int
    substituted: int
    deleted: int
    inserted: int

    @property
    def wrong(self) -> int:
        return self.substituted + self.deleted + self.inserted


def utterances(folder: Path) -> list[Utterance]:
    """``folder``/transcripts.tsv (columns utterance, text) and the recordings of those names below the folder."""
    table = folder / "transcripts.tsv"
    if not table.is_file():
        raise InputError(f"{table} is absent; write the columns utterance and text into it, one recording a line")
    sound = {path.stem: path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SOUND}
    found = []
    for line, row in read_rows(table, ("utterance", "text")):
        name, text = row["utterance"], row["text"]
        if not name or not text or not content(text):
            raise InputError(f"{table}, line {line}: utterance or text is empty; fill it in or take the line out")
        if name not in sound:
            raise InputError(f"{table}, line {line}: there is no recording {name} below {folder}; add it")
        found.append(Utterance(name, sound[name], text))
    if not found:
        raise InputError(f"{table} names no recordings; write one a line")
    return found


def measure(
    asked: Sequence[Utterance], engine: str, language: Language, dataset: str, model_folder: Path | None = None
) -> Evaluation:
    """Hear all of them with one engine (empty: the one of the settings) and count what is wrong."""
    from asr_jobs.decoder import Decoder
    from asr_jobs.engine import plan
    from lingting.settings import settings

    changes: dict[str, Any] = {"engine": engine, "model_folder": model_folder}
    chosen = plan(settings().asr.model_copy(update={name: value for name, value in changes.items() if value}))
    decoder = Decoder.of(chosen)
    errors = [one for at in range(0, len(asked), GROUP) for one in _heard(asked[at : at + GROUP], decoder, language)]
    maker = chosen.maker
    data = sum_of_files([one.path for one in asked])
    return Evaluation(
        "speech",
        dataset,
        data,
        "all",
        f"{maker.engine} {maker.engine_version}",
        f"{maker.model_name} {maker.compute_type}",
        f"{(maker.model_sha256 or '')[:12]}-{maker.params[:12]}",
        tuple(metrics(errors, language)),
    )


def _heard(group: Sequence[Utterance], decoder: Any, language: Language) -> Iterable[Errors]:
    from asr_jobs.hearing import Source, prepare, recognise

    prepared = [prepare(Source(one.path, language)) for one in group]
    for one, found in zip(group, recognise(prepared, decoder), strict=True):
        space = " " if language == "en" else ""
        yield compare(one.name, one.text, space.join(turn.text for turn in found.turns), language)


def compare(name: str, reference: str, heard: str, language: Language) -> Errors:
    """Edits between what was said and what was heard; nothing heard means everything deleted."""
    import jiwer

    counted: Any
    if language == "en":
        counted = jiwer.process_words(_words(reference), _words(heard))
        size = len(_words(reference).split())
    else:
        counted = jiwer.process_characters(content(reference), content(heard))
        size = len(content(reference))
    return Errors(name, size, counted.substitutions, counted.deletions, counted.insertions)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", clean(text).lower()))


def metrics(errors: Sequence[Errors], language: Language) -> list[Metric]:
    """The rate over all recordings together, its parts, and one less the rate against the mark for speech and meaning.

    Intervals draw recordings, not characters: errors of one recording come together.
    """
    import numpy as np

    sizes = np.array([one.n for one in errors], dtype=float)
    names = [one.name for one in errors]
    total = int(sizes.sum())

    def rate(counts: Sequence[int]) -> Any:
        own = np.array(counts, dtype=float)
        return lambda rows: own[rows].sum() / sizes[rows].sum()

    unit = "wer" if language == "en" else "cer"
    wrong = rate([one.wrong for one in errors])
    found = [
        resampled(unit, wrong, names),
        resampled("accuracy", lambda rows: 1 - wrong(rows), names, ALL, target_of("semantic_accuracy")),
    ]
    for part in ("substituted", "deleted", "inserted"):
        found.append(resampled(part, rate([getattr(one, part) for one in errors]), names))
    unheard = sum(one.deleted == one.n for one in errors)
    found.append(Metric("unheard_recordings", ALL, float(unheard), None, None, len(errors)))
    return [*found, Metric("reference_units", ALL, float(total), None, None, total)]
