"""Two voices are parted where there are two, and nothing is made up where there is one.

Voices are planted here as numbers; tests/integration/test_mono_speakers.py hears real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr_jobs import engine, speakers
from asr_jobs.audio import RATE
from asr_jobs.engine import plan
from asr_jobs.metrics import Interval, length
from asr_jobs.speakers import PARAMS, SpeakerParams, pieces_of, two_voices, voices_of
from asr_jobs.weights import Weights
from asr_jobs.windows import PARAMS as PACK
from lingting.errors import UsageError
from lingting.settings import AsrSettings

DIMENSIONS = 32
SEEDS = st.integers(0, 10_000)


def cloud(rng: np.random.Generator, centre: np.ndarray, count: int, noise: float = 0.08) -> np.ndarray:
    return centre + noise * rng.normal(size=(count, DIMENSIONS))


def two_clouds(seed: int, counts: tuple[int, int] = (8, 12)) -> tuple[np.ndarray, list[int]]:
    """Embeddings of two voices in mixed order, and whose each is."""
    rng = np.random.default_rng(seed)
    centres = np.eye(DIMENSIONS)[:2]
    rows = np.concatenate([cloud(rng, centre, count) for centre, count in zip(centres, counts, strict=True)])
    order = rng.permutation(len(rows))
    return rows[order], [0 if at < counts[0] else 1 for at in order]


def are_same_split(found: Sequence[int] | None, truth: Sequence[int]) -> bool:
    return found is not None and len({(a, b) for a, b in zip(found, truth, strict=True)}) == 2


@settings(max_examples=20)
@given(SEEDS)
def test_two_voices_are_parted(seed: int) -> None:
    rows, truth = two_clouds(seed)
    found = two_voices(rows, [2.0] * len(rows))
    assert are_same_split(found, truth)
    assert found is not None and found[0] == 0  # voice 0 is whoever speaks first


@settings(max_examples=20)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_split_does_not_depend_on_the_order_of_the_pieces(seed: int, random: Any) -> None:
    rows, _ = two_clouds(seed)
    order = list(range(len(rows)))
    random.shuffle(order)
    before, after = two_voices(rows, [2.0] * len(rows)), two_voices(rows[order], [2.0] * len(rows))
    assert before is not None and after is not None
    assert are_same_split(after, [before[at] for at in order])


@settings(max_examples=20)
@given(SEEDS)
def test_one_voice_is_not_parted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert two_voices(cloud(rng, np.eye(DIMENSIONS)[0], 20, 0.03), [2.0] * 20) is None


@pytest.mark.parametrize("seconds", [[], [3.0], [3.0, 0.5], [0.5] * 6])
def test_nothing_is_said_of_fewer_than_two_usable_pieces(seconds: list[float]) -> None:
    rows, _ = two_clouds(1)
    assert two_voices(rows[: len(seconds)], seconds) is None


def test_a_short_piece_joins_the_nearer_voice_and_shapes_none() -> None:
    rows, truth = two_clouds(3)
    stray = np.eye(DIMENSIONS)[5] + 0.3 * np.eye(DIMENSIONS)[1]  # far from both, a little nearer to the second
    found = two_voices(np.vstack([rows, stray]), [2.0] * len(rows) + [PARAMS.usable / 2])
    assert are_same_split(found, [*truth, 1])
    usable = two_voices(np.vstack([rows, stray]), [2.0] * len(rows) + [600.0])
    assert not are_same_split(usable, [*truth, 1])  # if it were long it would be a voice


def test_an_odd_piece_does_not_become_a_voice() -> None:
    """A cough or a blare is further from both voices than they are from each other."""
    rng = np.random.default_rng(5)
    near = np.eye(DIMENSIONS)[0] + 0.5 * np.eye(DIMENSIONS)[1]
    rows = np.vstack([cloud(rng, np.eye(DIMENSIONS)[0], 10, 0.01), cloud(rng, near, 10, 0.01), np.eye(DIMENSIONS)[7]])
    found = two_voices(rows, [2.0] * 20 + [0.8])
    assert found is not None
    assert are_same_split(found[:20], [0] * 10 + [1] * 10)


@given(st.lists(st.tuples(st.floats(0.05, 0.99), st.floats(0.1, 3.0)), min_size=1, max_size=12))
def test_cutting_a_turn_loses_no_speech(steps: list[tuple[float, float]]) -> None:
    turn: list[Interval] = []
    at = 0.0
    for pause, speech in steps:
        turn.append((at + pause, at + pause + speech))
        at += pause + speech
    pieces = pieces_of(turn)
    assert [interval for piece in pieces for interval in piece] == turn
    assert len(pieces) == 1 or all(length(piece) >= PACK.shortest for piece in pieces)


def test_a_turn_is_cut_where_the_other_may_have_begun() -> None:
    turn = [(0.0, 2.0), (2.2, 3.0), (3.4, 5.0), (5.5, 5.7), (6.4, 8.0)]
    assert pieces_of(turn) == [[(0.0, 2.0), (2.2, 3.0)], [(3.4, 5.0), (5.5, 5.7)], [(6.4, 8.0)]]


def test_each_piece_is_heard_by_its_own_sound() -> None:
    """Two hums, and a silence, which is never heard."""
    heard: list[float] = []

    def embed(samples: np.ndarray) -> np.ndarray:
        heard.append(float(samples.max()))
        return np.array([1.0, 0.0] if heard[-1] < 0.15 else [0.0, 1.0], np.float32)

    sounds = [np.full(RATE, loud, np.float32) for loud in (0.1, 0.2, 0.1, 0.0)]
    found = voices_of(sounds, [1.0] * 4, embed)
    assert found is not None
    assert found[:3] == [0, 1, 0]
    assert heard == pytest.approx([0.1, 0.2, 0.1])


@pytest.fixture
def weightless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_weights", lambda name, folder: Weights("base", Path(), "0" * 64))


@pytest.mark.usefixtures("weightless")
def test_without_the_package_nothing_begins_and_the_sentence_names_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(speakers, "version", missing)
    assert plan(AsrSettings()).maker.params
    with pytest.raises(UsageError, match=r"install the group `mono`, or set asr\.mono_speakers to false"):
        plan(AsrSettings(mono_speakers=True))


@pytest.mark.usefixtures("weightless")
def test_only_who_guesses_hears_again_when_guessing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speakers, "version", lambda name: "1")
    off, on = AsrSettings(), AsrSettings(mono_speakers=True)
    before = plan(off).maker.params, plan(on).maker.params
    monkeypatch.setattr(speakers, "PARAMS", SpeakerParams(bridge=0.4))
    after = plan(off).maker.params, plan(on).maker.params
    assert before[0] != before[1]
    assert before[0] == after[0]
    assert before[1] != after[1]
