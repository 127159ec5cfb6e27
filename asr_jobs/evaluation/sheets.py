"""Annotation sheets: what an annotator is given and gives back. The format is described in docs/accuracy.md.

A sheet is written as CSV that a spreadsheet opens, and read back as CSV or XLSX. It shows what was said, masked, and
never what the machine found.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingting.errors import InputError
from lingting.lake import atomic_bytes

CLAUSE_LABELS = ("present", "absent", "not_applicable")
EMOTION_LABELS = ("anger", "confusion", "anxiety", "disappointment", "content", "neutral")
COUNTED = "counted"  # the label of a transcript whose errors were counted
CHOICES: dict[str, tuple[str, ...]] = {"clause": CLAUSE_LABELS, "emotion": EMOTION_LABELS, "characters": (COUNTED,)}
KINDS = ("clause", "emotion", "characters", "topic", "entity", "intent")
COLUMNS = (
    "gold_id",
    "annotator_id",
    "kind",
    "subject_id",
    "item",
    "speaker",
    "said",
    "choices",
    "label",
    "n_characters",
    "n_errors",
    "note",
)
NEEDED = ("gold_id", "annotator_id", "kind", "subject_id", "label")


@dataclass(frozen=True)
class Label:
    """One filled row. ``n_characters`` and ``n_errors`` only where characters were counted."""

    gold_id: str
    annotator_id: str
    kind: str
    subject_id: str
    item: str | None
    label: str
    n_characters: int | None = None
    n_errors: int | None = None

    @property
    def verdict(self) -> tuple[Any, ...]:
        """What two annotators must agree in."""
        return (self.label, self.n_characters, self.n_errors)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """CSV with the mark by which spreadsheets know UTF-8; whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    atomic_bytes(path, text.getvalue().encode("utf-8-sig"))


def read_rows(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str | None]]]:
    """(line, row) of a CSV or XLSX file. InputError: unreadable, a column missing, or a line that is no row."""
    from lingting.loading.mapping import Format
    from lingting.loading.readers import ROW_NO, open_reader

    reader = open_reader(path, Format())
    missing = [name for name in needed if name not in reader.columns]
    if missing:
        raise InputError(f"{path} has no column {missing[0]!r}; it needs {', '.join(needed)}")
    rows: list[tuple[int, dict[str, str | None]]] = []
    for batch in reader.batches():
        for bad in batch.bad:
            raise InputError(f"{path}, line {bad.row_no}: {bad.reason}; correct the line")
        for row in batch.rows.to_pylist():
            values = {name: str(value).strip() or None for name, value in row.items() if value is not None}
            rows.append((int(row[ROW_NO]), dict.fromkeys(reader.columns) | values))
    return rows


def read_sheet(path: Path) -> dict[str, Label]:
    """The labels of one annotator by gold_id, every one checked. InputError names the file, the line and the remedy."""
    found: dict[str, Label] = {}
    people = set()
    for line, row in read_rows(path, NEEDED):
        label = checked_label(row, f"{path}, line {line}")
        if label.gold_id in found:
            raise InputError(f"{path}, line {line}: {label.gold_id} stands twice; keep one of the lines")
        found[label.gold_id] = label
        people.add(label.annotator_id)
    if not found:
        raise InputError(f"{path} holds no labels; fill in the sheet that `lingting evaluate sample` wrote")
    if len(people) > 1:
        raise InputError(f"{path} holds labels of {len(people)} annotators; a sheet is of one person")
    return found


def checked_label(row: dict[str, str | None], where: str) -> Label:
    for name in NEEDED:
        if not row.get(name):
            raise InputError(f"{where}: {name} is empty; fill it in, or take the line out of both sheets")
    kind, label = str(row["kind"]), str(row["label"])
    if kind not in KINDS:
        raise InputError(f"{where}: no kind is called {kind!r}; choose one of: {', '.join(KINDS)}")
    if label not in CHOICES.get(kind, (label,)):
        raise InputError(f"{where}: {label!r} is no label of a {kind}; choose one of: {', '.join(CHOICES[kind])}")
    if kind in ("clause", "entity") and not row.get("item"):
        raise InputError(f"{where}: item is empty; a {kind} needs the rule or the name that it is about")
    is_counted = kind == "characters"
    characters = _count(row, "n_characters", where, 1) if is_counted else None
    errors = _count(row, "n_errors", where, 0) if is_counted else None
    texts = (str(row["gold_id"]), str(row["annotator_id"]), kind, str(row["subject_id"]), row.get("item"), label)
    return Label(*texts, characters, errors)


def _count(row: dict[str, str | None], name: str, where: str, least: int) -> int:
    text = row.get(name) or ""
    try:
        number = int(float(text))
    except ValueError:
        number = least - 1
    if number < least:
        raise InputError(f"{where}: {name} is {text!r}; write a whole number from {least} on")
    return number
