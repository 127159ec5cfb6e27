"""Runs a simulation day by day and puts its files in place. What happens on a day is in day.py."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from lingting.paths import Home
from simulator.centre import Agents, build_agents
from simulator.events.arrivals import Repeats
from simulator.events.codes import Leg
from simulator.events.day import TEXTS, Day, simulate_day
from simulator.events.dials import Dials
from simulator.fixtures import Fixture, catalogue, of_day
from simulator.landing import media, tables
from simulator.landing.files import Exports
from simulator.office import DOMAINS, Book, Today
from simulator.options import DAY_MS, Options, check, generator
from simulator.truth.conversations import Spoken, spoken
from simulator.truth.files import TruthFiles

_STAGING = ".simulate-"


@dataclass
class Summary:
    """What a simulation made. ``answered`` and ``abandoned`` count queue visits, tests included."""

    days: int
    agents: int
    contacts: int = 0
    legs: int = 0
    answered: int = 0
    abandoned: int = 0
    recordings: int = 0
    files: int = 0
    megabytes: float = 0.0
    seconds: float = 0.0


def simulate(options: Options, home: Home, done: Callable[[int], None] = lambda _: None) -> Summary:
    """Simulate all days and replace ``landing/simulator`` and ``truth`` of ``home`` by the result.

    Everything is written beside and renamed at the end, so a stopped run leaves the earlier files as they were.
    ``done`` is called with the number of finished days. Raises ``UsageError`` for impossible options.
    """
    check(options)
    began = time.perf_counter()
    home.root.mkdir(parents=True, exist_ok=True)
    for leftover in home.root.glob(f"{_STAGING}*"):
        if not _is_running(leftover):
            shutil.rmtree(leftover)
    staging = home.root / f"{_STAGING}{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        summary = _all_days(options, staging, done)
        _put_in_place(staging / "landing", home.landing / media.FOLDER, staging / "old-landing")
        _put_in_place(staging / "truth", home.truth, staging / "old-truth")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    summary.seconds = round(time.perf_counter() - began, 2)
    return summary


def _is_running(folder: Path) -> bool:
    """Whether the process that made this staging folder is still there."""
    return Path(f"/proc/{folder.name.removeprefix(_STAGING)}").exists()


def _put_in_place(made: Path, wanted: Path, aside: Path) -> None:
    if wanted.exists():
        wanted.rename(aside)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    made.rename(wanted)


def _all_days(options: Options, staging: Path, done: Callable[[int], None]) -> Summary:
    agents = build_agents(options)
    fixtures = catalogue() if options.recordings else []
    summary = Summary(options.days, agents.n)
    planned, dials = Repeats.none(), Dials.none()
    book = Book(options, agents)
    domains = [domain(options, agents, book) for domain in DOMAINS] if options.office else []
    with Exports(staging / "landing") as exports, TruthFiles(staging / "truth", options, agents) as truth:
        for index in range(options.days):
            day = simulate_day(options, agents, index, planned, of_day(fixtures, index, options.days), dials)
            dials = day.dials
            planned = planned.plus(day.later).from_time(day.midnight + DAY_MS)
            ids = tables.ids_of(day.records)
            made = media.recorded(day, ids, options.texts)
            said = _converse(options, day, ids, made, fixtures, staging / "landing")
            exports.finish()
            _export(day, ids, agents, made, said, fixtures, exports)
            truth.add(day, ids, said)
            today = Today(options, agents, day, ids, said)
            for domain in domains:
                domain.day(today)
            _count(day, made, summary)
            done(index + 1)
        exports.finish()
        for domain in domains:
            domain.finish()
        files, size = book.write(staging / "landing")
        truth.finish(day.midnight, book)
    media.copy_audio(fixtures, staging / "landing")
    summary.files, summary.megabytes = exports.files + files, round((exports.bytes + size) / 1e6, 1)
    return summary


def _converse(options: Options, day: Day, ids: tables.Ids, made: media.Recorded, fixtures: list[Fixture],
              folder: Path) -> Spoken:  # fmt: skip
    """Write the day's conversations, if texts are wanted, and gather what was said in texts and fixtures."""
    planted = None
    if options.texts:
        from simulator.conversations import write_texts

        path = folder / "texts" / media.texts_name(day)
        segments = media.text_segments(day, ids, made, fixtures)
        planted = write_texts(segments, path, generator(options.seed, day.records.day, TEXTS), options.spotless)
    return spoken(ids, made, day.records.legs.fixture, fixtures, planted)


def _export(day: Day, ids: tables.Ids, agents: Agents, made: media.Recorded, said: Spoken, fixtures: list[Fixture],
            exports: Exports) -> None:  # fmt: skip
    topics = tables.leg_topics(day.records, said.calls["leg"].to_numpy(dtype=np.int64), said.calls["topic"].tolist())
    parts = {
        "calls": tables.calls(day, ids, agents, topics),
        "ivr_steps": tables.menu_lines(day, ids),
        "agent_states": tables.agent_states(day, ids, agents),
        "surveys": tables.surveys(day, ids),
    }
    if len(made.rows):
        parts["recordings"] = media.recordings_table(day, ids, made, fixtures)
    if day.index == 0:
        parts["agents"] = _listed(tables.agents_list(agents, day.records.day), day)
        parts["queues"] = _listed(tables.queues_list(day.records.day), day)
    for source, (rows, moment) in parts.items():
        exports.add(source, day.index, rows, (moment - day.midnight) // DAY_MS)
    for source in dict.fromkeys([*parts, "recordings"]):
        exports.write(source, day.index, day.records.day, "jsonl" if source == "ivr_steps" else "csv")


def _listed(table: pa.Table, day: Day) -> tuple[pa.Table, np.ndarray]:
    return table, np.full(table.num_rows, day.midnight)


def _count(day: Day, made: media.Recorded, summary: Summary) -> None:
    legs = day.records.legs
    summary.contacts += len(day.records.contacts.start)
    summary.legs += len(legs.contact)
    summary.recordings += len(made.rows)
    in_queue = legs.queued >= 0
    summary.answered += int(((legs.outcome == Leg.ANSWERED) & in_queue).sum())
    summary.abandoned += int((legs.outcome == Leg.ABANDONED).sum())
