"""The recordings of a day: which leg has which medium, the list of them, and the media files themselves."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from simulator.centre import QUEUES
from simulator.events.codes import Direction, Leg
from simulator.events.day import Day
from simulator.fixtures import Fixture
from simulator.landing.tables import Ids
from simulator.landing.text import codes, moments, numbers, recording_ids

FOLDER = "simulator"


@dataclass
class Recorded:
    """The recorded legs of a day: their rows in LegRecords, the recording ids, and which carry a fixture."""

    rows: np.ndarray
    recording_id: pa.Array
    is_audio: np.ndarray


def recorded(day: Day, ids: Ids, texts: bool) -> Recorded:
    """Every answered inbound leg; without texts only those that carry a fixture."""
    legs = day.records.legs
    mask = (legs.outcome == Leg.ANSWERED) & (legs.direction == Direction.INBOUND)
    if not texts:
        mask &= legs.fixture >= 0
    rows = np.flatnonzero(mask)
    return Recorded(rows, recording_ids(ids.call.take(pa.array(rows))), legs.fixture[rows] >= 0)


def languages(day: Day, rows: np.ndarray, fixtures: Sequence[Fixture]) -> np.ndarray:
    """``zh`` or ``en`` of each leg; a fixture speaks its own language."""
    legs = day.records.legs
    english = day.records.contacts.is_english[legs.contact[rows]]
    if fixtures:
        spoken = np.array([f.language == "en" for f in fixtures])
        english = np.where(legs.fixture[rows] >= 0, spoken[legs.fixture[rows].clip(0)], english)
    return np.where(english, "en", "zh")


def recordings_table(day: Day, ids: Ids, made: Recorded, fixtures: Sequence[Fixture]) -> tuple[pa.Table, np.ndarray]:
    """(rows of the recordings list, the absolute ms that decides their day)."""
    legs, rows = day.records.legs, made.rows
    texts = f"{FOLDER}/texts/{texts_name(day)}"
    audio = pa.array([f"{FOLDER}/audio/{f.path.name}" for f in fixtures], type=pa.string())
    fixture = legs.fixture[rows]
    paths = pc.coalesce(audio.take(pa.array(fixture, mask=fixture < 0)), pa.scalar(texts)) if len(audio) else texts
    columns = {
        "录音号": made.recording_id,
        "话单号": ids.call.take(pa.array(rows)),
        "录音时间": moments(legs.answered[rows]),
        "介质": codes(made.is_audio.astype(np.int64), ["文本", "音频"]),
        "文件": paths if isinstance(paths, pa.Array) else pa.array([paths] * len(rows), type=pa.string()),
        "语种": pa.array(languages(day, rows, fixtures)),
        "时长毫秒": numbers(legs.talk[rows] + legs.hold[rows]),
    }
    return pa.table(columns), legs.answered[rows]


def texts_name(day: Day) -> str:
    return f"texts_{day.records.day.isoformat()}.jsonl.gz"


def text_segments(day: Day, ids: Ids, made: Recorded, fixtures: Sequence[Fixture]) -> pd.DataFrame:
    """What simulator.conversations needs to write a conversation for each leg without sound."""
    legs, rows = day.records.legs, made.rows[~made.is_audio]
    return pd.DataFrame(
        {
            "recording_id": made.recording_id.filter(pa.array(~made.is_audio)).to_pandas(),
            "call_id": ids.call.take(pa.array(rows)).to_pandas(),
            "queue_id": np.array([q.queue_id for q in QUEUES], dtype=object)[legs.queue[rows]],
            "language": languages(day, rows, fixtures),
            "is_resolved": legs.resolved[rows] == 1,
            "talk_seconds": legs.talk[rows] / 1000,
            "recorded_at": legs.answered[rows].astype("datetime64[ms]"),
        }
    )


def copy_audio(fixtures: Sequence[Fixture], folder: Path) -> None:
    """Put the recordings that calls refer to below the landing folder."""
    if not fixtures:
        return
    target = folder / "audio"
    target.mkdir(parents=True, exist_ok=True)
    for fixture in fixtures:
        shutil.copyfile(fixture.path, target / fixture.path.name)
