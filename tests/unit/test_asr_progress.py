"""Progress is told by seconds of sound: a line a minute, with the time that is left."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from asr_jobs.progress import Minutes


def test_a_log_line_a_minute_tells_share_pace_and_time_left(caplog: pytest.LogCaptureFixture) -> None:
    now: Iterator[float] = iter([0.0, 30.0, 60.0, 90.0, 130.0])
    show = Minutes("2026-10-01", lambda: next(now))
    with caplog.at_level(logging.INFO, "asr_jobs.progress"):
        for done in (600.0, 900.0, 1200.0, 1500.0, 1900.0):  # 600 s were done before: they are no pace
            show(done, 3600.0)
    assert [record.message for record in caplog.records] == [
        "2026-10-01: 33 % of 1:00:00 of sound heard, 0:04:00 left at 10.0 times real time",
        "2026-10-01: 53 % of 1:00:00 of sound heard, 0:02:50 left at 10.0 times real time",
    ]


def test_a_day_without_pace_or_without_sound_does_not_divide_by_zero(caplog: pytest.LogCaptureFixture) -> None:
    now = iter([0.0, 61.0, 0.0, 61.0])
    with caplog.at_level(logging.INFO, "asr_jobs.progress"):
        for total in (3600.0, 0.0):
            show = Minutes("d", lambda: next(now))
            show(0.0, total)
            show(0.0, total)
    assert [record.message for record in caplog.records] == [
        "d: 0 % of 1:00:00 of sound heard, no pace yet",
        "d: 100 % of 0:00:00 of sound heard, no pace yet",
    ]
