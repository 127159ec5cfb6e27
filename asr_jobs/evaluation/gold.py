"""Two filled sheets become gold labels: how far they agree, what is left to settle, and the file for the lake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asr_jobs.evaluation.agreement import alpha_of, kappa_of
from asr_jobs.evaluation.result import Metric
from asr_jobs.evaluation.sheets import COLUMNS, NEEDED, Label, checked_label, read_rows, read_sheet, write_csv
from asr_jobs.evaluation.uncertainty import resampled, share
from lingting.contracts import contract
from lingting.errors import InputError, UsageError
from lingting.lake import days_of, read_json, read_partition
from lingting.paths import home

SETTLE_COLUMNS = tuple(
    name for column in COLUMNS for name in (("label_1", "label_2", "label") if column == "label" else (column,))
)
SETTLED_BY_ELSEWHERE = ("topic", "entity")  # the machine's answer stands in no source, so it must come along


@dataclass(frozen=True)
class Pair:
    """What two people said of one thing."""

    first: Label
    second: Label

    @property
    def is_agreed(self) -> bool:
        return self.first.verdict == self.second.verdict


def read_pairs(first: Path, second: Path) -> list[Pair]:
    """The labels of both sheets side by side. InputError: they are of one person, or not about the same rows."""
    one, two = read_sheet(first), read_sheet(second)
    if next(iter(one.values())).annotator_id == next(iter(two.values())).annotator_id:
        raise InputError(f"{first} and {second} are of the same annotator; a gold label needs two people")
    for path, own, other in ((first, one, two), (second, two, one)):
        alone = sorted(other.keys() - own.keys())
        if alone:
            raise InputError(f"{path} lacks {alone[0]} (of {len(alone)} rows); label it, or take it out of both sheets")
    for gold_id, label in one.items():
        about = [(at.kind, at.subject_id, at.item) for at in (label, two[gold_id])]
        if about[0] != about[1]:
            raise InputError(f"{gold_id} is about {about[0]} in {first} but {about[1]} in {second}; restore the sheet")
    return [Pair(one[gold_id], two[gold_id]) for gold_id in sorted(one)]


def agreement(pairs: Sequence[Pair]) -> list[Metric]:
    """By kind: the share of equal labels, Cohen's kappa and Krippendorff's alpha; counted errors by alpha alone."""
    found: list[Metric] = []
    for kind in sorted({pair.first.kind for pair in pairs}):
        own = [pair for pair in pairs if pair.first.kind == kind]
        found.append(share("same_label", sum(pair.is_agreed for pair in own), len(own), kind))
        found += _counted(own, kind) if kind == "characters" else _nominal(own, kind)
    return found


def _nominal(pairs: Sequence[Pair], kind: str) -> list[Metric]:
    clusters = [recording_of(pair.first) for pair in pairs]
    first, second = [pair.first.label for pair in pairs], [pair.second.label for pair in pairs]
    return [
        resampled("kappa", kappa_of(first, second), clusters, kind),
        resampled("alpha", alpha_of(list(zip(first, second, strict=True))), clusters, kind),
    ]


def _counted(pairs: Sequence[Pair], kind: str) -> list[Metric]:
    rates = [(_rate(pair.first), _rate(pair.second)) for pair in pairs]
    clusters = [recording_of(pair.first) for pair in pairs]
    return [resampled("alpha", alpha_of(rates, "interval"), clusters, kind)]


def _rate(label: Label) -> float:
    return (label.n_errors or 0) / (label.n_characters or 1)


def recording_of(label: Label) -> str:
    """The recording of a subject: a turn carries it before the colon of its id."""
    return label.subject_id.rsplit(":", 1)[0] if label.kind == "emotion" else label.subject_id


def write_disagreements(pairs: Sequence[Pair], path: Path) -> int:
    """The sheet for the third person: both labels beside each other, `label` to be filled in; gives how many rows."""
    rows = [
        {
            **{name: value for name, value in vars(pair.first).items() if name not in ("annotator_id", "label")},
            "choices": f"{pair.first.label}|{pair.second.label}",
            "label_1": pair.first.label,
            "label_2": pair.second.label,
            "note": f"counted {_counts(pair.first)} and {_counts(pair.second)}"
            if pair.first.n_errors is not None
            else "",
        }
        for pair in pairs
        if not pair.is_agreed
    ]
    write_csv(path, SETTLE_COLUMNS, rows)
    return len(rows)


def _counts(label: Label) -> str:
    return f"{label.n_errors}/{label.n_characters}"


def gold_rows(
    pairs: Sequence[Pair],
    settled: dict[str, Label],
    sample: dict[str, Any],
    detected: dict[tuple[str, str | None], str],
    labelled_at: datetime,
) -> Iterator[dict[str, Any]]:
    """Rows of the contract gold_labels. UsageError or InputError where a row is not settled or was never drawn."""
    for pair in pairs:
        label = pair.first if pair.is_agreed else settled.get(pair.first.gold_id)
        if label is None:
            raise InputError(
                f"{pair.first.gold_id} is not settled: {pair.first.label} or {pair.second.label}; fill in `label` in "
                "the sheet that `lingting evaluate agree --out` writes, and give it with --settled"
            )
        yield _gold_row(pair, label, _drawn(sample, pair.first), detected) | {
            "drawn_at": sample["drawn_at"],
            "labelled_at": labelled_at.isoformat(sep=" ", timespec="seconds"),
            "sample_seed": sample["seed"],
        }


def _drawn(sample: dict[str, Any], label: Label) -> dict[str, Any]:
    drawn: dict[str, Any] | None = sample["rows"].get(label.gold_id)
    if drawn is None or (drawn["kind"], drawn["subject_id"], drawn["item"]) != (
        label.kind,
        label.subject_id,
        label.item,
    ):
        raise InputError(f"{label.gold_id} is not what sample.json drew; give the sample.json beside these sheets")
    return drawn


def _gold_row(
    pair: Pair, label: Label, drawn: dict[str, Any], detected: dict[tuple[str, str | None], str]
) -> dict[str, Any]:
    machine = detected.get((label.subject_id, label.item))
    if label.kind in SETTLED_BY_ELSEWHERE and machine is None:
        raise UsageError(
            f"{label.gold_id} is a {label.kind}, and what the machine said of it is in no source; give it with "
            "--detected (columns subject_id, item, label), or leave these rows out of both sheets"
        )
    return {
        "gold_id": label.gold_id,
        "kind": label.kind,
        "subject_id": label.subject_id,
        "item": label.item,
        "annotator_1_id": pair.first.annotator_id,
        "annotator_2_id": pair.second.annotator_id,
        "annotator_1_label": pair.first.label,
        "annotator_2_label": pair.second.label,
        "label": label.label,
        "detected_label": machine,
        "n_characters": label.n_characters,
        "n_errors": label.n_errors,
        "stratum": drawn["stratum"],
    }


def read_settled(path: Path) -> dict[str, Label]:
    """The sheet of the third person; it carries no annotator, since only the label counts."""
    wanted = [name for name in NEEDED if name != "annotator_id"]
    found = (
        checked_label({**row, "annotator_id": "settled"}, f"{path}, line {line}")
        for line, row in read_rows(path, wanted)
    )
    return {label.gold_id: label for label in found}


def read_detected(path: Path) -> dict[tuple[str, str | None], str]:
    """(subject_id, item) -> what the machine said."""
    rows = read_rows(path, ("subject_id", "item", "label"))
    return {(str(row["subject_id"]), row["item"]): str(row["label"]) for _, row in rows}


def read_sample(path: Path) -> dict[str, Any]:
    """What `lingting evaluate sample` kept. InputError where it is absent or something else."""
    try:
        found = read_json(path)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not {"rows", "seed", "drawn_at"} <= found.keys():
        raise InputError(f"{path} is no sample.json; it lies in the folder that `lingting evaluate sample` wrote")
    return found


def land_gold(rows: Sequence[dict[str, Any]], name: str) -> Path:
    """The file in landing/contract/gold_labels that the next `lingting run` loads."""
    path = home().landing / "contract" / "gold_labels" / f"{name}.csv"
    write_csv(path, contract("gold_labels").names, rows)
    return path


def gold_of_lake(kind: str) -> list[dict[str, Any]]:
    """The settled labels of one kind in the lake, by id. UsageError where there is none."""
    rows = [row for day in days_of("gold_labels") for row in read_partition("gold_labels", day).to_pylist()]
    found = sorted((row for row in rows if row["kind"] == kind), key=lambda row: str(row["gold_id"]))
    if not found:
        raise UsageError(
            f"the lake holds no gold labels of kind {kind}; draw them with `lingting evaluate sample`, bring them in "
            "with `lingting evaluate import`, then `lingting run`"
        )
    return found
