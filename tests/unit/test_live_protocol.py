"""AudioSocket as bytes, and samples as they arrive: however the network cuts them, the same comes out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_jobs.live.audiosocket import KNOWN, RATES, Frame, Frames, FrameTooLong, encoded
from asr_jobs.live.pcm import Stream, whole

LIMIT = 400
FRAMES = st.builds(Frame, st.integers(0, 255), st.binary(max_size=LIMIT))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


@given(st.lists(FRAMES, max_size=12), st.lists(st.integers(0, 10_000), max_size=20))
def test_any_cut_of_the_stream_gives_the_same_frames(frames: list[Frame], places: list[int]) -> None:
    reader = Frames(LIMIT)
    data = b"".join(encoded(frame) for frame in frames)
    assert [frame for piece in cut(data, places) for frame in reader.feed(piece)] == frames


@given(st.lists(FRAMES, max_size=4), st.integers(LIMIT + 1, 65_535), st.lists(st.integers(0, 5_000), max_size=8))
def test_a_frame_over_the_limit_is_refused_by_its_header_alone(
    before: list[Frame], size: int, places: list[int]
) -> None:
    reader = Frames(LIMIT)
    data = b"".join(encoded(frame) for frame in before) + b"\x10" + size.to_bytes(2, "big")
    seen: list[Frame] = []
    with pytest.raises(FrameTooLong, match=str(size)):
        for piece in cut(data, places):
            for frame in reader.feed(piece):
                seen.append(frame)
    assert seen == before


def test_the_header_is_kind_and_big_endian_length() -> None:
    assert encoded(Frame(0x00)) == b"\x00\x00\x00"
    assert encoded(Frame(0x10, bytes(320))) == b"\x10\x01\x40" + bytes(320)
    assert RATES[0x10] == 8_000
    assert RATES[0x12] == 16_000
    assert {0x00, 0x01, 0x03, 0xFF} <= KNOWN
    with pytest.raises(ValueError, match="65,535"):
        encoded(Frame(0x10, bytes(65_536)))


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
@given(places=st.lists(st.integers(0, 8_000), max_size=12))
def test_any_cut_between_samples_gives_the_same_sound(rate: int, places: list[int]) -> None:
    seconds = np.arange(4_000) / rate
    left, right = np.sin(2 * np.pi * 300 * seconds), np.cos(2 * np.pi * 500 * seconds)
    samples = (np.column_stack([left, right]) * 20_000).astype("<i2")
    pieces = [samples[start // 4 : end // 4] for start, end in edges(4 * len(samples), places)]
    at_once = Stream(rate, 2)(samples.tobytes())
    stream = Stream(rate, 2)
    parts = [stream(piece.tobytes()) for piece in pieces if len(piece)]
    for channel in (0, 1):
        joined = np.concatenate([part[channel] for part in parts])
        same = min(len(joined), len(at_once[channel]))
        assert same > 0.8 * len(samples) / rate * 16_000
        assert np.allclose(joined[:same], at_once[channel][:same], atol=1e-4)


def edges(size: int, places: list[int]) -> list[tuple[int, int]]:
    found = sorted({0, size, *(place * 4 % size for place in places)})
    return list(pairwise(found))


@given(st.binary(max_size=64), st.sampled_from([1, 2]))
def test_half_a_sample_is_cut_off(data: bytes, n_channels: int) -> None:
    kept = whole(data, n_channels)
    assert data.startswith(kept)
    assert len(kept) % (2 * n_channels) == 0
    assert len(data) - len(kept) < 2 * n_channels
