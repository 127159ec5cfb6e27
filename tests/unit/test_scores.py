"""Scores are versioned data: a new version adds rows, the old ones stay, and no crash loses or doubles one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import ClassVar

import numpy as np
import pytest

from asr_jobs import hearing, worker
from asr_jobs.inspection import models
from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.judgement import Judgement, Reason, Score
from asr_jobs.inspection.rulebook import SHIPPED, Packs, judging_by, packs_in_force, packs_named
from asr_jobs.inspection.rules import Rule, all_rules, rule
from asr_jobs.manifest import OUTPUTS
from lingting.errors import InputError, UsageError
from lingting.lake import write_partition
from lingting.paths import Home
from lingting.rules import kept_versions
from tests.fixtures.sound_files import tone, write_wav
from tests.unit.asr_day import DAY, PLAN, outputs, put, put_text, recording, rows, run


@dataclass(frozen=True)
class Courtesy:
    """A model for these tests: 100 points less 40 for each mandatory clause that was missed."""

    version: str = "v1"
    name: ClassVar[str] = "courtesy"
    points_lost: float = field(default=40.0, compare=False)

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        missed = [found for found in before.findings if found.is_mandatory and found.outcome == "miss"]
        reasons = tuple(
            Reason("clause_missed", -self.points_lost, found.rule_id, found.rule_version, found.hit_no)
            for found in missed
        )
        points = max(0.0, 100.0 - self.points_lost * len(missed))
        return Judgement(scores=(Score(self.name, self.version, "total", "pass", points, 100.0, reasons),))


def in_force(monkeypatch: pytest.MonkeyPatch, *more: models.Model) -> None:
    monkeypatch.setattr(models, "MODELS", (Compliance(), *more))


@pytest.fixture
def lake(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr(worker, "plan", lambda asked: PLAN)
    monkeypatch.setattr(hearing, "speech", lambda samples: [(0.5, 3.5)] if float(np.abs(samples).max()) > 0.1 else [])
    in_force(monkeypatch, Courtesy())
    yield lingting_home


def said(name: str = "T1", words: str = "您好，很高兴为您服务") -> dict[str, object]:
    return {"recording_id": name, "turns": [{"speaker": "agent", "start": 0.0, "end": 4.0, "text": words}]}


def versions_of(recording_id: str = "T1") -> list[tuple[str, bool]]:
    return sorted((row["model_version"], row["is_in_force"]) for row in rows("scores") if row["model"] == "courtesy")


def test_a_score_names_the_rule_behind_each_point_lost(lake: Home) -> None:
    put(lake, [put_text(lake, "T1", [said()])])
    run()
    (row,) = [row for row in rows("scores") if row["model"] == "courtesy"]
    (transcript,) = rows("transcripts")
    assert (row["item"], row["outcome"], row["is_in_force"]) == ("total", "pass", True)
    assert row["transcript_key"] == transcript["idempotency_key"]
    reasons = json.loads(row["reasons"])
    assert {reason["rule_id"] for reason in reasons} == {"identity", "restatement", "closing"}
    assert row["points"] == max(0, 100 + sum(reason["points"] for reason in reasons))
    findings = {(found["rule_id"], found["rule_version"], found["hit_no"]) for found in rows("inspections")}
    assert {(reason["rule_id"], reason["rule_version"], reason["hit_no"]) for reason in reasons} <= findings


def test_a_new_version_adds_rows_and_keeps_the_old_ones_as_they_were(
    lake: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(lake, [put_text(lake, "T1", [said()]), recording("R1")])
    run()
    first = {row["score_id"]: row for row in rows("scores")}
    in_force(monkeypatch, Courtesy(version="v2", points_lost=10))
    assert run().reused == 1  # the sound is not heard again
    now = {row["score_id"]: row for row in rows("scores")}
    assert {name: {**now[name], "is_in_force": True} for name in first} == first
    assert versions_of() == [("v1", False), ("v1", False), ("v2", True), ("v2", True)]
    in_force(monkeypatch, Courtesy())  # back to the first one
    run()
    assert versions_of() == [("v1", True), ("v1", True), ("v2", False), ("v2", False)]
    assert {name: row for name, row in ((r["score_id"], r) for r in rows("scores")) if name in first} == first


def test_what_was_scored_by_an_older_version_of_a_rule_goes_on_naming_it(lake: Home) -> None:
    notice = "- id: recording_notice\n  version: "
    shipped = (SHIPPED / "compliance" / "must_say.yaml").read_text(encoding="utf-8")
    now = rule("recording_notice").version
    assert f'{notice}"{now}"' in shipped
    own_packs(lake, must_say=shipped.replace(f'{notice}"{now}"', f'{notice}"older"'))
    put(lake, [put_text(lake, "T1", [said()])])
    run()
    rmtree(lake.packs)
    run()
    named = {
        (reason["rule_version"], row["is_in_force"])
        for row in rows("scores")
        for reason in json.loads(row["reasons"])
        if reason.get("rule_id") == "recording_notice"
    }
    assert named == {("older", False), (now, True)}
    assert {row["rule_version"] for row in rows("inspections") if row["rule_id"] == "recording_notice"} == {now}


def test_judging_again_by_the_same_version_doubles_nothing(lake: Home) -> None:
    put(lake, [put_text(lake, "T1", [said()])], queue="service")
    run()
    put(lake, [put_text(lake, "T1", [said()])], queue="sales")  # where no identity is asked for
    run()
    (row,) = [row for row in rows("scores") if row["model"] == "courtesy"]
    assert {reason["rule_id"] for reason in json.loads(row["reasons"])} == {"restatement", "closing"}


def test_scores_of_an_older_transcript_stay_and_say_so(lake: Home) -> None:
    put(lake, [recording("R1")])
    run()
    (old,) = {row["transcript_key"] for row in rows("scores")}
    write_wav(lake.landing / "pbx/audio/R1.wav", [tone(4.2, 210), tone(4.2, 950)])
    run()
    (transcript,) = rows("transcripts")
    now = {row["transcript_key"]: row["is_in_force"] for row in rows("scores")}
    assert now == {old: False, transcript["idempotency_key"]: True}


def test_a_purged_recording_takes_its_scores_with_it(lake: Home) -> None:
    put(lake, [recording("R1"), recording("R2")])
    run()
    put(lake, [recording("R2")])
    run()
    assert {row["recording_id"] for row in rows("scores")} == {"R2"}


@pytest.mark.parametrize("place", range(1, len(OUTPUTS) + 1))
def test_a_worker_killed_between_any_two_files_loses_and_doubles_no_score(
    lake: Home, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    put(lake, [put_text(lake, "T1", [said()]), recording("R1")])
    run()
    before = outputs(lake)
    in_force(monkeypatch, Courtesy(version="v2"))
    run()
    undisturbed = outputs(lake)
    for source, content in before.items():
        lake.partition_file(source, DAY).write_bytes(content)
    written = []

    def killed_at(source: str, day: object, table: object) -> None:
        written.append(source)
        if len(written) == place:
            raise KeyboardInterrupt
        write_partition(source, DAY, table)

    with monkeypatch.context() as patch:
        patch.setattr(worker, "write_partition", killed_at)
        with pytest.raises(KeyboardInterrupt):
            run()
    run()
    assert outputs(lake) == undisturbed


def rules_by(packs: Packs) -> tuple[Rule, ...]:
    with judging_by(packs):
        return all_rules()


def own_packs(home: Home, **files: str) -> Packs:
    """A centre's own packs of compliance: the shipped ones with some files replaced."""
    folder = home.packs / "compliance"
    folder.mkdir(parents=True)
    for path in (SHIPPED / "compliance").glob("*.yaml"):
        (folder / path.name).write_text(files.get(path.stem, path.read_text(encoding="utf-8")), encoding="utf-8")
    return Packs.at(home.packs)


