"""Speech is packed without loss, never mixed, and every word goes back to its own turn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr_jobs.audio import RATE
from asr_jobs.engine import Word
from asr_jobs.windows import PARAMS, Stretch, Window, encoder_seconds, halves, pack, turns_of, words_of_turns


def speech_of(lengths: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """(silence before, speech) pairs to intervals."""
    found, at = [], 0.0
    for silence, spoken in lengths:
        found.append((at + silence, at + silence + spoken))
        at += silence + spoken
    return found


LENGTHS = st.lists(st.tuples(st.floats(0.3, 4.0), st.floats(0.1, 40.0)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(LENGTHS)
def test_all_speech_is_packed_once_and_no_window_is_too_long(lengths: list[tuple[float, float]]) -> None:
    found = speech_of(lengths)
    samples = np.arange(round((found[-1][1] + 1.0) * RATE), dtype=np.float32) + 1.0  # each sample tells its own place
    turns = turns_of(found)
    windows = pack(samples, turns)
    assert all(window.seconds <= PARAMS.longest + 0.01 for window in windows)
    kept = np.concatenate([window.samples[window.samples > 0] for window in windows] or [np.zeros(0)])
    assert len(np.unique(kept)) >= len(kept) - 2 * len(found)  # a shared border sample at most
    for turn in turns:
        for start, end in turn:
            inside = (kept - 1 >= start * RATE + 1) & (kept - 1 < end * RATE - 1)
            assert inside.sum() >= (end - start) * RATE - 4


@settings(max_examples=25, deadline=None)
@given(LENGTHS)
def test_a_stretch_of_a_window_holds_the_sound_of_its_turn(lengths: list[tuple[float, float]]) -> None:
    found = speech_of(lengths)
    samples = np.arange(round((found[-1][1] + 1.0) * RATE), dtype=np.float32) + 1.0
    turns = turns_of(found)
    for window in pack(samples, turns):
        for stretch in window.stretches:
            middle = window.samples[round((stretch.start + stretch.end) / 2 * RATE)] / RATE
            assert turns[stretch.turn][0][0] - 0.3 <= middle <= turns[stretch.turn][-1][1] + 0.3


def test_speech_under_a_second_apart_is_one_turn_and_a_click_is_none() -> None:
    assert turns_of([(0.0, 1.0), (1.9, 3.0), (4.1, 5.0), (9.0, 9.2)]) == [[(0.0, 1.0), (1.9, 3.0)], [(4.1, 5.0)]]


WINDOW = Window(
    np.zeros(6 * RATE, dtype=np.float32), (Stretch(0.0, 2.0, 0), Stretch(2.3, 4.0, 1), Stretch(4.3, 6.0, 3))
)


def test_a_word_goes_to_the_turn_with_which_it_shares_most_time() -> None:
    words = (
        Word("您好", 0.1, 0.9),
        Word("，", 0.9, 2.2),
        Word("我", 1.9, 2.6),
        Word("是", 2.6, 2.9),
        Word("王", 4.0, 4.5),
    )
    assert words_of_turns(WINDOW, words) == {0: "您好，", 1: "我是", 3: "王"}


@given(st.lists(st.floats(0.05, 5.95), min_size=1, max_size=30))
def test_no_word_is_lost_or_doubled(times: list[float]) -> None:
    words = tuple(Word(chr(0x4E00 + at), end - 0.05, end) for at, end in enumerate(sorted(times)))
    together = "".join(words_of_turns(WINDOW, words).values())
    assert sorted(together) == [word.text for word in words]


def test_halves_keep_every_sample_and_every_stretch() -> None:
    first, second = halves(WINDOW)
    assert len(first.samples) + len(second.samples) == len(WINDOW.samples)
    assert [stretch.turn for stretch in first.stretches + second.stretches] == [0, 1, 3]
    assert second.stretches[0].start == 0.0
    assert halves(first) == []


@pytest.mark.parametrize(
    ("window", "encoder"), [(0.5, 13), (12.0, 13), (13.9, 15), (14.5, 20), (23.0, 25), (24.5, 30), (28.0, 30)]
)
def test_the_encoder_is_given_no_more_than_it_needs(window: float, encoder: int) -> None:
    assert encoder_seconds(window) == encoder
