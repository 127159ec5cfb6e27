"""The committed recordings: files and truth.json agree, and hold the cases that the rest of the house needs."""

from __future__ import annotations

import re

import av
import numpy as np
import pytest

from simulator.conversations import recordings_catalogue
from simulator.conversations.dialogues import MUST_SAY
from simulator.conversations.numbers import id_check_character, luhn_digit

RATE = 8000
CATALOGUE = recordings_catalogue()
CALLS = [one for one in CATALOGUE if one.status_expected == "ok"]
TWO_SIDED = [one for one in CALLS if one.channels == 2]
SIDES = ("agent", "customer")


def decode(fixture) -> np.ndarray:
    """(channels, samples) at 8 kHz."""
    with av.open(str(fixture.path)) as container:
        resampler = av.AudioResampler(format="fltp", rate=RATE)
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def decibels(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples**2) + 1e-12))


def test_there_are_sixteen_mandarin_and_four_english_calls():
    assert [one.language for one in TWO_SIDED].count("zh") == 16
    assert [one.language for one in TWO_SIDED].count("en") == 4
    assert {one.queue_id for one in TWO_SIDED} == {"service", "sales", "complaint"}


def test_the_files_stay_small():
    sizes = [one.path.stat().st_size for one in CATALOGUE]
    assert sum(sizes) < 6_000_000 and max(sizes) < 3_000_000


@pytest.mark.parametrize("fixture", CALLS, ids=lambda one: one.name)
def test_sound_and_truth_agree(fixture):
    """Length, channels, and who is heard: a speaker's channel is loud, the other one quiet unless it has a turn too."""
    samples = decode(fixture)
    assert samples.shape[0] == fixture.channels
    assert samples.shape[1] / RATE == pytest.approx(fixture.duration, abs=0.03)
    speaks = np.zeros((2, samples.shape[1]), dtype=bool)
    for turn in fixture.turns:
        assert 0 <= turn["start"] < turn["end"] <= fixture.duration
        speaks[SIDES.index(turn["speaker"]), int(turn["start"] * RATE) : int(turn["end"] * RATE)] = True
    if fixture.channels == 1:
        assert decibels(samples[0, speaks.any(axis=0)]) > decibels(samples[0, ~speaks.any(axis=0)]) + 25
        return
    for side in (0, 1):
        alone = speaks[side] & ~speaks[1 - side]
        assert decibels(samples[side, alone]) > -30
        assert decibels(samples[1 - side, alone]) < -40


@pytest.mark.parametrize("fixture", TWO_SIDED, ids=lambda one: one.name)
def test_truth_measures_follow_from_the_turns(fixture):
    turns = {side: [turn for turn in fixture.turns if turn["speaker"] == side] for side in SIDES}
    overlap = sum(
        max(0.0, min(a["end"], c["end"]) - max(a["start"], c["start"]))
        for a in turns["agent"]
        for c in turns["customer"]
    )
    assert fixture.truth["overlap_seconds"] == pytest.approx(overlap, abs=0.01)
    edges = sorted((turn["start"], turn["end"]) for turn in fixture.turns)
    gaps = [after[0] - max(end for _, end in edges[: place + 1]) for place, after in enumerate(edges[1:])]
    assert fixture.truth["longest_silence_seconds"] == pytest.approx(max(gaps), abs=0.01)


def test_each_clause_is_omitted_in_two_calls_and_present_in_most():
    for rule in MUST_SAY:
        said = [one.clauses[rule] for one in TWO_SIDED if one.clauses[rule] is not None]
        assert said.count(False) >= 2 and said.count(True) > len(said) / 2, rule
    assert {one.queue_id for one in TWO_SIDED if one.clauses["identity"] is None} == {"sales"}


def test_risk_overlap_silence_and_music_are_all_there():
    assert sum(one.risk["complaint"] and one.risk["escalation"] for one in TWO_SIDED) >= 2
    assert any(one.risk["soothing"] for one in TWO_SIDED)
    assert sum(one.truth["overlap_seconds"] > 0.5 for one in TWO_SIDED) >= 3
    assert any(one.truth["interruptions"] for one in TWO_SIDED)
    assert sum(one.truth["longest_silence_seconds"] >= 20 for one in TWO_SIDED) >= 2


def test_spoken_numbers_stand_in_the_turns_and_pass_their_checks():
    with_numbers = [one for one in TWO_SIDED if one.pii]
    assert len(with_numbers) >= 4 and {one.language for one in with_numbers} == {"zh", "en"}
    for fixture in with_numbers:
        text = " ".join(turn["text"] for turn in fixture.turns)
        for number in fixture.pii:
            assert number["spoken"] in text
            if number["kind"] == "id_card":
                assert id_check_character(number["digits"][:17]) == number["digits"][17]
            if number["kind"] == "bank_card":
                assert luhn_digit(number["digits"][:-1]) == number["digits"][-1]
    assert any("幺" in number["spoken"] for fixture in with_numbers for number in fixture.pii)


def test_no_other_turn_holds_a_long_number():
    for fixture in TWO_SIDED:
        text = " ".join(turn["text"] for turn in fixture.turns)
        for number in fixture.pii:
            text = text.replace(number["spoken"], " ")
        assert not re.search("[0-9零一二三四五六七八九幺]{5}", text)


def test_broken_files_are_broken_as_stated():
    broken = {one.name: one for one in CATALOGUE if one.status_expected != "ok"}
    assert {name: one.status_expected for name, one in broken.items()} == {
        "r21_truncated": "partial_audio",
        "r22_garbage": "failed",
        "r23_empty": "failed",
        "r25_no_speech": "no_speech",
    }
    cut = broken["r21_truncated"]
    assert decode(cut).shape[1] / RATE == pytest.approx(cut.truth["decodable_seconds"], abs=0.1)
    assert cut.truth["decodable_seconds"] < 0.6 * cut.duration
    for name in ("r22_garbage", "r23_empty"):
        with pytest.raises(av.error.FFmpegError):
            decode(broken[name])
    assert decibels(decode(broken["r25_no_speech"])) < -50
