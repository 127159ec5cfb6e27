"""Writes a big lake directly and deterministically with DuckDB, day by day, for benchmarks/warehouse.py.

The rows only have the right shape and plausible shares; meaning and truth are the simulator's business.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import duckdb

from lingting.contracts import contract
from lingting.lake import ensure_schemas
from lingting.paths import home

FIRST_DAY = date(2024, 1, 1)
AGENTS = 120
QUEUES = ("service", "sales", "complaint")

# SQL over i (row of the day), d (day as text), midnight (local midnight as UTC) and h('salt'), a number drawn per row.
_DRAW = r"cast(hash(i, d, \1) % 1000000 as bigint)"
_QUEUED = "midnight + to_microseconds(cast(i * 86390e6 / {rows} as bigint)) + interval 5 second"
_WAIT = "(2 + h('wait') % 40)"

_CALLS = {
    "call_id": "'C' || d || '-' || i",
    "contact_id": "'K' || d || '-' || i",
    "leg_no": "1",
    "direction": "'inbound'",
    "queue_id": "case h('queue') % 3 when 0 then 'service' when 1 then 'sales' else 'complaint' end",
    "agent_id": f"case when h('end') % 100 < 92 then 'A' || (h('agent') % {AGENTS}) end",
    "customer_key": "case when h('hidden') % 100 >= 3 then sha256('c' || (hash(i, d, 'customer') % {customers})) end",
    "entered_at": "{queued} - interval 30 second",
    "requested_at": "{queued} - interval 2 second",
    "queued_at": "{queued}",
    "answered_at": f"case when h('end') % 100 < 92 then {{queued}} + to_seconds({_WAIT}) end",
    "ended_at": f"{{queued}} + to_seconds({_WAIT} + 60 + h('talk') % 240)",
    "ring_seconds": "3.0",
    "talk_seconds": "60.0 + h('talk') % 240",
    "hold_seconds": "0.0",
    "wrap_seconds": "h('wrap') % 60",
    "outcome": "case when h('end') % 100 < 92 then 'answered'"
    " when h('end') % 100 < 97 then 'abandoned' else 'flowout' end",
    "flowout_kind": "case when h('end') % 100 >= 97 then 'voicemail' end",
    "transfer_kind": "case when h('end') % 100 < 7 then 'warm' end",
    "is_callback_promised": "h('promise') % 100 < 3",
    "is_test": "h('test') % 1000 < 5",
    "topic": "'topic ' || (h('topic') % 20)",
    "is_resolved": "h('resolved') % 100 < 88",
}
_STATES = {
    "state_id": "'S' || d || '-' || i",
    "agent_id": f"'A' || (i % {AGENTS})",
    "state": "case i % 4 when 0 then 'talk' when 1 then 'wrap' when 2 then 'available' else 'break' end",
    "started_at": "{queued}",
    "ended_at": "{queued} + to_seconds(30 + h('state') % 300)",
}
_SURVEYS = {
    "survey_id": "'Q' || d || '-' || i",
    "contact_id": "'K' || d || '-' || (i * 10)",
    "call_id": "'C' || d || '-' || (i * 10)",
    "question": "'csat'",
    "answer": "1 + h('answer') % 5",
    "channel": "'ivr'",
    "wave": "1",
    "invited_at": "{queued}",
    "answered_at": "{queued} + interval 60 second",
}
_SPOKEN = {"recording_id": "'R' || d || '-' || i", "call_id": "'C' || d || '-' || i", "recorded_at": "{queued}"}
_RECORDINGS = {**_SPOKEN, "media_kind": "'text'", "media_path": "'x'", "language": "'zh'", "duration_seconds": "90.0"}
_TRANSCRIPTS = {
    **_SPOKEN,
    **dict.fromkeys(
        ("engine_version", "model_name", "device", "compute_type", "params_hash", "pipeline_version"), "'x'"
    ),
    **dict.fromkeys(("dropped_reasons", "masked_kinds"), "'{{}}'"),
    **dict.fromkeys(("n_dropped", "n_masked"), "0"),
    "status": "'ok'",
    "language": "'zh'",
    "engine": "'simulated'",
    "idempotency_key": "'R' || d || '-' || i",
    "speaker_source": "'text'",
    "n_turns": "8",
}
_RULES = (
    "case i % 5 when 0 then 'greeting' when 1 then 'identity' when 2 then 'restatement'"
    " when 3 then 'closing' else 'complaint' end"
)
_INSPECTIONS = {
    "inspection_id": "'I' || d || '-' || i",
    "recording_id": "'R' || d || '-' || (i // 5)",
    "call_id": "'C' || d || '-' || (i // 5)",
    "recorded_at": "{queued}",
    "rule_id": _RULES,
    "rule_version": "'1'",
    "rule_kind": "case when i % 5 = 4 then 'risk' else 'must_say' end",
    "is_mandatory": "i % 5 < 4",
    "outcome": "case when h('hit') % 100 < 95 then 'hit' else 'miss' end",
    "hit_no": "case when h('hit') % 100 < 95 then 1 else 0 end",
}
_TURNS = {
    "turn_id": "'T' || d || '-' || i",
    "recording_id": "'R' || d || '-' || (i // 8)",
    "call_id": "'C' || d || '-' || (i // 8)",
    "recorded_at": "{queued}",
    "turn_no": "1 + i % 8",
    "speaker": "case i % 2 when 0 then 'agent' else 'customer' end",
    "start_seconds": "10.0 * (i % 8)",
    "end_seconds": "10.0 * (i % 8) + 9",
    "text_masked": "'您好，请问有什么可以帮您 ' || i",
}


def write_lists() -> None:
    """The agents and queues, once, and the empty schema partitions of all sources."""
    ensure_schemas()
    with duckdb.connect() as connection:
        agents = {
            "agent_id": "'A' || i",
            "snapshot_date": "cast(d as date)",
            "agent_name": "'Agent ' || i",
            **dict.fromkeys(("team_id", "team_name_zh", "team_name_en"), "'T' || (i % 8)"),
            "is_active": "true",
        }
        names = "case i when 0 then 'service' when 1 then 'sales' else 'complaint' end"
        queues = {**dict.fromkeys(("queue_id", "name_zh", "name_en"), names), "snapshot_date": "cast(d as date)"}
        _write(connection, "agents", agents, FIRST_DAY, AGENTS, 1)
        _write(connection, "queues", queues, FIRST_DAY, len(QUEUES), 1)


def write_days(first: int, days: int, calls_a_day: int, speech_share: float) -> int:
    """Write ``days`` days from day number ``first``; gives the rows. Speech covers the first calls of a day."""
    spoken = int(calls_a_day * speech_share)
    plan = [
        ("calls", _CALLS, calls_a_day),
        ("agent_states", _STATES, calls_a_day * 2),
        ("surveys", _SURVEYS, calls_a_day // 10),
        ("recordings", _RECORDINGS, spoken),
        ("transcripts", _TRANSCRIPTS, spoken),
        ("inspections", _INSPECTIONS, spoken * 5),
        ("turns", _TURNS, spoken * 8),
    ]
    with duckdb.connect() as connection:
        for number in range(first, first + days):
            for source, columns, rows in plan:
                _write(connection, source, columns, FIRST_DAY + timedelta(days=number), rows, calls_a_day * 20)
    return days * sum(rows for _, _, rows in plan)


def _write(
    connection: duckdb.DuckDBPyConnection, source: str, given: dict[str, str], day: date, rows: int, customers: int
) -> None:
    queued = f"({_QUEUED.format(rows=max(rows, 1))})"
    columns = ", ".join(
        f"cast({_drawn(given.get(c.name, 'null'), queued, customers)} as {c.type.duckdb}) as {c.name}"
        for c in contract(source).columns
    )
    origin = f"(select range as i, '{day}' as d, timestamp '{day}' - interval 8 hour as midnight from range({rows}))"
    path = home().partition_file(source, day)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy (select {columns} from {origin}) to '{path}' (format parquet, compression zstd)")


def _drawn(expression: str, queued: str, customers: int) -> str:
    return re.sub(r"\bh\(('\w+')\)", _DRAW, expression).format(queued=queued, customers=customers)
