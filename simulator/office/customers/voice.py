"""What the telephone contributes: the contacts of a day, and a sample that leads to tickets and complaints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from simulator.centre import COMPLAINT
from simulator.events.codes import NONE
from simulator.landing.tables import leg_topics
from simulator.office.customers.shared import NOBODY, SECOND, VOICE
from simulator.office.today import Today
from simulator.truth.kpis import Facts, facts_of

SAMPLE = 200
SHARE = 0.10  # of the handled calls; tickets and complaints draw from these
BEYOND_LEVEL_1 = ("延误赔付",)


@dataclass
class Voice:
    """Contacts with a queue visit; ``first`` is the row of their first handled leg, NONE where nobody answered."""

    facts: Facts
    start: np.ndarray
    day_at: np.ndarray  # a moment of the contact's local day
    customer: np.ndarray  # -1 when the number is withheld
    queue: np.ndarray
    agent: np.ndarray
    first: np.ndarray
    is_handled: np.ndarray
    is_resolved_in_process: np.ndarray
    is_level_1: np.ndarray
    topics: pa.Array

    def sample(self, today: Today) -> pd.DataFrame:
        """Some handled calls, more of the complaint queue than of the others."""
        rng = today.random(SAMPLE)
        legs = today.record.records.legs
        share = np.where(self.queue == COMPLAINT, 3 * SHARE, SHARE)
        rows = np.flatnonzero(self.is_handled & (rng.random(len(self.start)) < share))
        first = self.first[rows]
        return pd.DataFrame(
            {
                "contact_id": today.ids.contact_of_leg.take(pa.array(first)).to_numpy(zero_copy_only=False),
                "channel": np.full(len(rows), VOICE),
                "customer": self.customer[rows],
                "agent": self.agent[rows],
                "topic": self.topics.take(pa.array(first)).to_numpy(zero_copy_only=False),
                "begin": legs.answered[first],
                "end": np.maximum(legs.ended[first], legs.answered[first] + 2 * SECOND),
                "contact_end": legs.ended[first],
                "is_complaining": self.queue[rows] == COMPLAINT,
            }
        )


def voice_of(today: Today) -> Voice:
    """Today's inbound contacts that reached a queue; test calls are left out."""
    records, facts = today.record.records, facts_of(today.record)
    legs, contacts = records.legs, records.contacts
    rows = np.flatnonzero(facts.has_visit)
    first_visit = np.full(len(contacts.start), NONE, dtype=np.int64)
    visits = np.flatnonzero(facts.is_visit)[::-1]
    first_visit[legs.contact[visits]] = visits
    first = facts.first_segment[rows]
    place = np.where(first >= 0, first, first_visit[rows])
    said = today.said.calls
    topics = leg_topics(records, said["leg"].to_numpy(dtype=np.int64), said["topic"].tolist())
    n = len(contacts.start)
    moved = np.bincount(legs.contact[legs.transfer >= 0], minlength=n) > 0
    promised = np.bincount(legs.contact[legs.promised == 1], minlength=n) > 0
    to_complaint = facts.is_segment & (legs.transfer_to == COMPLAINT)
    escalated = np.bincount(legs.contact[to_complaint], minlength=n) > 0
    hard = np.isin(topics.to_numpy(zero_copy_only=False), BEYOND_LEVEL_1)
    return Voice(
        facts=facts,
        start=contacts.start[rows],
        day_at=np.where(legs.queued[place] >= 0, legs.queued[place], legs.entered[place]),
        customer=np.where(contacts.is_withheld[rows], NOBODY, contacts.customer[rows]),
        queue=legs.queue[place].astype(np.int64),
        agent=np.where(first >= 0, legs.agent[place], NOBODY).astype(np.int64),
        first=first,
        is_handled=first >= 0,
        is_resolved_in_process=(first >= 0) & ~moved[rows] & ~promised[rows],
        is_level_1=(first >= 0) & ~hard[first.clip(0)] & ~escalated[rows],
        topics=topics,
    )
