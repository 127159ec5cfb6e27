"""Writes big lakes of every source for benchmarks/warehouse.py: four simulated weeks, repeated over the history.

The simulator and the loader make the four weeks; each repetition is shifted in time, and what happened in it gets ids
of its own, while agents, queues, accounts and customers stay who they are. What was said is drawn in SQL for a share of
the calls, because the simulator writes conversations for all of them.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb

from lingting.contracts import all_contracts, contract
from lingting.contracts.model import Column, ColumnType
from lingting.lake import days_of, ensure_schemas
from lingting.loading import landing_files, load_file
from lingting.paths import Home, home
from simulator.options import Options, check
from simulator.run import simulate

FIRST_DAY = date(2024, 1, 1)  # a Monday
WEEKS = 4
TILE_DAYS = 7 * WEEKS

# Sources whose rows tell of things that last: told once, before or in the first four weeks.
LASTING_SOURCES = {
    "agents",
    "appraisal_schemes",
    "grants",
    "hr_events",
    "kb_articles",
    "process_versions",
    "queues",
    "scorecards",
}
# Ids of what lasts; every other id names something that happened.
LASTING_IDS = re.compile(
    r"(.*_)?(agent|queue|team|employee|account|system|article|evaluator|annotator(_\d)?|author|owner|by|mentor|department"
    r"|kpi|formula|rule|scope|process|key|log)_id"
)

# Speech: SQL over the legs of one day that were recorded (call_id, began), and h('salt'), a number drawn for each row.
_SPOKEN = {"recording_id": "'R-' || call_id", "call_id": "call_id", "recorded_at": "began"}
_RULES = (
    "case i when 0 then 'greeting' when 1 then 'identity' when 2 then 'restatement' when 3 then 'closing'"
    " else 'complaint' end"
)
_ANSWER = ("soothed", "uninterrupted", "rate_in_band", "solution_offered", "emotion_no_worse")
_SPEECH: dict[str, tuple[int, dict[str, str]]] = {
    "recordings": (
        1,
        {
            **_SPOKEN,
            "media_kind": "'text'",
            "media_path": "'x'",
            "language": "'zh'",
            "duration_seconds": "90.0",
        },
    ),
    "recording_objects": (
        1,
        {
            **_SPOKEN,
            "object_step_id": "'O-' || call_id",
            "step": "'stored'",
            "happened_at": "began + interval 5 minute",
            "encryption": "'AES-256'",
            "key_id": "'K1'",
            "retention_class": "'service'",
            "retain_until_date": "cast(began as date) + 730",
            "size_bytes": "700000",
            "notice": "'played'",
            "consent": "'granted'",
        },
    ),
    "transcripts": (
        1,
        {
            **_SPOKEN,
            **dict.fromkeys(
                ("engine_version", "model_name", "device", "compute_type", "params_hash", "pipeline_version"), "'x'"
            ),
            **dict.fromkeys(("dropped_reasons", "masked_kinds"), "'{}'"),
            **dict.fromkeys(("n_dropped", "n_masked"), "0"),
            "status": "'ok'",
            "language": "'zh'",
            "engine": "'simulated'",
            "idempotency_key": "'R-' || call_id",
            "speaker_source": "'text'",
            "n_turns": "8",
        },
    ),
    "inspections": (
        5,
        {
            **_SPOKEN,
            "inspection_id": "'I-' || call_id || '-' || i",
            "rule_id": _RULES,
            "rule_version": "'1'",
            "rule_kind": "case when i = 4 then 'risk' else 'must_say' end",
            "is_mandatory": "i < 4",
            "outcome": "case when h('hit') % 100 < 95 then 'hit' else 'miss' end",
            "hit_no": "case when h('hit') % 100 < 95 then 1 else 0 end",
        },
    ),
    "turns": (
        8,
        {
            **_SPOKEN,
            "turn_id": "'T-' || call_id || '-' || i",
            "turn_no": "1 + i",
            "speaker": "case i % 2 when 0 then 'agent' else 'customer' end",
            "start_seconds": "10.0 * i",
            "end_seconds": "10.0 * i + 9",
            "text_masked": "'您好，请问有什么可以帮您 ' || h('text')",
        },
    ),
    "emotions": (
        4,
        {
            **_SPOKEN,
            "emotion_id": "'T-' || call_id || '-' || (2 * i + 1) || '/1'",
            "turn_id": "'T-' || call_id || '-' || (2 * i + 1)",
            "turn_no": "2 + 2 * i",
            "emotion": "case when h('felt') % 100 < 12 then 'anger' else 'neutral' end",
            "score_ratio": "0.9",
            "model_version": "'1'",
        },
    ),
    "emotion_episodes": (
        1,
        {
            **_SPOKEN,
            "episode_id": "'T-' || call_id || '-1'",
            "turn_no": "2",
            "emotion": "'anger'",
            **{f"is_{name}": f"h('{name}') % 100 < 80" for name in _ANSWER},
            "model_version": "'1'",
        },
    ),
}


def write_template(folder: Path, calls_a_day: int, speech_share: float) -> Home:
    """Simulate and load the four weeks into a home of their own; ``speech_share`` of the answered legs get speech."""
    os.environ["LINGTING_HOME"] = str(folder)
    asked = Options(FIRST_DAY, TILE_DAYS, calls_a_day, recordings=False, texts=False)
    simulate(check(asked), home(), lambda _: None)
    ensure_schemas()
    for found in landing_files():
        load_file(found.source, found.path, found.mapping)
    with duckdb.connect() as connection:
        for day in days_of("calls"):
            for source in _SPEECH:
                _write_speech(connection, source, day, speech_share)
    return home()


def write_days(template: Home, first: int, days: int) -> int:
    """Write days from number ``first`` on into $LINGTING_HOME; gives the rows. Day 0 brings what lasts with it."""
    ensure_schemas()
    for number in range(first, first + days):
        _copy_counts(template, number)
    with duckdb.connect(config={"threads": 1}) as connection:  # more threads would write more files a day
        connection.execute("set enable_progress_bar = false")
        return sum(
            _write_tile(connection, template, source, tile, max(first, tile * TILE_DAYS), first + days)
            for source in all_contracts()
            for tile in range(first // TILE_DAYS, (first + days - 1) // TILE_DAYS + 1)
        )


def _copy_counts(template: Home, number: int) -> None:
    """What the loader counted on the same day of the template; when that was loaded stays as it is."""
    told = template.load_counts / f"dt={FIRST_DAY + timedelta(days=number % TILE_DAYS)}"
    shutil.copytree(told, home().load_counts / f"dt={FIRST_DAY + timedelta(days=number)}", dirs_exist_ok=True)


def _write_tile(
    connection: duckdb.DuckDBPyConnection, template: Home, source: str, tile: int, first: int, end: int
) -> int:
    """Days ``first`` <= day < ``end`` of one repetition of the four weeks; with day 0 also what lies before it."""
    if tile and source in LASTING_SOURCES:
        return 0
    declared, days_later = contract(source), tile * TILE_DAYS
    columns = ", ".join(f"{_moved(column, tile, days_later)} as {column.name}" for column in declared.columns)
    lowest = FIRST_DAY + timedelta(days=first - days_later) if first else date.min
    highest = FIRST_DAY + timedelta(days=min(end - days_later, TILE_DAYS) - 1)
    if source in LASTING_SOURCES:
        highest = date.max
    files = f"{template.source(source)}/dt=*/part-0.parquet"
    rows = f"""
        select {columns}, cast(dt as date) + {days_later} as dt
        from read_parquet('{files}', hive_partitioning = true)
        where cast(dt as date) between '{lowest}' and '{highest}' and dt <> '1970-01-01'
    """
    found = connection.execute(
        f"copy ({rows}) to '{home().source(source)}' (format parquet, compression zstd, partition_by (dt),"
        " filename_pattern 'part-{i}', overwrite_or_ignore)"
    ).fetchone()
    return int(found[0]) if found else 0


def _moved(column: Column, tile: int, days_later: int) -> str:
    if tile and column.type in (ColumnType.DATE, ColumnType.TIMESTAMP):
        return f"cast({column.name} + interval {days_later} day as {column.type.duckdb})"
    if tile and column.name.endswith("_id") and not LASTING_IDS.fullmatch(column.name):
        return f"{column.name} || '-{tile}'"
    return column.name


def _write_speech(connection: duckdb.DuckDBPyConnection, source: str, day: date, share: float) -> None:
    rows_a_leg, given = _SPEECH[source]
    columns = ", ".join(
        f"cast({_drawn(given.get(c.name, 'null'))} as {c.type.duckdb}) as {c.name}" for c in contract(source).columns
    )
    legs = f"""
        select call_id, answered_at as began from read_parquet('{home().partition_file("calls", day)}')
        where answered_at is not null and hash(call_id, 'recorded') % 10000 < {round(share * 10_000)}
    """
    path = home().partition_file(source, day)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select {columns} from ({legs}) cross join range({rows_a_leg}) as each_leg(i)) to '{path}'"
        " (format parquet, compression zstd)"
    )


def _drawn(expression: str) -> str:
    return re.sub(r"\bh\(('\w+')\)", r"cast(hash(call_id, i, \1) % 1000000 as bigint)", expression)
