"""Real WhisperX on real sound: what was planted in the recordings is found, placed, timed and masked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from asr_jobs.numerals import ZH_DIGITS
from benchmarks.asr_material import Score, own_calls
from lingting.paths import Home
from tests.integration.main_job import lingting
from tests.integration.spoken_day import RECORDINGS, make_day, output_bytes, run_worker, table, truth_of
from tests.support import external_data

NAMES = ("r03", "r13", "r18", "r22", "r23", "r25")  # numbers, overlaps, English; garbage, empty, silence
EN_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
EN_DIGITS = {word: str(value) for value, word in enumerate(EN_NAMES)}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Home:
    """A day that the worker has heard with WhisperX."""
    home = make_day(tmp_path_factory.mktemp("spoken") / "home", NAMES)
    done = run_worker(home, models)
    assert done.returncode == 0, done.stderr[-3000:]
    summary = json.loads(done.stdout)
    assert summary["statuses"] == {"failed": 2, "no_speech": 1, "ok": 3}
    return home


def test_a_poison_file_does_not_fail_the_day(heard: Home) -> None:
    codes = {row["recording_id"]: row["error_code"] for row in table(heard, "transcripts")}
    assert codes == {"r03": None, "r13": None, "r18": None, "r22": "UNREADABLE", "r23": "EMPTY", "r25": None}


def test_the_planted_clauses_are_found_and_nothing_else(heard: Home) -> None:
    found = {(row["recording_id"], row["rule_id"]): row["outcome"] for row in table(heard, "inspections")}
    planted = {
        (one["file"].split("_")[0], rule): is_said
        for one in truth_of(("r03", "r13", "r18"))
        for rule, is_said in {**one["clauses"], **one["risk"]}.items()
    }
    wrong = [key for key, is_said in planted.items() if is_said is False and found[key] == "hit"]
    missed = [key for key, is_said in planted.items() if is_said and found[key] != "hit"]
    assert wrong == []
    assert len(missed) <= 0.1 * sum(is_said is True for is_said in planted.values()), missed


def test_words_stand_in_the_turn_in_which_they_were_said(heard: Home) -> None:
    """Turns are packed into windows and mapped back by the times of words: of the words heard rightly, hardly one in
    two hundred may stand at another time."""
    score = Score()
    for piece in own_calls():
        rows = [row for row in table(heard, "turns") if piece.name.startswith(row["recording_id"])]
        for speaker, said in zip(("agent", "customer"), piece.channels, strict=True):
            own = [row for row in rows if row["speaker"] == speaker]
            score.place(said, [((row["start_seconds"], row["end_seconds"]), row["text_masked"]) for row in own])
    assert score.placed > 500
    assert score.misplaced <= score.placed / 200


def test_times_are_those_of_the_planted_turns(heard: Home) -> None:
    rows = {row["recording_id"]: row for row in table(heard, "transcripts")}
    for one in truth_of(("r03", "r13", "r18")):
        row = rows[one["file"].split("_")[0]]
        assert row["longest_silence_seconds"] == pytest.approx(one["longest_silence_seconds"], abs=0.6)
        assert row["overlap_seconds"] == pytest.approx(one["overlap_seconds"], abs=0.6)
        assert row["n_interruptions"] == one["interruptions"]
        said = sum(turn["end"] - turn["start"] for turn in one["turns"] if turn["speaker"] == "agent")
        assert 0.7 * said <= row["agent_talk_seconds"] <= 1.05 * said


def test_no_planted_digit_is_left_in_any_file(heard: Home) -> None:
    """Four digits in a row of a planted number, in any spelling, would be a leak; so would its bytes anywhere."""
    texts = {name: [] for name in ("r03", "r18")}
    for row in table(heard, "turns"):
        texts.get(row["recording_id"], []).append(row["text_masked"])
    for row in table(heard, "inspections"):
        texts.get(row["recording_id"], []).append(row["matched_text"] or "")
    everything = [path.read_bytes() for path in heard.lake.rglob("*") if path.is_file()]
    for one in truth_of(tuple(texts)):
        name = one["file"].split("_")[0]
        for number in one["pii"]:
            pieces = {number["digits"][at : at + 4] for at in range(len(number["digits"]) - 3)}
            leaks = [text for text in texts[name] if any(piece in as_digits(text) for piece in pieces)]
            assert leaks == [], name
            for spelling in (number["digits"], number["spoken"]):
                assert not any(spelling.encode("utf-8") in content for content in everything)
    masked = {row["recording_id"]: json.loads(row["masked_kinds"]) for row in table(heard, "transcripts")}
    assert set(masked["r03"]) >= {"id_card", "bank_card"}
    # The engine hears a little differently on another processor; a telephone number short of a digit is "a number".
    assert set(masked["r03"]) & {"phone", "number"}
    assert set(masked["r18"]) >= {"bank_card"}


def as_digits(text: str) -> str:
    words = re.sub(r"[A-Za-z]+", lambda match: EN_DIGITS.get(match[0].lower(), "."), text)
    return re.sub(r"[\s,，。.、-]", "", "".join(ZH_DIGITS.get(letter, letter) for letter in words))


def test_a_second_run_changes_nothing_and_loads_no_torch(heard: Home, models: Path) -> None:
    before = output_bytes(heard)
    check = "import atexit, sys\natexit.register(lambda: sys.stderr.write(f'torch: {\"torch\" in sys.modules}\\n'))"
    done = run_worker(heard, models, code=check)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout)["is_unchanged"]
    assert "torch: False" in done.stderr
    assert output_bytes(heard) == before


def test_the_command_shows_masked_words_and_keeps_nothing(tmp_path: Path, models: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.models.symlink_to(models)
    mono = RECORDINGS / truth_of(("r24",))[0]["file"]
    done = lingting(home, "transcribe", str(mono), "--engine", "faster_whisper", "--format", "json")
    (record,) = json.loads(done.stdout)
    assert (record["status"], record["speaker_source"]) == ("ok", "none")
    assert {turn["speaker"] for turn in record["turns"]} == {"unknown"}
    assert {finding["outcome"] for finding in record["findings"]} == {"not_applicable"}
    assert sorted(path.name for path in home.root.iterdir()) == ["models"]
    garbage = RECORDINGS / truth_of(("r22",))[0]["file"]
    refused = lingting(home, "transcribe", str(garbage), "--engine", "faster_whisper", expect=3)
    assert "r22" in refused.stderr
    assert "unknown" not in refused.stderr
    unknown = lingting(home, "transcribe", str(garbage), "--engine", "wishful", expect=2)
    assert "whisperx" in unknown.stderr


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("c13_truncated.flac", "TRUNCATED"),
        ("c14_garbage.flac", "UNREADABLE"),
        ("c15_bitflips.flac", "TRUNCATED"),
        ("c16_empty.flac", "EMPTY"),
        ("c01_zh_billing_full.flac", None),
    ],
)
def test_damage_of_foreign_files_is_seen(name: str, outcome: str | None) -> None:
    from asr_jobs.hearing import Source, prepare

    prepared = prepare(Source(external_data("calls_stereo") / name, "zh"))
    seen = prepared.failure or (prepared.format.lost() if prepared.format else "NO_FORMAT")
    assert seen == outcome
