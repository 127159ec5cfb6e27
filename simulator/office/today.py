"""One simulated day as the domains of the office see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from simulator.centre import QUEUES, Agents
from simulator.events.codes import Direction, Leg
from simulator.events.day import Day
from simulator.landing.tables import Ids
from simulator.landing.text import caller_numbers, codes
from simulator.options import Options, generator
from simulator.truth.conversations import Spoken

_OUTCOMES = {int(Leg.ANSWERED): "answered", int(Leg.ABANDONED): "abandoned", int(Leg.FLOWOUT): "flowout",
             int(Leg.OPEN): "open", int(Leg.IVR_EXIT): "ivr_exit", int(Leg.NO_ANSWER): "no_answer"}  # fmt: skip


@dataclass(frozen=True)
class Today:
    """``said``: what was planted in the conversations of the day (calls with a text or a sound only)."""

    options: Options
    agents: Agents
    record: Day
    ids: Ids
    said: Spoken

    @property
    def date(self) -> date:
        return self.record.records.day

    @property
    def index(self) -> int:
        """0 for the first simulated day."""
        return self.record.index

    @property
    def midnight(self) -> np.datetime64:
        """Local wall-clock time at which the day starts."""
        return np.datetime64(self.record.midnight, "ms")

    def random(self, stream: int) -> np.random.Generator:
        """Random numbers of one purpose on this day. Streams 0-99 belong to events/; a domain names its own hundred."""
        return generator(self.options.seed, self.date, stream)

    @cached_property
    def calls(self) -> pd.DataFrame:
        """One row a leg, index = row in LegRecords: call_id, contact_id, leg_no, direction, queue_id, agent_id,
        caller_number, is_withheld, is_test, entered_at, queued_at, answered_at, ended_at (local wall clock, NaT where
        there is none), talk_seconds, outcome, is_segment (an inbound leg that an agent answered, no test),
        is_resolved (the truth)."""
        legs, contacts = self.record.records.legs, self.record.records.contacts
        inbound = legs.direction == Direction.INBOUND
        is_test = contacts.is_test[legs.contact]
        return pd.DataFrame(
            {
                "call_id": _text(self.ids.call),
                "contact_id": _text(self.ids.contact_of_leg),
                "leg_no": legs.leg_no,
                "direction": np.where(inbound, "inbound", "outbound"),
                "queue_id": _text(codes(legs.queue, [q.queue_id for q in QUEUES])),
                "agent_id": _text(codes(legs.agent, self.agents.ids.tolist())),
                "caller_number": _text(caller_numbers(contacts.customer))[legs.contact],
                "is_withheld": contacts.is_withheld[legs.contact],
                "is_test": is_test,
                **{f"{name}_at": _moment(getattr(legs, name)) for name in ("entered", "queued", "answered", "ended")},
                "talk_seconds": np.where(legs.talk >= 0, legs.talk / 1000, np.nan),
                "outcome": pd.Series(legs.outcome).map(_OUTCOMES),
                "is_segment": inbound & ~is_test & (legs.queued >= 0) & (legs.outcome == Leg.ANSWERED),
                "is_resolved": legs.resolved == 1,
            }
        )


def _text(values: pa.Array) -> np.ndarray:
    return np.asarray(values.to_numpy(zero_copy_only=False))


def _moment(wall_ms: np.ndarray) -> np.ndarray:
    moments = wall_ms.astype("datetime64[ms]")
    moments[wall_ms < 0] = np.datetime64("NaT")
    return moments
