"""Talk, silence, overlap and interruptions follow from who speaks when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_jobs.metrics import interruptions, length, overlap, timing, timing_of_mono, union

SPEECH = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 100)).map(lambda pair: (pair[0] / 10, sum(pair) / 10)), max_size=12
)


def test_a_planted_conversation_gives_the_planted_figures() -> None:
    agent = [(1.0, 5.0), (8.0, 10.0), (30.0, 34.0)]
    customer = [(4.5, 8.5), (12.0, 15.0)]
    times = timing(agent, customer, 40.0)
    assert times.agent_talk_seconds == 10.0
    assert times.customer_talk_seconds == 7.0
    assert times.overlap_seconds == pytest.approx(1.0)
    assert times.silence_seconds == pytest.approx(40.0 - 16.0)
    assert times.longest_silence_seconds == 15.0
    assert times.n_interruptions == 1  # at 8.0 the customer still speaks for half a second


def test_an_onset_at_the_very_end_of_a_turn_is_no_interruption() -> None:
    assert interruptions([(9.8, 12.0)], [(5.0, 10.0)]) == 0
    assert interruptions([(9.6, 12.0)], [(5.0, 10.0)]) == 1


def test_gaps_under_a_second_belong_to_the_agents_turn() -> None:
    assert timing([(0.0, 1.0), (1.9, 3.0), (4.0, 5.0)], [], 6.0).agent_turn_seconds == pytest.approx(4.0)


def test_silence_before_the_first_and_after_the_last_word_counts() -> None:
    assert timing_of_mono([(2.0, 3.0)], 10.0).longest_silence_seconds == 7.0
    assert timing_of_mono([], 30.0).silence_seconds == 30.0


def test_mixed_speakers_have_no_speaker_figures() -> None:
    times = timing_of_mono([(0.0, 1.0)], 2.0)
    assert (times.agent_talk_seconds, times.overlap_seconds, times.n_interruptions) == (None, None, None)


@given(SPEECH, SPEECH)
def test_talk_overlap_and_silence_add_up_to_the_call(
    agent: list[tuple[float, float]], customer: list[tuple[float, float]]
) -> None:
    times = timing(agent, customer, 100.0)
    assert times.agent_talk_seconds is not None
    assert times.customer_talk_seconds is not None
    assert times.overlap_seconds is not None
    total = times.agent_talk_seconds + times.customer_talk_seconds - times.overlap_seconds + times.silence_seconds
    assert total == pytest.approx(100.0)
    assert 0 <= times.longest_silence_seconds <= times.silence_seconds + 1e-9


@given(SPEECH, SPEECH)
def test_overlap_is_symmetric_and_no_longer_than_either(
    left: list[tuple[float, float]], right: list[tuple[float, float]]
) -> None:
    first, second = union(left), union(right)
    assert overlap(first, second) == pytest.approx(overlap(second, first))
    assert overlap(first, second) <= min(length(first), length(second)) + 1e-9
