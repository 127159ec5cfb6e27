"""Sound is taken in blocks: the speech that is found and packed is that of the whole, and the rest is forgotten."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr_jobs import streaming
from asr_jobs.audio import RATE
from asr_jobs.streaming import ChannelStream
from asr_jobs.windows import pack, turns_of

LOUD = 0.25


def spoken(lengths: list[tuple[float, float]]) -> np.ndarray:
    """(silence, speech) pairs as zeros and a constant, a whole number of frames of 32 ms each."""
    parts = []
    for silence, speech in lengths:
        parts += [np.zeros(round(silence / 0.032) * 512), np.full(round(speech / 0.032) * 512, LOUD)]
    return np.concatenate([*parts, np.zeros(RATE)]).astype(np.float32)


def find(samples: np.ndarray) -> list[tuple[float, float]]:
    """Where the sound is loud."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (samples > 0).astype(int), [0]])))
    return [(start / RATE, stop / RATE) for start, stop in edges.reshape(-1, 2)]


def streamed(samples: np.ndarray, step: int) -> ChannelStream:
    stream = ChannelStream(find)
    for at in range(0, len(samples), step):
        stream.add(samples[at : at + step])
    stream.end()
    return stream


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.floats(0.3, 3.0), st.floats(0.2, 5.0)), min_size=1, max_size=4), st.integers(1000, 20_000))
def test_blocks_give_the_speech_and_the_windows_of_the_whole(lengths: list[tuple[float, float]], step: int) -> None:
    samples = spoken(lengths)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "BLOCK_SECONDS", 2)
        stream = streamed(samples, step)
    whole = find(samples)
    assert len(stream.sound) == len(samples)
    assert np.asarray(stream.speech) == pytest.approx(np.asarray(whole))
    ours, wanted = pack(stream.sound, turns_of(stream.speech)), pack(samples, turns_of(whole))
    assert [len(window.stretches) for window in ours] == [len(window.stretches) for window in wanted]
    for got, right in zip(ours, wanted, strict=True):
        assert np.array_equal(got.samples, right.samples)  # 16 bits hold this sound exactly


def test_what_nobody_said_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "BLOCK_SECONDS", 5)
    stream = streamed(spoken([(60.0, 3.2), (60.0, 3.2)]), 4000)
    kept = sum(len(part) for _, part in stream.sound._parts)
    assert 6.4 * RATE <= kept < 30 * RATE


def test_sound_that_was_forgotten_is_silence() -> None:
    sound = streaming.KeptSound()
    sound.add(np.full(1000, LOUD, dtype=np.float32), [(100, 200), (400, 500)])
    assert len(sound) == 1000
    assert np.flatnonzero(sound[150:450]).tolist() == [*range(50), *range(250, 300)]
    assert not sound[500:].any()
