"""Draws recordings at random inside strata and writes blind annotation sheets for two people.

A stratum is the queue and how sure the recogniser was (sure, unsure, written). The start value, the strata and the
chance of every row to be drawn are kept in sample.json: without them no share of the sample says anything of all calls.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asr_jobs.evaluation.result import now
from asr_jobs.evaluation.sheets import CHOICES, COLUMNS, COUNTED, write_csv
from asr_jobs.evaluation.told import Told
from asr_jobs.inspection.rules import all_rules
from lingting.errors import UsageError
from lingting.lake import atomic_json

if TYPE_CHECKING:
    import numpy as np

DRAWN_KINDS = ("clause", "emotion", "characters", "topic")
CONVERSATION_COLUMNS = ("recording_id", "turn_no", "speaker", "start_seconds", "text_masked")


@dataclass(frozen=True)
class Plan:
    """What is drawn: ``size`` recordings, at most ``turns`` customer turns of each for emotion."""

    size: int
    seed: int
    kinds: tuple[str, ...]
    annotators: tuple[str, str]
    turns: int


def draw(told: Sequence[Told], plan: Plan, folder: Path) -> dict[str, Any]:
    """Write sample.json, conversations.csv and one sheet an annotator into ``folder``; gives sample.json."""
    import numpy as np

    _check(told, plan, folder)
    rng = np.random.default_rng(plan.seed)
    strata = _strata(told)
    drawn, described = [], []
    for (stratum, members), count in zip(strata.items(), _allocated(strata, plan.size), strict=True):
        picked = sorted(rng.choice(len(members), count, replace=False).tolist())
        drawn += [(members[at], stratum, count / len(members)) for at in picked]
        described.append(
            {"stratum": stratum, "size": len(members), "drawn": count, "inclusion_probability": count / len(members)}
        )
    moment = now()
    rows = [
        {"gold_id": f"G{plan.seed}-{number:05d}", **row}
        for number, row in enumerate((row for one in drawn for row in _questions(*one, plan, rng)), start=1)
    ]
    sample = {
        "seed": plan.seed,
        "drawn_at": moment.isoformat(sep=" "),
        "annotators": list(plan.annotators),
        "strata": described,
        "rows": {row["gold_id"]: {name: row.get(name) for name in _KEPT} for row in rows},
    }
    write_csv(folder / "conversations.csv", CONVERSATION_COLUMNS, _spoken(one for one, _, _ in drawn))
    for person in plan.annotators:
        order = rng.permutation(len(rows))
        write_csv(folder / f"sheet_{person}.csv", COLUMNS, (_blank(rows[at], person) for at in order))
    atomic_json(folder / "sample.json", sample)
    return sample


_KEPT = ("kind", "subject_id", "item", "recording_id", "stratum", "inclusion_probability")


def _check(told: Sequence[Told], plan: Plan, folder: Path) -> None:
    if not told:
        raise UsageError("the lake holds no transcripts in these days; run `lingting run` first, or name other days")
    unknown = [kind for kind in plan.kinds if kind not in DRAWN_KINDS]
    if unknown:
        raise UsageError(f"no kind {unknown[0]!r} can be drawn; choose from: {', '.join(DRAWN_KINDS)}")
    if plan.annotators[0] == plan.annotators[1]:
        raise UsageError(f"both annotators are {plan.annotators[0]}; name two people")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; give a new folder, so that no filled sheet is overwritten")


def _strata(told: Iterable[Told]) -> dict[str, list[Told]]:
    """By queue and sureness; the border is the median of the recordings that were heard."""
    import numpy as np

    everything = list(told)
    sure = {one.recording.recording_id: _sureness(one) for one in everything}
    heard = [value for value in sure.values() if value is not None]
    middle = float(np.median(heard)) if heard else 0.0
    strata: dict[str, list[Told]] = defaultdict(list)
    for one in everything:
        value = sure[one.recording.recording_id]
        how = "written" if value is None else "sure" if value >= middle else "unsure"
        strata[f"{one.recording.queue_id or 'no_queue'}/{how}"].append(one)
    return dict(sorted(strata.items()))


def _sureness(one: Told) -> float | None:
    found = [turn["avg_logprob"] for turn in one.turns if turn["avg_logprob"] is not None]
    return sum(found) / len(found) if found else None


def _allocated(strata: dict[str, list[Told]], size: int) -> list[int]:
    """Places a stratum: in proportion (largest remainder), but one at least, and never more than there are."""
    sizes = [len(members) for members in strata.values()]
    wanted = [max(1.0, size * own / sum(sizes)) for own in sizes]
    places = [min(own, math.floor(want)) for own, want in zip(sizes, wanted, strict=True)]
    by_rest = sorted(range(len(sizes)), key=lambda at: (places[at] - wanted[at], at))
    for at in by_rest:
        if sum(places) < size and places[at] < sizes[at]:
            places[at] += 1
    return places


def _questions(
    one: Told, stratum: str, probability: float, plan: Plan, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """What is asked of one recording, kind by kind."""
    about = {"recording_id": one.recording.recording_id, "stratum": stratum}
    whole = {**about, "subject_id": one.recording.recording_id, "inclusion_probability": probability}
    rows: list[dict[str, Any]] = []
    if "clause" in plan.kinds:
        rows += [{**whole, "kind": "clause", "item": rule.id, "said": rule.label.zh} for rule in all_rules()]
    if "characters" in plan.kinds:
        rows.append({**whole, "kind": "characters", "label": COUNTED})
    if "topic" in plan.kinds:
        rows.append({**whole, "kind": "topic"})
    if "emotion" in plan.kinds:
        known = one.conversation.are_speakers_known  # a guess at who speaks must not enter a gold set
        turns = [turn for turn in one.turns if known and turn["speaker"] == "customer"]
        count = min(plan.turns, len(turns))
        for at in sorted(rng.choice(len(turns), count, replace=False).tolist()) if count else []:
            turn = {"subject_id": turns[at]["turn_id"], "speaker": "customer", "said": turns[at]["text_masked"]}
            chance = probability * count / len(turns)
            rows.append({**about, **turn, "kind": "emotion", "inclusion_probability": chance})
    return rows


def _blank(row: dict[str, Any], person: str) -> dict[str, Any]:
    shown = {name: row[name] for name in COLUMNS if row.get(name) is not None}
    choices = "|".join(CHOICES.get(row["kind"], ()))
    return {**shown, "annotator_id": person, "choices": choices}


def _spoken(told: Iterable[Told]) -> Iterable[dict[str, Any]]:
    for one in told:
        yield from ({name: turn[name] for name in CONVERSATION_COLUMNS} for turn in one.turns)
