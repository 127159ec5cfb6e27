"""What finance posts: costs of the centre, cost and benefit of quality work, and what a contact costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.events.codes import Direction, Leg
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import DAY_MS, Options

STREAM = 540
BASIS = "重复来电减少量×单次联络成本"
CENTRE_COSTS = ("payroll", "platform", "telecom", "overhead")
# Yuan per agent and day for the centre's costs; quality work has a budget of its own.
DAILY = {
    "payroll": 290.0,
    "platform": 42.0,
    "telecom": 35.0,
    "overhead": 60.0,
    "quality_programme": 12.0,
    "benefit": 21.0,
}


class Money:
    """Postings on Sundays, at the end of a month and on the last day; one in twelve is corrected at once."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._options, self._agents, self._book = options, agents, book
        self._days_since = 0
        self._amount: dict[tuple[np.datetime64, str], float] = {}
        self._handled: dict[np.datetime64, np.ndarray] = {}

    def day(self, today: Today) -> None:
        self._count_contacts(today)
        self._days_since += 1
        following = self._options.day(today.index + 1)
        is_last = today.index + 1 == self._options.days
        if not (today.date.weekday() == 6 or following.day == 1 or is_last):
            return
        rng = today.random(STREAM)
        base = self._days_since * self._agents.n
        self._days_since = 0
        amounts = np.round(np.array(list(DAILY.values())) * base * rng.uniform(0.9, 1.1, len(DAILY)))
        kinds = list(DAILY)
        wrong = np.flatnonzero(rng.random(len(kinds)) < 1 / 12)
        posted = np.concatenate([amounts, -np.round(amounts[wrong] / 20)])
        kind = np.array(kinds + [kinds[number] for number in wrong], dtype=object)
        rows = pd.DataFrame(
            {
                "posting_id": [f"F{today.date:%Y%m%d}-{number}" for number in range(1, len(kind) + 1)],
                "booked_on": np.datetime64(today.date, "ms"),
                "kind": kind,
                "amount_yuan": posted,
                "basis": [BASIS if name == "benefit" else None for name in kind],
            }
        )
        self._book.rows("costs", rows, made="booked_on")
        month = np.datetime64(today.date, "M")
        for name, amount in zip(kind, posted, strict=True):
            self._amount[month, name] = self._amount.get((month, name), 0.0) + float(amount)

    def _count_contacts(self, today: Today) -> None:
        """Handled contacts and those solved in one go (no transfer, no promised call-back), by month."""
        legs, contacts = today.record.records.legs, today.record.records.contacts
        kept = (legs.direction == Direction.INBOUND) & (legs.queued >= 0) & (legs.outcome == Leg.ANSWERED)
        rows = np.flatnonzero(kept & ~contacts.is_test[legs.contact])
        contact, first = np.unique(legs.contact[rows], return_index=True)
        spoilt = np.zeros(len(contacts.start), dtype=bool)
        spoilt[legs.contact[(legs.transfer >= 0) | (legs.promised == 1)]] = True
        day = (legs.queued[rows[first]] - today.record.midnight) // DAY_MS
        for offset in np.unique(day):
            month = np.datetime64(self._options.day(today.index + int(offset)), "M")
            of_day = contact[day == offset]
            counts = np.array([len(of_day), int((~spoilt[of_day]).sum())])
            self._handled[month] = self._handled.get(month, np.zeros(2, dtype=np.int64)) + counts

    def finish(self) -> None:
        for month in self._book.months.astype("datetime64[M]"):
            amount = {kind: self._amount.get((month, kind), 0.0) for kind in DAILY}
            cost = sum(amount[kind] for kind in CENTRE_COSTS)
            handled, resolved = self._handled.get(month, np.zeros(2, dtype=np.int64))
            part = self._book.part
            part("cost_per_contact", "per_contact", month, cost, handled, whole_month=True)
            part("cost_per_contact", "per_resolved", month, cost, resolved, whole_month=True)
            programme = amount["quality_programme"]
            part(
                "quality_roi", "quality_roi", month, 100 * (amount["benefit"] - programme), programme, whole_month=True
            )
