"""From the draw over two sheets to gold labels, and what is said of sheets that are not as they should be."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from asr_jobs.evaluation import gold
from asr_jobs.evaluation.cli import app
from asr_jobs.evaluation.sample import Plan, draw
from asr_jobs.evaluation.told import conversations
from asr_jobs.inspection.rules import all_rules
from lingting.errors import InputError, LingtingError, UsageError
from lingting.lake import read_json
from lingting.loading import load_file
from lingting.paths import Home
from tests.fixtures.evaluation_day import CLOSING, GREETING, write_calls

Row = dict[str, str]
pytestmark = pytest.mark.usefixtures("quick_bootstrap")
ANGRY = "太让人生气了，我要投诉你们"


@pytest.fixture
def drawn(lingting_home: Home) -> Path:
    """Sheets of twelve of twenty-four calls of two queues."""
    said = [("agent", GREETING), ("customer", ANGRY), ("agent", CLOSING), ("customer", "好的谢谢")]
    names = [f"r{number:02d}" for number in range(24)]
    write_calls(dict.fromkeys(names, said), dict.fromkeys(names[:8], "sales"))
    folder = lingting_home.root / "gold"
    draw(list(conversations()), Plan(12, 7, ("clause", "emotion", "characters"), ("E1", "E2"), 1), folder)
    return folder


def sheet(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(path: Path, label: Callable[[Row], dict[str, Any]]) -> Path:
    rows = [row | label(row) for row in sheet(path)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def honest(row: Row) -> dict[str, Any]:
    if row["kind"] == "clause":
        return {"label": "present" if row["item"] in ("greeting", "closing") else "absent"}
    if row["kind"] == "emotion":
        return {"label": "anger" if "投诉" in row["said"] else "neutral"}
    return {"label": "counted", "n_characters": 40, "n_errors": 2}


def hasty(row: Row) -> dict[str, Any]:
    """The other annotator overlooks every closing."""
    return honest(row) | ({"label": "absent"} if row["item"] == "closing" else {})


@pytest.fixture
def filled(drawn: Path) -> tuple[Path, Path]:
    return fill(drawn / "sheet_E1.csv", honest), fill(drawn / "sheet_E2.csv", hasty)


def test_every_stratum_is_drawn_in_proportion_and_its_chance_is_kept(drawn: Path) -> None:
    sample = read_json(drawn / "sample.json")
    assert {one["stratum"]: (one["size"], one["drawn"]) for one in sample["strata"]} == {
        "sales/written": (8, 4),
        "service/written": (16, 8),
    }
    clauses = [row for row in sample["rows"].values() if row["kind"] == "clause"]
    assert {row["inclusion_probability"] for row in clauses} == {0.5}
    assert Counter(row["recording_id"] for row in clauses) == dict.fromkeys(
        {row["recording_id"] for row in clauses}, len(all_rules())
    )
    turns = [row["inclusion_probability"] for row in sample["rows"].values() if row["kind"] == "emotion"]
    assert turns == [0.25] * 12  # half of the recordings, one of two turns


def test_the_same_seed_draws_the_same_and_another_seed_does_not(drawn: Path, tmp_path: Path) -> None:
    told = list(conversations())
    plan = Plan(12, 7, ("clause", "emotion", "characters"), ("E1", "E2"), 1)
    again = draw(told, plan, tmp_path / "again")
    other = draw(told, Plan(12, 8, plan.kinds, plan.annotators, 1), tmp_path / "other")
    first = read_json(drawn / "sample.json")
    assert again["rows"] == first["rows"]
    assert {row["recording_id"] for row in other["rows"].values()} != {
        row["recording_id"] for row in first["rows"].values()
    }


def test_sheets_are_blind_and_in_an_order_of_their_own(drawn: Path) -> None:
    one, two = sheet(drawn / "sheet_E1.csv"), sheet(drawn / "sheet_E2.csv")
    assert [row["gold_id"] for row in one] != [row["gold_id"] for row in two]
    assert {row["gold_id"] for row in one} == {row["gold_id"] for row in two}
    assert {row["label"] for row in one if row["kind"] != "characters"} == {""}
    words = (drawn / "conversations.csv").read_text("utf-8-sig")
    assert GREETING in words
    assert not re.search(r"\b(hit|miss|anger|score)\b", words)


def test_a_filled_sheet_is_never_overwritten(drawn: Path) -> None:
    with pytest.raises(UsageError, match="is not empty"):
        draw(list(conversations()), Plan(1, 7, ("clause",), ("E1", "E2"), 1), drawn)


def test_disagreements_are_listed_settled_and_loaded(filled: tuple[Path, Path], lingting_home: Home) -> None:
    pairs = gold.read_pairs(*filled)
    found = {(one.item, one.metric): one.value for one in gold.agreement(pairs)}
    assert found["emotion", "kappa"] == found["characters", "alpha"] == 1.0
    assert 0 < (found["clause", "kappa"] or 0) < 1
    left = lingting_home.root / "settle.csv"
    assert gold.write_disagreements(pairs, left) == 12
    assert {row["choices"] for row in sheet(left)} == {"present|absent"}

    settled = gold.read_settled(fill(left, lambda row: {"label": "present"}))
    sample = read_json(filled[0].parent / "sample.json")
    rows = list(gold.gold_rows(pairs, settled, sample, {}, datetime(2030, 1, 1)))
    report = load_file("gold_labels", gold.land_gold(rows, "set"))
    assert (report.accepted, report.rejected) == (len(pairs), 0)
    closing = [row for row in gold.gold_of_lake("clause") if row["item"] == "closing"]
    assert {(row["annotator_2_label"], row["label"]) for row in closing} == {("absent", "present")}
    assert {row["sample_seed"] for row in closing} == {7}
    assert {row["stratum"] for row in closing} == {"sales/written", "service/written"}


def test_what_is_not_settled_is_not_imported(filled: tuple[Path, Path]) -> None:
    result = CliRunner().invoke(app, ["import", *map(str, filled), "--sample", str(filled[0].parent / "sample.json")])
    assert isinstance(result.exception, InputError)
    assert re.fullmatch(r"G7-\d+ is not settled: present or absent; .*--settled", str(result.exception))


def test_labels_of_another_draw_are_refused(filled: tuple[Path, Path], tmp_path: Path) -> None:
    foreign = tmp_path / "sample.json"
    foreign.write_text('{"rows": {}, "seed": 1, "drawn_at": "2026-10-01 00:00:00"}')
    pairs = [pair for pair in gold.read_pairs(*filled) if pair.is_agreed]
    with pytest.raises(InputError, match=r"is not what sample.json drew"):
        list(gold.gold_rows(pairs, {}, gold.read_sample(foreign), {}, datetime(2030, 1, 1)))
    foreign.write_text("[1]")
    with pytest.raises(InputError, match=r"is no sample.json"):
        gold.read_sample(foreign)


def test_a_topic_needs_what_the_machine_said(drawn: Path) -> None:
    label = gold.Label("g", "E1", "topic", "r1", None, "billing")
    sample = {"seed": 1, "drawn_at": "2026-10-01 00:00:00", "rows": {
        "g": {"kind": "topic", "subject_id": "r1", "item": None, "stratum": "s"}}}  # fmt: skip
    with pytest.raises(UsageError, match="give it with --detected"):
        list(gold.gold_rows([gold.Pair(label, label)], {}, sample, {}, datetime(2030, 1, 1)))
    (row,) = gold.gold_rows([gold.Pair(label, label)], {}, sample, {("r1", None): "refund"}, datetime(2030, 1, 1))
    assert (row["label"], row["detected_label"]) == ("billing", "refund")


BAD_SHEETS = {
    "label is empty": lambda rows: rows[0].update(label=""),
    "is no label of a clause; choose one of: present, absent, not_applicable": lambda rows: next(
        row for row in rows if row["kind"] == "clause"
    ).update(label="yes"),
    "no kind is called 'mood'": lambda rows: rows[0].update(kind="mood"),
    "stands twice": lambda rows: rows.append(rows[0]),
    "labels of 2 annotators": lambda rows: rows[0].update(annotator_id="E9"),
    "n_errors is 'many'; write a whole number from 0 on": lambda rows: next(
        row for row in rows if row["kind"] == "characters"
    ).update(n_errors="many"),
    "item is empty": lambda rows: next(row for row in rows if row["kind"] == "clause").update(item=""),
    r"lacks G7-\d+ \(of 1 rows\)": lambda rows: rows.pop(),
    "is about": lambda rows: next(row for row in rows if row["kind"] == "emotion").update(subject_id="r99:0001"),
    "of the same annotator": lambda rows: [row.update(annotator_id="E2") for row in rows],
    "holds no labels": lambda rows: rows.clear(),
}


@pytest.mark.parametrize("sentence", BAD_SHEETS)
def test_a_bad_sheet_is_told_in_one_sentence(filled: tuple[Path, Path], sentence: str) -> None:
    rows = sheet(filled[0])
    columns = list(rows[0])
    BAD_SHEETS[sentence](rows)  # type: ignore[no-untyped-call]
    with filled[0].open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(LingtingError, match=sentence) as refused:
        gold.read_pairs(*filled)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "is empty"), (b"a,b\n1,2\n", "has no column 'gold_id'"), (b"PK\x03\x04broken", "sheet")],
)
def test_a_file_that_is_no_sheet_is_told_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence) as refused:
        gold.read_sheet(path)
    assert "\n" not in str(refused.value)
