"""Writes what was planted: calls, customers, clauses, spoken numbers, KPIs and the checklist, as Parquet below truth/.

Times are UTC.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.centre import QUEUES, Agents
from simulator.events.arrivals import speaks_english, withheld
from simulator.events.day import Day
from simulator.landing.tables import Ids
from simulator.landing.text import caller_numbers, codes, contact_ids
from simulator.options import DAY_MS, Options
from simulator.truth import checklist
from simulator.truth.conversations import Spoken, add_conversations
from simulator.truth.kpis import add_day, facts_of
from simulator.truth.later import Later
from simulator.truth.ledger import Ledger
from simulator.truth.operations import add_operations
from simulator.truth.repeats import Visitors

if TYPE_CHECKING:
    from simulator.office import Book

OUTCOMES = ["", "", "answered", "abandoned", "flowout", "open", "ivr_exit", "no_answer"]
FLOWS = [None, None, "overflow", "voicemail", "callback", "ivr", None]
_CLAUSES = pa.schema(
    [(name, pa.string()) for name in ("recording_id", "call_id", "rule_id")]
    + [("is_applicable", pa.bool_()), ("is_present", pa.bool_()), ("media_kind", pa.string()), ("status", pa.string())]
)
_KPIS = pa.schema(
    [
        ("grain", pa.string()),
        ("period_start", pa.date32()),
        ("scope", pa.string()),
        ("scope_id", pa.string()),
        ("kpi_id", pa.string()),
        ("formula_id", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("n_open", pa.int64()),
    ]
)
_PII = pa.schema([(name, pa.string()) for name in ("recording_id", "call_id", "kind", "digits", "spoken")])


class TruthFiles:
    """Collects the truth day by day; ``finish`` writes what needs all days. Use as a context manager."""

    def __init__(self, folder: Path, options: Options, agents: Agents) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._options, self._agents = folder, options, agents
        self._ledger = Ledger(options.days, agents)
        self._visitors, self._later = Visitors(), Later()
        self._customers: list[np.ndarray] = []
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, day: Day, ids: Ids, said: Spoken) -> None:
        """Count one day and write its rows. Surveys that are sent after the last day are not in the records."""
        facts = facts_of(day)
        end = day.midnight + (self._options.days - day.index) * DAY_MS
        add_day(self._ledger, day, facts, end)
        add_operations(self._ledger, day, facts)
        add_conversations(self._ledger, facts, said)
        self._visitors.add(day, facts)
        self._later.add(day, facts)
        self._customers.append(day.records.contacts.customer)
        self._write("calls", self._calls(day, ids, said))
        self._write("clauses", pa.Table.from_pandas(said.clauses, schema=_CLAUSES, preserve_index=False))
        self._write("pii", pa.Table.from_pandas(said.pii, schema=_PII, preserve_index=False))

    def __enter__(self) -> TruthFiles:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def finish(self, last_midnight: int, book: Book) -> None:
        """Settle the repeats and write KPIs, checklist and customers. ``last_midnight`` starts the last day; ``book``
        holds what was planted around the calls."""
        self._visitors.settle(self._ledger, last_midnight + DAY_MS)
        self._later.settle(self._ledger, last_midnight + DAY_MS)
        kpis = self._ledger.table([self._options.day(index) for index in range(self._options.days)])
        more = book.kpis()
        for table in (kpis, more):
            self._write("kpis", pa.Table.from_pandas(table, schema=_KPIS, preserve_index=False))
        cases = {formula: book.cases(*formula) for formula in checklist.means()}
        self._write("checklist", checklist.checklist(pd.concat([kpis, more]), cases, book.labels))
        customer, n = np.unique(np.concatenate(self._customers), return_counts=True)
        self._write(
            "customers",
            pa.table(
                {
                    "caller_number": caller_numbers(customer),
                    "language": np.where(speaks_english(customer), "en", "zh"),
                    "is_withheld": withheld(customer),
                    "n_contacts": n,
                }
            ),
        )

    def _write(self, name: str, table: pa.Table) -> None:
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._folder / f"{name}.parquet", table.schema, compression="zstd")
        self._writers[name].write_table(table)

    def _calls(self, day: Day, ids: Ids, said: Spoken) -> pa.Table:
        legs, contacts = day.records.legs, day.records.contacts
        queues = [q.queue_id for q in QUEUES]
        team = np.where(legs.agent >= 0, self._agents.team[legs.agent.clip(0)], -1)
        caller = contacts.customer[legs.contact]
        columns = {
            "call_id": ids.call,
            "contact_id": ids.contact_of_leg,
            "leg_no": pa.array(legs.leg_no),
            "direction": codes(legs.direction, ["inbound", "outbound"]),
            "queue_id": codes(legs.queue, queues),
            "agent_id": codes(legs.agent, self._agents.ids.tolist()),
            "team_id": codes(team, self._agents.team_ids.tolist()),
            "caller_number": caller_numbers(caller),
            "is_withheld": contacts.is_withheld[legs.contact],
            "is_test": contacts.is_test[legs.contact],
            **{
                f"{name}_at": self._utc(getattr(legs, name))
                for name in ("entered", "requested", "queued", "answered", "ended")
            },
            **{f"{name}_ms": _or_null(getattr(legs, name)) for name in ("ring", "talk", "hold", "wrap")},
            "outcome": codes(legs.outcome, OUTCOMES),
            "flowout_kind": codes(legs.flow, FLOWS),
            "transfer_kind": codes(legs.transfer, ["cold", "warm", "external", "ivr"]),
            "transfer_to_queue_id": codes(legs.transfer_to, queues),
            "is_callback_promised": _flag(legs.promised),
            "is_resolved": _flag(legs.mark),
            "is_resolved_truth": _flag(legs.resolved),
            "is_contact_resolved_truth": contacts.is_resolved[legs.contact],
            "repeat_of_contact_id": contact_ids(contacts.parent).take(pa.array(legs.contact)),
            "is_planted_wait": legs.is_planted_wait,
            "is_planted_wrap": legs.is_planted_wrap,
            **_spoken_columns(said, len(legs.contact)),
        }
        return pa.table(columns)

    def _utc(self, wall_ms: np.ndarray) -> pa.Array:
        moments = (wall_ms - self._options.utc_offset_ms).astype("datetime64[ms]")
        return pa.array(moments, mask=wall_ms < 0).cast(pa.timestamp("us"))


def _or_null(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int64), mask=values < 0)


def _flag(values: np.ndarray) -> pa.Array:
    return pa.array(values == 1, mask=values < 0)


def _spoken_columns(said: Spoken, n: int) -> dict[str, pa.Array]:
    """recording_id, media_kind, transcript_status, emotion, pii_kinds and topic by leg; null without a recording."""
    names = {"recording_id": "recording_id", "media_kind": "media_kind", "status": "transcript_status",
             "emotion": "emotion", "topic": "topic_truth"}  # fmt: skip
    leg = said.calls["leg"].to_numpy(dtype=np.int64)
    where = np.full(n, -1, dtype=np.int64)
    where[leg] = np.arange(len(leg))
    take = pa.array(where, mask=where < 0)
    columns = {new: pa.array(said.calls[old].tolist(), pa.string()).take(take) for old, new in names.items()}
    columns["pii_kinds"] = pa.array(said.calls["pii_kinds"].tolist(), pa.list_(pa.string())).take(take)
    return columns
