"""The speakers of real sound on one channel: the project's two-channel calls mixed down, of which is known who speaks.

The floors are below what was measured on all of them (docs/transcription.md: `python -m benchmarks mono`).
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

import pytest

from asr_jobs.decoder import Decoder
from asr_jobs.engine import plan
from benchmarks.asr_material import Piece, own_calls
from benchmarks.mono import hear_mixed, mixed, parted_alone
from lingting.paths import Home
from lingting.settings import AsrSettings
from tests.integration.main_job import lingting
from tests.integration.spoken_day import RECORDINGS, truth_of

NAMES = ("r02", "r05", "r10", "r13", "r17", "r20")  # calm, overlaps, numbers, angry, English
MEDIAN_FLOOR, WORST_FLOOR = 0.9, 0.5


def calls(*names: str) -> list[Piece]:
    return [piece for piece in own_calls() if piece.name.startswith(names)]


def test_most_speech_is_given_to_the_voice_that_spoke(tmp_path: Path) -> None:
    shares = [hear_mixed(piece, mixed(piece, tmp_path), None).parted.voices for piece in calls(*NAMES)]
    known = [share for share in shares if share is not None]
    assert len(known) == len(NAMES), shares
    assert median(known) >= MEDIAN_FLOOR, shares
    assert min(known) >= WORST_FLOOR, shares


def test_one_voice_alone_is_not_parted(tmp_path: Path) -> None:
    assert [told for piece in calls("r02", "r17") for told in parted_alone(piece, tmp_path)] == [False] * 4


def test_the_voice_that_says_the_clauses_is_the_agent(tmp_path: Path, lingting_home: Home) -> None:
    (piece,) = calls("r13")
    chosen = plan(AsrSettings(engine="faster_whisper", mono_speakers=True))
    heard = hear_mixed(piece, mixed(piece, tmp_path), Decoder.of(chosen))
    assert heard.named.names is not None
    assert heard.named.names >= MEDIAN_FLOOR


def test_the_command_shows_guessed_speakers_and_judges_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINGTING_ASR__MONO_SPEAKERS", "true")
    home = Home(tmp_path / "home")
    home.root.mkdir()
    path = RECORDINGS / truth_of(("r24",))[0]["file"]
    done = lingting(home, "transcribe", str(path), "--engine", "faster_whisper", "--format", "json")
    (record,) = json.loads(done.stdout)
    assert (record["status"], record["speaker_source"], record["agent_talk_seconds"]) == ("ok", "cluster", None)
    assert {turn["speaker"] for turn in record["turns"]} == {"agent", "customer"}
    assert {finding["outcome"] for finding in record["findings"]} == {"not_applicable"}
    assert {score["points"] for score in record["scores"]} == {None}
    assert "speakers_guessed" in {reason["code"] for score in record["scores"] for reason in score["reasons"]}
