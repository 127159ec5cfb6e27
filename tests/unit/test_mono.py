"""Guessed speakers are shown and never judged; numbers stay hidden however a guess cuts what was said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_jobs import hearing, mono, worker
from asr_jobs.engine import WindowText, Word
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.judgement import Judgement
from asr_jobs.inspection.models import judge
from asr_jobs.inspection.rulebook import SHIPPED, Packs
from asr_jobs.mono import Pieces, guessed
from asr_jobs.pii import mask_conversation
from asr_jobs.pii_parts import mask_parts
from asr_jobs.record import Turn
from asr_jobs.rescore import rescore_day
from asr_jobs.stored import stored_of
from asr_jobs.textnorm import clean
from lingting.paths import Home
from lingting.settings import settings_for
from tests.fixtures.digit_reader import guessable_runs, plain_digits
from tests.fixtures.sound_files import tone, write_wav
from tests.fixtures.spoken_numbers import conversations
from tests.unit.asr_day import DAY, PLAN, SAID, FakeEngine, put, recording, rows, run
from tests.unit.inspection_talk import codes, good, score_of

GREETING, BILL = "您好，很高兴为您服务，请问有什么可以帮您？", "我想查一下话费"
CLOSING, THANKS = "感谢您的来电，祝您生活愉快，再见", "好的，谢谢"


def heard(*said: tuple[int, str], pause: float = 0.5) -> tuple[list[Turn], Pieces]:
    """(voice, words) of pieces of two seconds each, parted by pauses that end no turn."""
    begins = [at * (2.0 + pause) for at in range(len(said))]
    turns = [Turn("unknown", at, at + 2.0, words, -0.2) for at, (_, words) in zip(begins, said, strict=True)]
    pieces = Pieces([[(at, at + 2.0)] for at in begins], [0] * len(said), [voice for voice, _ in said])
    return turns, pieces


@pytest.mark.parametrize("agent", [0, 1])
def test_the_agent_is_the_voice_that_says_more_clauses(agent: int) -> None:
    said = [(1 - agent, "喂"), (agent, GREETING), (1 - agent, BILL), (agent, CLOSING), (1 - agent, THANKS)]
    result = guessed(*heard(*said), "zh")
    assert [turn.speaker for turn in result.turns] == ["customer", "agent", "customer", "agent", "customer"]
    assert result.has_speakers


def test_where_clauses_do_not_tell_the_agent_speaks_first() -> None:
    result = guessed(*heard((0, "喂，请讲"), (1, BILL), (0, "好的")), "zh")
    assert [turn.speaker for turn in result.turns] == ["agent", "customer", "agent"]


def test_neighbours_of_one_voice_are_one_turn_again() -> None:
    turns, pieces = heard((0, "您好，"), (0, "很高兴为您服务"), (1, "我想查"), (1, "话费"))
    assert [(turn.text, turn.start, turn.end) for turn in guessed(turns, pieces, "zh").turns] == [
        ("您好，很高兴为您服务", 0.0, 4.5),
        ("我想查话费", 5.0, 9.5),
    ]
    pieces.turn = [0, 1, 1, 2]  # a pause of a second and more stays the end of a turn
    assert len(guessed(turns, pieces, "zh").turns) == 4
    english, pieces = heard((0, "thank you"), (0, "for calling"))
    assert [turn.text for turn in guessed(english, pieces, "en").turns] == ["thank you for calling"]


@pytest.mark.parametrize("words", [("您好", ""), ("", BILL)])
def test_without_words_of_both_there_are_no_speakers(words: tuple[str, str]) -> None:
    turns, pieces = heard((0, words[0]), (1, words[1]))
    result = guessed([turn for turn in turns if turn.text], pieces, "zh")
    assert (result.has_speakers, [turn.speaker for turn in result.turns]) == (False, ["unknown"])


def test_one_voice_gives_the_turns_of_an_unguessed_recording() -> None:
    turns, pieces = heard((0, GREETING), (0, BILL))
    pieces.voices = None
    result = guessed(turns, pieces, "zh")
    assert [(turn.speaker, turn.text) for turn in result.turns] == [("unknown", GREETING + BILL)]


def test_a_number_that_the_guess_gives_to_both_stays_hidden() -> None:
    said = [(0, "嗯那个我想想啊六二二"), (1, "二零幺二没有别的了谢谢你")]
    result = guessed(*heard(*said), "zh")
    assert "".join(plain_digits(turn.text) for turn in result.turns) == ""
    assert [turn.text for turn in result.turns] == ["嗯那个我想想啊[号码]", "[号码]没有别的了谢谢你"]
    alone = mask_conversation([words for _, words in said], "zh").texts
    assert "".join(map(plain_digits, alone)) != ""  # read by themselves the parts would show digits


@given(st.integers(0, 400), st.randoms(use_true_random=False))
def test_cutting_turns_anywhere_shows_no_digit_that_was_hidden(number: int, random: Random) -> None:
    planted = conversations(101, 401)[number]
    parts: list[str] = []
    origin: list[int] = []
    for at, turn in enumerate(clean(turn) for turn in planted.turns):
        own = _cut(turn, random, " " if planted.language == "en" else "")
        parts += own
        origin += [at] * len(own)
    texts = mask_parts(parts, origin, planted.language).texts
    # Counts like 后四位 are told from digits by the words around them, so the parts are read together again.
    whole = [
        "".join(text for text, turn in zip(texts, origin, strict=True) if turn == one) for one in sorted({*origin})
    ]
    assert "".join(map(plain_digits, whole)) == ""
    assert [run for text in texts for run in guessable_runs(text) if run in planted.number] == []


def _cut(text: str, random: Random, space: str) -> list[str]:
    """A text in one to four parts; English between words, as a recogniser's are."""
    units = text.split(space) if space else list(text)
    places = sorted(random.sample(range(1, len(units)), min(len(units) - 1, random.randint(0, 3))))
    edges = [0, *places, len(units)]
    return [space.join(units[start:end]) for start, end in pairwise(edges)]


