"""Well-trained agents of written conversations: every bad feeling is answered, in time and at the pace of the rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversations import write_texts
from simulator.conversations.answers import answers, sentences
from simulator.conversations.dialogues import FEELINGS
from simulator.conversations.feelings import Felt
from simulator.conversations.timing import at_pace
from tests.unit.test_conversations import assert_scored_as_planted, judged, read, segments


def test_well_trained_agents_answer_nearly_every_feeling_and_the_model_finds_it_so(tmp_path):
    asked, path = segments(250, seed=2), tmp_path / "t.jsonl.gz"
    planted = write_texts(asked, path, np.random.default_rng(8), is_trained=True)
    heard = judged(read(path))
    assert_scored_as_planted(heard, planted.episodes)
    assert set(planted.episodes["heard"]) == {"anger", "disappointment", "anxiety", "confusion"}
    assert planted.episodes["is_uninterrupted"].all()
    for part in ("is_soothed", "is_solution_offered", "is_emotion_no_worse"):
        assert planted.episodes[part].mean() > 0.95, part
    feelings = [(recording, one.turn_no, one.feeling) for recording, _, said in heard for one in said.feelings]
    told = planted.feelings
    assert feelings == list(zip(told["recording_id"], told["turn_no"], told["heard"], strict=True))


@pytest.mark.parametrize(("talk_seconds", "fits"), [(400.0, True), (30.0, False)])
def test_well_trained_agents_keep_the_pace_where_the_call_leaves_time(tmp_path, talk_seconds, fits):
    """Of few words none is in the band: short breaks count as speech."""
    asked = segments(60, seed=3).assign(talk_seconds=talk_seconds)
    planted = write_texts(asked, tmp_path / "t.jsonl.gz", np.random.default_rng(9), is_trained=True)
    assert (planted.episodes["is_rate_in_band"] == fits).all()


NEUTRAL, ANGRY_NOW = Felt("neutral", "neutral", False, False), Felt("anger", "anger", False, False)
SOOTHES, ACTS = Felt("neutral", "neutral", True, False), Felt("neutral", "neutral", False, True)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([("customer", ANGRY_NOW), ("agent", NEUTRAL)], [(1, True)], id="left unanswered"),
        pytest.param([("customer", ANGRY_NOW), ("agent", ACTS)], [(1, True)], id="acted without a word for it"),
        pytest.param([("customer", ANGRY_NOW), ("agent", SOOTHES)], [(2, False)], id="soothed and nothing done"),
        pytest.param([("customer", ANGRY_NOW), ("agent", SOOTHES), ("agent", ACTS)], [], id="answered"),
        pytest.param([("customer", ANGRY_NOW), ("customer", ANGRY_NOW), ("agent", NEUTRAL)], [(2, True)], id="goes on"),
        pytest.param([("customer", ANGRY_NOW), ("customer", NEUTRAL), ("agent", NEUTRAL)], [(1, True)], id="calms"),
        pytest.param([("agent", NEUTRAL), ("customer", ANGRY_NOW)], [], id="hung up"),
        pytest.param(
            [("customer", Felt("neutral", "anxiety", False, False)), ("agent", NEUTRAL)], [(1, True)], id="words"
        ),
    ],
)
def test_what_a_dialogue_leaves_unanswered_is_answered(lines, expected):
    assert [(one.before, one.soothes) for one in answers(lines, "zh", 0)] == expected


def test_there_is_an_answer_to_every_bad_feeling_in_both_languages():
    for language in ("zh", "en"):
        assert set(sentences()[language]) == {*FEELINGS, "step"} - {"content", "neutral"}


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.integers(1, 100)), min_size=1, max_size=20),
    st.floats(0.5, 4000),
    st.sampled_from(["zh", "en"]),
)
def test_turns_at_a_pace_follow_one_another_and_fit(turns, talk, language):
    asked = [length * 0.4 if is_agent else None for length, is_agent, _ in turns]
    times = at_pace(asked, [turn[0] for turn in turns], talk, language, [turn[2] for turn in turns])
    edges = [edge for turn in times for edge in turn]
    assert all(edges[at] <= edges[at + 1] + 1e-6 for at in range(len(edges) - 1))
    assert edges[0] >= 0 and edges[-1] <= talk + 1e-6
    lasts = [(end - start) / wanted for (start, end), wanted in zip(times, asked, strict=True) if wanted]
    assert all(share <= 1 + 1e-6 for share in lasts)
    assert max(lasts, default=1) - min(lasts, default=1) < 1e-6, "whoever must hurry, hurries alike"
