"""Recordings are decoded channel by channel, and a damaged one is told from a whole one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from asr_jobs.audio import RATE, Unreadable, decode
from tests.fixtures.sound_files import tone, write_opus, write_wav


def test_channels_stay_apart(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", [tone(2.0, 440), np.zeros(16000)])
    sound = decode(path)
    assert sound.format.n_channels == 2
    assert sound.format.duration == pytest.approx(2.0, abs=0.05)
    assert [round(float(np.abs(channel).max()), 1) for channel in sound.channels] == [0.5, 0.0]
    assert all(channel.dtype == np.float32 for channel in sound.channels)
    assert abs(len(sound.channels[0]) - 2 * RATE) < 0.05 * RATE


def test_a_whole_recording_has_lost_nothing(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", [tone(3.0, 300)])
    assert decode(path).format.lost() is None
    assert decode(path).format.lost(telephone_seconds=4.0) is None  # the switch counts whole seconds and the ringing
    assert decode(path).format.lost(telephone_seconds=30.0) == "TRUNCATED"


def test_an_opus_file_without_its_end_is_cut_off(tmp_path: Path) -> None:
    whole = write_opus(tmp_path / "a.opus", [tone(20.0, 300, 48000), tone(20.0, 500, 48000)])
    assert decode(whole).format.lost() is None
    content = whole.read_bytes()
    cut = tmp_path / "cut.opus"
    cut.write_bytes(content[: len(content) // 2])
    assert decode(cut).format.duration < 15
    assert decode(cut).format.lost() == "TRUNCATED"
    assert decode(cut).format.lost(telephone_seconds=20.0) == "TRUNCATED"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "EMPTY"), (b"not sound at all" * 400, "UNREADABLE"), (None, "MISSING")]
)
def test_what_holds_no_sound_has_a_code(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "x.opus"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Unreadable) as problem:
        decode(path)
    assert problem.value.code == code


def test_more_than_two_channels_are_refused_by_name(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "six.wav", [tone(0.5, 200)] * 6)
    with pytest.raises(Unreadable) as problem:
        decode(path)
    assert problem.value.code == "TOO_MANY_CHANNELS"