class TwoVoices(FakeEngine):
    """Hears the agent's greeting in the first piece of a window and the customer's number in the second."""

    def _one(self, window: np.ndarray) -> WindowText:
        return WindowText((Word(SAID["agent"], 0.1, 1.8), Word(SAID["customer"], 2.5, 3.8)), -0.2, 0.01)


@pytest.fixture
def guessing(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with one mono recording in which two tones speak after each other; asr.mono_speakers is on."""
    monkeypatch.setenv("LINGTING_ASR__MONO_SPEAKERS", "true")
    settings_for.cache_clear()
    monkeypatch.setattr(worker, "plan", lambda asked: PLAN)
    monkeypatch.setattr(hearing, "speech", lambda samples: [(0.5, 1.9), (2.4, 3.6)])
    monkeypatch.setattr(mono, "embedding", _by_pitch)
    put(lingting_home, [recording("R1")])
    write_wav(lingting_home.landing / "pbx/audio/R1.wav", [np.concatenate([tone(2.15, 200), tone(1.85, 900)])])
    yield lingting_home
    settings_for.cache_clear()


def _by_pitch(samples: np.ndarray) -> np.ndarray:
    crossings = int((np.diff(np.sign(samples)) != 0).sum()) / len(samples)
    return np.array([1.0, 0.0] if crossings < 0.05 else [0.0, 1.0], np.float32)


def judged_nothing() -> None:
    """Whatever was said, no rule, score, feeling or figure of a speaker came of it."""
    assert {row["outcome"] for row in rows("inspections")} == {"not_applicable"}
    assert {row["points"] for row in rows("scores")} == {None}
    assert rows("emotions") == rows("emotion_episodes") == []
    reasons = " ".join(str(row["reasons"]) for row in rows("scores"))
    assert "speakers_guessed" in reasons
    assert "speakers_unknown" not in reasons


@pytest.mark.usefixtures("guessing")
def test_a_guess_is_flagged_and_decides_nothing() -> None:
    run(TwoVoices())
    (transcript,) = rows("transcripts")
    assert transcript["speaker_source"] == "cluster"
    measured = ("agent_talk", "customer_talk", "overlap", "agent_turn")
    assert {transcript[f"{name}_seconds"] for name in measured} == {None}
    assert (transcript["n_interruptions"], transcript["n_agent_chars"]) == (None, None)
    assert transcript["silence_seconds"] > 1
    assert [(turn["speaker"], turn["text_masked"]) for turn in rows("turns")] == [
        ("agent", SAID["agent"]),
        ("customer", "[手机号]"),
    ]
    judged_nothing()


@pytest.mark.usefixtures("guessing")
def test_a_guess_decides_nothing_when_the_day_is_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run(TwoVoices())
    engine = TwoVoices()
    monkeypatch.setattr(worker, "models_sha256", lambda: "f" * 64)
    assert run(engine).reused == 1
    assert engine.heard == 0
    judged_nothing()
    (stored,) = stored_of(DAY)
    assert {turn.speaker for turn in stored.conversation.turns} == {"agent", "customer"}
    assert not stored.conversation.are_speakers_known
    rescore_day(date(2026, 10, 1), Packs(SHIPPED, "other"))
    judged_nothing()


@pytest.mark.usefixtures("guessing")
def test_a_guess_survives_a_killed_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The spool keeps it: the day is written by the worker that comes after."""
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(worker, "_write", _killed)
        run(TwoVoices())
    engine = TwoVoices()
    run(engine)
    assert (engine.heard, rows("transcripts")[0]["speaker_source"]) == (0, "cluster")
    judged_nothing()


def _killed(*what: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("guessing")
def test_a_broken_encoder_costs_the_guess_and_not_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(samples: np.ndarray) -> np.ndarray:
        raise RuntimeError("no memory")

    monkeypatch.setattr(mono, "embedding", breaks)
    assert run(TwoVoices()).statuses == {"ok": 1}
    assert rows("transcripts")[0]["speaker_source"] == "none"
    assert [turn["speaker"] for turn in rows("turns")] == ["unknown"]


def test_a_conversation_of_known_speakers_is_judged_as_before() -> None:
    known = good()
    as_guess = Conversation(known.turns, "zh", "service", are_speakers_guessed=True)
    assert _totals(judge(known))["compliance"] is not None
    said = judge(as_guess)
    assert set(_totals(said).values()) == {None}
    assert not [finding for finding in said.findings if finding.outcome in ("hit", "miss")]
    for model in ("compliance", "business", "emotion"):
        assert codes(score_of(said, model, "total")) == ["speakers_guessed"]


def _totals(said: Judgement) -> dict[str, float | None]:
    return {score.model: score.points for score in said.scores if score.item == "total"}
