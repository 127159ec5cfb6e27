"""FCR by repeat calls, over all days at once: a repeat may come days after the call it follows."""

from __future__ import annotations

import numpy as np

from simulator.events.arrivals import SWITCHBOARD_CALLS
from simulator.events.day import Day
from simulator.truth.kpis import HOUR_MS, Facts
from simulator.truth.ledger import Keys, Ledger

WINDOWS = {"fcr_repeat_24h": 24, "fcr_repeat_72h": 72, "fcr_repeat_7d": 168}  # hours


class Visitors:
    """Collects the visit-contacts of known customers, in order of contact id."""

    def __init__(self) -> None:
        self._parts: list[tuple[np.ndarray, ...]] = []

    def add(self, day: Day, facts: Facts) -> None:
        contacts = day.records.contacts
        rows = np.flatnonzero(facts.has_visit & ~contacts.is_withheld)
        first = facts.first_segment[rows]
        handled = first >= 0
        keys = facts.keys
        fallback = first if facts.first_visit is None else facts.first_visit[rows]
        self._parts.append(
            (
                contacts.start[rows],
                contacts.customer[rows],
                np.where(handled, keys.day[first], -1).astype(np.int32),
                keys.queue[first].astype(np.int8),
                keys.agent[first].astype(np.int32),
                keys.day[np.where(handled, first, fallback)].astype(np.int32),
            )
        )

    def settle(self, ledger: Ledger, horizon: int) -> None:
        """Add the three formulas. ``horizon`` is the wall-clock ms at which the records end.

        Population: handled contacts with no earlier visit-contact of the customer within the window. A contact whose
        window reaches past the horizon is open: in neither numerator nor denominator. A number from which more than
        SWITCHBOARD_CALLS contacts came on the contact's day is a company's: who called again can not be told.
        """
        start, customer, day, queue, agent, date = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        order = np.lexsort((start, customer))  # stable: ties keep the order of contact id
        start, customer = start[order], customer[order]
        same = customer[1:] == customer[:-1]
        gap = np.where(same, start[1:] - start[:-1], np.iinfo(np.int64).max)
        far = np.array([np.iinfo(np.int64).max])
        since_earlier, until_later = np.concatenate([far, gap]), np.concatenate([gap, far])
        keys = Keys(day[order].astype(np.int64), queue[order].astype(np.int64), agent[order].astype(np.int64))
        _, at, n = np.unique(customer * 100_000 + date[order], return_inverse=True, return_counts=True)
        is_person = n[at] <= SWITCHBOARD_CALLS
        for formula, hours in WINDOWS.items():
            window = hours * HOUR_MS
            counted = (keys.day >= 0) & (since_earlier > window) & is_person
            is_open = (start + window > horizon)[counted]
            alone = (until_later > window)[counted]
            ledger.add("fcr", formula, keys.where(counted), alone & ~is_open, ~is_open, is_open)