def test_every_version_that_was_in_force_is_kept_and_found_by_its_beginning(lake: Home) -> None:
    put(lake, [recording("R1")])
    shipped = packs_in_force()
    run()
    run()
    (note,) = kept_versions()
    assert (note["version"], note["models"]["courtesy"]) == (shipped.version, "v1")
    kept = packs_named(shipped.version[:4])
    assert kept.folder == lake.rule_versions / shipped.version
    assert (kept.version, rules_by(kept)) == (shipped.version, rules_by(shipped))


def test_a_centres_own_packs_hold_and_what_it_leaves_out_is_shipped(lake: Home) -> None:
    lake.packs.mkdir()
    assert Packs.at(lake.packs).version == Packs.at(SHIPPED).version
    changed = (SHIPPED / "compliance" / "risk.yaml").read_text(encoding="utf-8").replace('"2"', '"3"')
    lake.packs.rmdir()
    own = own_packs(lake, risk=changed)
    assert packs_in_force() == own != Packs.at(SHIPPED)
    assert {rule.version for rule in all_rules() if rule.kind == "risk"} == {"3"}
    put(lake, [put_text(lake, "T1", [said()])])
    run()
    assert {row["rule_version"] for row in rows("inspections") if row["rule_kind"] == "risk"} == {"3"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- id: one\n  kind: [", r"risk\.yaml: not readable as YAML at line"),
        ("rules: 3", r"risk\.yaml: must be a list of rules"),
        ("- id: rude\n  version: '1'", r"risk\.yaml: rule rude: kind: Field required"),
        ("- 7", r"risk\.yaml: rule no\. 1: Input should be"),
    ],
)
def test_a_broken_pack_is_told_in_one_sentence_with_file_and_rule(lake: Home, text: str, sentence: str) -> None:
    packs = own_packs(lake, risk=text)
    with pytest.raises(InputError, match=sentence) as told:
        rules_by(packs)
    assert "\n" not in str(told.value)


def test_a_rule_that_stands_twice_is_refused_with_its_file(lake: Home) -> None:
    packs = own_packs(lake, risk=(SHIPPED / "compliance" / "must_say.yaml").read_text(encoding="utf-8"))
    with pytest.raises(InputError, match="packs: rule greeting stands twice"):
        rules_by(packs)


def test_a_folder_of_packs_that_no_model_reads_is_refused(lake: Home, tmp_path: Path) -> None:
    (tmp_path / "wrong" / "complience").mkdir(parents=True)
    with pytest.raises(UsageError, match="complience is read by no model"):
        packs_named(str(tmp_path / "wrong"))
    with pytest.raises(UsageError, match="no kept version, no folder"):
        packs_named("nothing-like-that")
