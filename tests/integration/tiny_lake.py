"""Builds a small lake by hand, row by row, for tests of the warehouse. Times are given as local time (Asia/Shanghai).

Expected numbers do not live here: each test states its own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from lingting.contracts import contract
from lingting.lake import ensure_schemas, write_partition

LOCAL = ZoneInfo("Asia/Shanghai")
_DAY_OF = {
    "calls": ("queued_at", "entered_at"),
    "agent_states": ("started_at",),
    "surveys": ("invited_at",),
    "agents": ("snapshot_date",),
    "queues": ("snapshot_date",),
}

Row = dict[str, Any]


def local(text: str) -> datetime:
    """A local time such as '2026-10-01 09:00:00' as UTC without a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(UTC).replace(tzinfo=None)


def day_of(source: str, row: Row) -> date:
    """The local day whose partition holds the row."""
    names = _DAY_OF.get(source, ("recorded_at",))
    moment = next(row[name] for name in names if row[name] is not None)
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=UTC).astimezone(LOCAL).date()
    assert isinstance(moment, date)
    return moment


class TinyLake:
    """Collects rows; ``write`` puts them into $LINGTING_HOME/lake, replacing the days they fall on."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def add(self, source: str, **values: Any) -> Row:
        """One row of a source; columns left out are null."""
        unknown = set(values) - set(contract(source).names)
        assert not unknown, f"{source} has no column {sorted(unknown)}"
        row = {name: values.get(name) for name in contract(source).names}
        self.rows[source].append(row)
        return row

    def agent(self, agent_id: str, team_id: str = "t1", snapshot: str = "2026-10-01", **more: Any) -> None:
        values = {"agent_name": agent_id.upper(), "team_name_zh": team_id, "team_name_en": team_id, "is_active": True}
        day = date.fromisoformat(snapshot)
        self.add("agents", agent_id=agent_id, team_id=team_id, snapshot_date=day, **{**values, **more})

    def queue(self, queue_id: str, within: float | None = None, short: float | None = None) -> None:
        self.add(
            "queues",
            queue_id=queue_id,
            snapshot_date=date(2026, 10, 1),
            name_zh=queue_id,
            name_en=queue_id,
            answer_within_seconds=within,
            short_abandon_seconds=short,
        )

    def _leg(self, call_id: str, at: str, outcome: str, wait: float, after: float, more: Row) -> None:
        queued = local(at)
        ended = queued + timedelta(seconds=wait + after)
        values: Row = {
            "contact_id": f"contact-{call_id}",
            "leg_no": 1,
            "direction": "inbound",
            "queue_id": "service",
            "entered_at": queued,
            "queued_at": queued,
            "ended_at": ended,
            "is_callback_promised": False,
            "is_test": False,
        }
        self.add("calls", call_id=call_id, outcome=outcome, **{**values, **more})

    def answered(
        self,
        call_id: str,
        at: str,
        agent: str = "a1",
        wait: float = 10,
        talk: float = 60,
        hold: float = 0,
        wrap: float = 0,
        **more: Any,
    ) -> None:
        """A leg that entered its queue ``at`` local time and was answered ``wait`` seconds later."""
        values: Row = {
            "agent_id": agent,
            "answered_at": local(at) + timedelta(seconds=wait),
            "talk_seconds": float(talk),
            "hold_seconds": float(hold),
            "wrap_seconds": float(wrap),
        }
        self._leg(call_id, at, "answered", wait, talk + hold, {**values, **more})

    def abandoned(self, call_id: str, at: str, wait: float = 30, **more: Any) -> None:
        self._leg(call_id, at, "abandoned", wait, 0, more)

    def flowout(self, call_id: str, at: str, kind: str = "voicemail", wait: float = 30, **more: Any) -> None:
        self._leg(call_id, at, "flowout", wait, 0, {"flowout_kind": kind, **more})

    def state(self, agent: str, state: str, at: str, seconds: float) -> None:
        start = local(at)
        self.add(
            "agent_states",
            state_id=f"{agent}-{at}-{state}",
            agent_id=agent,
            state=state,
            started_at=start,
            ended_at=start + timedelta(seconds=seconds),
        )

    def survey(self, call_id: str, question: str, answer: int | None, at: str, wave: int = 1, **more: Any) -> None:
        """An invitation at ``at`` that was answered one minute later, unless ``answer`` is None."""
        values: Row = {
            "survey_id": f"{call_id}-{question}-{wave}",
            "contact_id": f"contact-{call_id}",
            "channel": "ivr" if wave == 1 else "sms",
            "answered_at": None if answer is None else local(at) + timedelta(minutes=1),
        }
        fixed: Row = {"call_id": call_id, "question": question, "answer": answer, "wave": wave, "invited_at": local(at)}
        self.add("surveys", **{**values, **fixed, **more})

    def recording(self, call_id: str, at: str, status: str | None = "ok", **more: Any) -> None:
        """A recording of a leg and, unless ``status`` is None, its transcript."""
        moment = local(at)
        common: Row = {"recording_id": f"r-{call_id}", "call_id": call_id, "recorded_at": moment, "language": "zh"}
        media: Row = {"media_kind": "text", "media_path": "simulator/texts/t.jsonl.gz", "duration_seconds": 60.0}
        self.add("recordings", **{**common, **media})
        if status is None:
            return
        how = dict.fromkeys(("engine_version", "model_name", "device", "compute_type", "params_hash"), "test")
        proof: Row = {
            "pipeline_version": "1",
            "idempotency_key": call_id,
            "dropped_reasons": "{}",
            "masked_kinds": "{}",
        }
        counts: Row = {"n_turns": 0, "n_dropped": 0, "n_masked": 0, "engine": "simulated", "speaker_source": "text"}
        self.add("transcripts", **{**common, **how, **proof, **counts, "status": status, **more})

    def finding(self, call_id: str, at: str, rule: str, outcome: str, hit_no: int = 0, **more: Any) -> None:
        kind = {"complaint": "risk", "soothing": "soothing", "forbidden_words": "forbidden"}.get(rule, "must_say")
        self.add(
            "inspections",
            inspection_id=f"{call_id}-{rule}-{hit_no}",
            recording_id=f"r-{call_id}",
            call_id=call_id,
            recorded_at=local(at),
            rule_id=rule,
            rule_version="1",
            rule_kind=kind,
            is_mandatory=kind == "must_say",
            outcome=outcome,
            hit_no=hit_no,
            **more,
        )

    def turn(self, call_id: str, at: str, turn_no: int, speaker: str = "agent", text: str = "您好") -> None:
        self.add(
            "turns",
            turn_id=f"r-{call_id}-{turn_no}",
            recording_id=f"r-{call_id}",
            call_id=call_id,
            recorded_at=local(at),
            turn_no=turn_no,
            speaker=speaker,
            start_seconds=turn_no * 2.0,
            end_seconds=turn_no * 2.0 + 1.5,
            text_masked=text,
        )

    def write(self) -> None:
        """Write the partitions of all days."""
        ensure_schemas()
        for source in _DAY_OF.keys() | {"recordings", "transcripts", "turns", "inspections"}:
            by_day: dict[date, list[Row]] = defaultdict(list)
            for row in self.rows[source]:
                by_day[day_of(source, row)].append(row)
            for day, rows in by_day.items():
                write_partition(source, day, pa.Table.from_pylist(rows, schema=contract(source).arrow_schema))


def two_teams() -> TinyLake:
    """A lake with two queues and three agents in two teams, and no call yet."""
    lake = TinyLake()
    for agent_id, team_id in (("a1", "t1"), ("a2", "t1"), ("a3", "t2")):
        lake.agent(agent_id, team_id)
    lake.queue("service")
    lake.queue("sales", within=10, short=3)
    lake.queue("complaint")
    return lake
