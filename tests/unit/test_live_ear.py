"""One channel as it arrives: utterances end with a pause, long ones are handed out as they grow, none is lost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from asr_jobs.audio import RATE
from asr_jobs.live.ear import STEP, Ear, Pace, Utterance
from tests.unit.live_calls import loudness, tone

PACE = Pace(pause=0.5, partial=3.0, longest=10.0)


def heard(sound: NDArray[np.float32], size: int = 1_600, pace: Pace = PACE) -> list[Utterance]:
    ear = Ear(loudness, pace)
    found = [one for at in range(0, len(sound), size) for one in ear.hear(sound[at : at + size])]
    return found + ear.close()


def places(utterances: list[Utterance]) -> list[tuple[int, float, float, bool]]:
    return [(one.number, round(one.start, 1), round(one.end, 1), one.is_final) for one in utterances]


def test_an_utterance_ends_with_a_pause() -> None:
    sound = np.concatenate([tone(0, 1), tone(1, 1), tone(0, 0.3), tone(1, 1), tone(0, 1), tone(2, 1), tone(0, 1)])
    assert places(heard(sound)) == [
        (1, 1.0, pytest.approx(3.3, abs=0.1), True),
        (2, pytest.approx(4.3, abs=0.1), pytest.approx(5.3, abs=0.1), True),
    ]


def test_a_long_utterance_is_handed_out_before_its_end() -> None:
    found = heard(np.concatenate([tone(0, 1), tone(1, 7), tone(0, 1)]))
    assert [(one.number, one.is_final) for one in found] == [(1, False), (1, False), (1, True)]
    assert [round(one.end) for one in found] == [4, 7, 8]
    assert {one.start for one in found} == {found[0].start}


def test_an_endless_utterance_is_cut_and_nothing_is_lost() -> None:
    found = [one for one in heard(tone(1, 25)) if one.is_final]
    assert max(one.seconds for one in found) <= PACE.longest + 1
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert all(abs(after.start - before.end) < 0.01 for before, after in pairwise(found))
    assert found[-1].end == pytest.approx(25, abs=0.1)


def test_a_click_is_no_utterance_and_silence_gives_nothing() -> None:
    assert heard(np.concatenate([tone(0, 1), tone(1, 0.1), tone(0, 2)])) == []
    assert heard(tone(0, 5)) == []


def test_what_is_said_when_the_sound_ends_is_handed_out() -> None:
    assert places(heard(np.concatenate([tone(0, 1), tone(1, 2)])))[-1][3] is True


def test_missing_sound_moves_the_clock_and_ends_the_utterance() -> None:
    ear = Ear(loudness, PACE)
    ear.hear(tone(1, 2))
    (ended,) = ear.pass_over(10.0)
    assert ended.is_final
    assert ear.clock == pytest.approx(12, abs=STEP)
    ear.hear(tone(1, 1))
    assert ear.close()[0].start == pytest.approx(12, abs=0.1)


@given(st.integers(1, 9_000), st.lists(st.tuples(st.integers(0, 2), st.floats(0.1, 5)), min_size=1, max_size=6))
def test_the_size_of_the_pieces_changes_nothing(size: int, parts: list[tuple[int, float]]) -> None:
    sound = np.concatenate([tone(number, seconds) for number, seconds in parts])
    one, other = heard(sound, size), heard(sound, RATE)
    assert places(one) == places(other)
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(one, other, strict=True))


def test_the_detector_gives_on_chunks_what_it_gives_on_the_whole() -> None:
    vad = pytest.importorskip("faster_whisper.vad")
    from asr_jobs.vad import VadStream

    noise = np.random.default_rng(1).normal(0, 0.1, 40 * VadStream.CHUNK).astype(np.float32)
    noise[8_000:14_000] *= 5
    noise[-VadStream.CHUNK :] = 0  # the library changes the last samples of what it is given
    stream = VadStream()
    one_by_one = [stream(noise[at : at + VadStream.CHUNK]) for at in range(0, len(noise), VadStream.CHUNK)]
    assert np.allclose(one_by_one, vad.get_vad_model()(noise).reshape(-1), atol=1e-5)
