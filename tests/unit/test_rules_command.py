"""`lingting rules`: what a change of the packs would move, told before it holds; nothing is heard or stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner

from asr_jobs import worker
from asr_jobs.inspection import rulebook
from asr_jobs.manifest import read_manifest
from asr_jobs.rules_cli import app
from lingting.errors import LingtingError, UsageError
from lingting.paths import Home
from lingting.rules import kept_versions
from tests.unit.asr_day import DAY, PLAN, outputs, put, put_text, recording, rows, run

DAYS = ("--from", DAY.isoformat(), "--to", DAY.isoformat())
CALM = "您好，很高兴为您服务。核对一下您的身份。我再跟您确认一下。感谢您的来电，再见。"


def said(name: str, customer: str) -> dict[str, Any]:
    turns = [
        {"speaker": "agent", "start": 0.0, "end": 8.0, "text": CALM},
        {"speaker": "customer", "start": 8.0, "end": 10.0, "text": customer},
    ]
    return {"recording_id": name, "turns": turns}


@pytest.fixture
def lake(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Two written conversations: one complains of rude people, one is content. Today's pack lacks 没礼貌."""
    monkeypatch.setattr(worker, "plan", lambda asked: PLAN)
    texts = [said("T1", "你们真没礼貌，电话13912345678"), said("T2", "好的谢谢")]
    put_text(lingting_home, "T1", list(texts))
    path = "pbx/texts/texts.jsonl.gz"
    put(lingting_home, [recording(name, media_kind="text", media_path=path) for name in ("T1", "T2")])
    run()
    yield lingting_home


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The shipped packs with one more phrase of the complaint."""
    folder = tmp_path / "stricter"
    copytree(rulebook.SHIPPED, folder)
    risk = folder / "compliance" / "risk.yaml"
    text = risk.read_text(encoding="utf-8")
    assert "[我要投诉," in text
    risk.write_text(text.replace("[我要投诉,", "[没礼貌, 我要投诉,", 1), encoding="utf-8")
    return folder


def rules(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_change_is_told_with_calls_rule_second_and_masked_words(lake: Home, stricter: Path) -> None:
    before = outputs(lake)
    found = json.loads(rules("diff", "current", str(stricter), *DAYS, "--format", "json"))
    assert found["rules"]["complaint"]["changes"] == {"miss -> hit": 1}
    (example,) = found["rules"]["complaint"]["examples"]
    assert (example["call_id"], example["words"], example["phrase"]) == ("C-T1", "没礼貌", "没礼貌")
    assert 8.0 <= example["second"] <= 10.0
    centre = found["scopes"]["centre"]["centre"]
    assert (centre["n"], centre["n_moved"]) == (2, 1)
    assert centre["kpis"]["risk_rate"] == {"a": 0.0, "n_a": 2, "b": 0.5, "n_b": 2}
    assert centre["kpis"]["script_compliance"] == {"a": 1.0, "n_a": 8, "b": 1.0, "n_b": 8}
    assert found["scopes"]["queue"]["service"]["n_moved"] == 1
    assert outputs(lake) == before, "a comparison stores nothing"
    shown = rules("diff", "current", str(stricter), *DAYS)
    assert "1 of 2 conversations move" in shown and "没礼貌" in shown and "50.0%" in shown
    assert "139" not in shown


def test_two_equal_versions_move_nothing(lake: Home) -> None:
    kept = kept_versions()[0]["version"]
    found = json.loads(rules("diff", kept, "current", *DAYS, "--format", "json"))
    assert found["a"] == found["b"] == kept
    assert found["rules"] == {} and found["scopes"]["centre"]["centre"]["n_moved"] == 0


def test_the_version_before_a_change_can_be_compared_after_it(lake: Home, stricter: Path) -> None:
    first = kept_versions()[0]["version"]
    stricter.rename(lake.packs)
    rulebook._read_once.cache_clear()
    run()  # a new process would read them anew
    assert [note["version"] for note in kept_versions()] == [first, rulebook.packs_in_force().version]
    found = json.loads(rules("diff", first[:5], "current", *DAYS, "--format", "json"))
    assert found["rules"]["complaint"]["changes"] == {"miss -> hit": 1}


def test_packs_that_were_in_force_with_other_code_are_named(lake: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_code() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(rules("diff", kept, "current", *DAYS, "--format", "json"))["other_code"]
        return found

    kept, then = kept_versions()[0]["version"], kept_versions()[0]["models"]["business"]
    assert other_code() == {"a": {}, "b": {}}
    monkeypatch.setattr("asr_jobs.inspection.business.CODE", "2")
    told = other_code()
    assert set(told["a"]) == {"business", "fusion"}, "fusion rests on it"
    assert (told["a"]["business"]["then"], told["a"]["business"]["now"][:2]) == (then, "2-")
    assert f"A was in force with other code (business {then}, now 2-" in rules("diff", kept, "current", *DAYS)
    first_used = kept_versions()[0]["first_used_at"]
    assert not run().is_unchanged, "other code judges every conversation again"
    assert other_code() == {"a": {}, "b": {}}
    assert kept_versions()[0]["first_used_at"] == first_used


def test_scores_by_another_version_stand_beside_those_in_force(lake: Home, stricter: Path) -> None:
    before = {row["score_id"]: row for row in rows("scores")}
    told = rules("score", str(stricter), *DAYS)
    now = {row["score_id"]: row for row in rows("scores")}
    assert {name: now[name] for name in before} == before
    added = [row for name, row in now.items() if name not in before]
    assert added and {row["is_in_force"] for row in added} == {False}
    assert told.startswith(f"{len(added)} scores by packs {rulebook.Packs.at(stricter).version}")
    assert rules("score", str(stricter), *DAYS) == told and len(rows("scores")) == len(now), "twice is once"
    assert read_manifest(DAY) is not None, "the day counts as finished as before"
    assert run().is_unchanged
    assert {row["score_id"] for row in rows("scores")} == now.keys()


def test_rules_and_kept_versions_are_listed(lake: Home) -> None:
    told = json.loads(rules("list", "--format", "json"))
    assert [note["version"] for note in told["kept"]] == [told["version"]]
    assert {rule["id"] for rule in told["rules"]} >= {"greeting", "complaint"}
    assert told["models"]["compliance"]
    assert "问候语" in rules("list")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("diff", "nowhere", "current", *DAYS), "no kept version, no folder"),
        (
            ("diff", "current", "current", "--from", "2020-01-01", "--to", "2020-01-02"),
            "no transcripts from 2020-01-01",
        ),
    ],
)
def test_what_can_not_be_compared_is_told_in_one_sentence(lake: Home, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as told:
        rules(*words)
    assert isinstance(told.value, LingtingError) and "\n" not in str(told.value)
