"""A tiny planted set from the draw to the mart's source, and real sound against the words that were put into it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from asr_jobs.evaluation.cli import app
from asr_jobs.inspection.emotion import Emotion
from lingting.lake import days_of, read_partition
from lingting.loading import landing_files, load_file
from lingting.paths import Home
from lingting.settings import settings_for
from tests.fixtures.evaluation_day import CLOSING, GREETING, write_calls
from tests.integration.spoken_day import RECORDINGS, truth_of
from tests.support import PROJECT_ROOT, external_data

RUN = "import sys; from typer.main import get_command; from asr_jobs.evaluation.cli import app; get_command(app)()"


def command(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=PROJECT_ROOT,
        env=os.environ | {"LINGTING_HOME": str(home.root)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_labels_of_two_people_end_as_measured_clauses_in_the_lake(lingting_home: Home) -> None:
    """Ten conversations greet and four of them close as well. One annotator overlooks a closing, a third person puts it
    right; the rules find all, so that sensitivity and specificity are 1."""
    said = {f"r{at}": [("agent", GREETING), ("customer", "我要查话费")] for at in range(10)}
    for name in ("r0", "r1", "r2", "r3"):
        said[name].append(("agent", CLOSING))
    write_calls(said)
    folder = lingting_home.root / "gold"
    drawn = CliRunner().invoke(
        app,
        ["sample", str(folder), "--annotator", "E1", "--annotator", "E2", "--size", "10", "--kind", "clause"],
    )
    assert drawn.exit_code == 0, drawn.exception
    sheets = [folder / "sheet_E1.csv", folder / "sheet_E2.csv"]
    for path, overlooked in zip(sheets, ("", "r1"), strict=True):
        annotate(path, overlooked)
    settle = folder / "settle.csv"
    agreed = CliRunner().invoke(app, ["agree", *map(str, sheets), "--out", str(settle), "--format", "json"])
    assert len(json.loads(agreed.stdout)["unsettled"]) == 1
    annotate(settle, "")
    done = CliRunner().invoke(
        app, ["import", *map(str, sheets), "--sample", str(folder / "sample.json"), "--settled", str(settle)]
    )
    assert done.exit_code == 0, done.exception
    load_landed()
    assert CliRunner().invoke(app, ["clauses", "--land"]).exit_code == 0
    load_landed()
    rows = [row for day in days_of("evaluations") for row in read_partition("evaluations", day).to_pylist()]
    found = {(row["metric"], row["item"]): (row["value"], row["n"]) for row in rows}
    assert found["sensitivity", "greeting"] == (1.0, 10)
    assert found["sensitivity", "closing"] == (1.0, 4)
    assert found["specificity", "closing"] == (1.0, 6)


def annotate(path: Path, overlooked: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        closes = row["item"] == "closing" and row["subject_id"] in ("r0", "r1", "r2", "r3")
        is_there = row["item"] == "greeting" or (closes and row["subject_id"] != overlooked)
        row["label"] = "present" if is_there else "absent"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def load_landed() -> None:
    for found in landing_files():
        report = load_file(found.source, found.path, found.mapping)
        assert report.rejected == 0


@pytest.mark.timeout(300)
def test_a_real_engine_is_measured_on_real_sound(lingting_home: Home, tmp_path: Path) -> None:
    """A committed recording with known turns; what is printed holds figures, and no word that was said."""
    (one,) = truth_of(["r01"])
    shutil.copy(RECORDINGS / one["file"], tmp_path)
    text = "".join(turn["text"] for turn in sorted(one["turns"], key=lambda turn: turn["start"]))
    table = f"utterance\ttext\n{Path(one['file']).stem}\t{text}\n"
    (tmp_path / "transcripts.tsv").write_text(table, encoding="utf-8")
    heard = command(
        lingting_home, "speech", str(tmp_path), "--engine", "faster_whisper", "--language", one["language"],
        "--format", "json", "--name", "committed",
    )  # fmt: skip
    assert heard.returncode == 0, heard.stderr
    rows = {row["metric"]: row for row in json.loads(heard.stdout)}
    assert rows["cer"]["value"] < 0.35
    assert rows["unheard_recordings"]["value"] == 0
    assert rows["cer"]["engine"].startswith("faster_whisper ")
    assert text[:6] not in heard.stdout + heard.stderr


def test_an_engine_that_does_not_exist_is_told(lingting_home: Home, tmp_path: Path) -> None:
    (one,) = truth_of(["r01"])
    shutil.copy(RECORDINGS / one["file"], tmp_path)
    (tmp_path / "transcripts.tsv").write_text(f"utterance\ttext\n{Path(one['file']).stem}\t好\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["speech", str(tmp_path), "--engine", "ear"])
    assert "no engine is called 'ear'" in str(refused.exception)


def test_a_trained_model_ranks_foreign_dialogues_better_than_words_alone(
    lingting_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """300 dialogues that others rated: what was learned on one half holds on the other, and beats the lexicon."""
    monkeypatch.setattr("asr_jobs.inspection.models.MODELS", (Emotion(),))
    monkeypatch.setenv("LINGTING_EVALUATION__RESAMPLES", "200")
    settings_for.cache_clear()
    rated = json.loads((external_data("chat_quality_zh") / "dialogues_2700.json").read_text(encoding="utf-8"))
    few = tmp_path / "dialogues.json"
    few.write_text(json.dumps(rated[:300], ensure_ascii=False), encoding="utf-8")
    trained = CliRunner().invoke(app, ["train", "satisfaction", "--data", str(few), "--format", "json"])
    assert trained.exit_code == 0, trained.exception
    rows = {(row["model"], row["metric"], row["item"]): row for row in json.loads(trained.stdout)}
    assert rows["satisfaction", "spearman", "S"]["ci_low"] > 0.3
    assert rows["satisfaction", "spearman_over_mood", "S"]["ci_low"] > 0
    assert {row["split"] for row in rows.values()} == {"test"}
