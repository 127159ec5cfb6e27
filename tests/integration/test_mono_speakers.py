"""The speakers of real sound on one channel: the project's two-channel calls mixed down, of which is known who speaks.

The floors are below what was measured on all of them (docs/transcription.md: `python -m benchmarks mono`).
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

import pytest

from benchmarks.asr_material import Piece, own_calls
from benchmarks.mono import hear_mixed, mixed, parted_alone, share
from lingting.paths import Home
from tests.integration.main_job import lingting
from tests.integration.spoken_day import RECORDINGS, truth_of

NAMES = ("r02", "r03", "r05", "r12", "r17", "r20")  # calm, numbers, overlaps, a fast agent, English
MEDIAN_FLOOR, WORST_FLOOR = 0.9, 0.5


def calls(*names: str) -> list[Piece]:
    return [piece for piece in own_calls() if piece.name.startswith(names)]


def test_most_speech_is_given_to_the_voice_that_spoke(tmp_path: Path) -> None:
    shares = [hear_mixed(piece, mixed(piece, tmp_path), None).parted.voices for piece in calls(*NAMES)]
    known = [share for share in shares if share is not None]
    assert len(known) == len(NAMES), shares
    assert median(known) >= MEDIAN_FLOOR, shares
    assert min(known) >= WORST_FLOOR, shares


def test_voices_that_are_too_alike_are_not_parted(tmp_path: Path) -> None:
    """Calls in which the clusters lie close, and channels in which there is but one voice (of these two calls: of all
    single channels two in five are parted, as the page says)."""
    too_alike = [hear_mixed(piece, mixed(piece, tmp_path), None).parted.voices for piece in calls("r01", "r13")]
    assert too_alike == [None, None]
    assert [told for piece in calls("r02", "r12") for told in parted_alone(piece, tmp_path)].count(True) <= 1


def test_the_command_shows_guessed_speakers_and_judges_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The voice that says the clauses is the agent; where voices are too alike, nobody is."""
    monkeypatch.setenv("LINGTING_ASR__MONO_SPEAKERS", "true")
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (piece,) = calls("r02")
    paths = [mixed(piece, tmp_path), RECORDINGS / truth_of(("r24",))[0]["file"]]
    done = lingting(home, "transcribe", *map(str, paths), "--engine", "faster_whisper", "--format", "json")
    guessed, not_told = json.loads(done.stdout)
    assert (guessed["status"], guessed["speaker_source"], guessed["agent_talk_seconds"]) == ("ok", "cluster", None)
    lanes = [(turn["start"], turn["end"], 1 if turn["speaker"] == "agent" else 2) for turn in guessed["turns"]]
    assert (share(lanes, piece).names or 0.0) >= MEDIAN_FLOOR
    assert (not_told["status"], not_told["speaker_source"]) == ("ok", "none")
    assert {turn["speaker"] for turn in not_told["turns"]} == {"unknown"}
    for record, code in ((guessed, "speakers_guessed"), (not_told, "speakers_unknown")):
        assert {finding["outcome"] for finding in record["findings"]} == {"not_applicable"}
        assert {score["points"] for score in record["scores"]} == {None}
        assert code in {reason["code"] for score in record["scores"] for reason in score["reasons"]}
