"""Refunds, compensations and waived fees that agents grant, some of them beyond what they may grant alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options

STREAM = 4110
KINDS = np.array(["refund", "compensation", "waiver"], dtype=object)
LIMITS = np.array([50.0, 100.0, 200.0])
APPROVERS = np.array(["M001", "M002", "M003"], dtype=object)
MINUTE = np.timedelta64(60_000, "ms")
DAY_MINUTES = 24 * 60

# How a payout beyond the limit was approved, with its share; only the first one is right.
SECOND, BY_SELF, TOO_LATE, NOT_AT_ALL = range(4)
SHARES = (0.79, 0.07, 0.07, 0.07)


class Payouts:
    """One in fifteen handled calls ends with a payout; a fifth of the amounts is the limit itself or a cent over it."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book

    def day(self, today: Today) -> None:
        rng = today.random(STREAM)
        calls = today.calls
        calls = calls[calls["is_segment"]]
        calls = calls[rng.random(len(calls)) < 1 / 15]
        n = len(calls)
        if n == 0:
            return
        agent = calls["agent_id"].to_numpy()
        limit = LIMITS[np.array([int(name[1:]) % 3 for name in agent])]
        amount = np.round(rng.lognormal(4.1, 0.8, n), 2)
        place = rng.random(n)
        amount = np.where(place < 0.1, limit, np.where(place < 0.2, limit + 0.01, amount))
        is_above = amount > limit
        granted = calls["answered_at"].to_numpy(dtype="datetime64[ms]")
        paid = granted + rng.integers(60, 3 * DAY_MINUTES, n) * MINUTE
        how = np.where(is_above, rng.choice(4, n, p=SHARES), NOT_AT_ALL)
        approved = np.where(how == TOO_LATE, paid + MINUTE, granted + 30 * MINUTE)
        approved[how == NOT_AT_ALL] = np.datetime64("NaT")
        approver = np.where(how == BY_SELF, agent, APPROVERS[rng.integers(0, len(APPROVERS), n)])
        approver[how == NOT_AT_ALL] = None
        rows = pd.DataFrame(
            {
                "payout_id": "P" + calls["call_id"].to_numpy(),
                "contact_id": calls["contact_id"].to_numpy(),
                "kind": KINDS[rng.integers(0, len(KINDS), n)],
                "agent_id": agent,
                "amount_yuan": amount,
                "limit_yuan": limit,
                "granted_at": granted,
                "approver_id": approver,
                "approved_at": approved,
                "paid_at": paid,
            }
        )
        # Both times stand in the row, which is written when the later of them has come.
        written = np.asarray(paid < self._book.end - MINUTE)
        self._book.rows("payouts", rows[written], made="paid_at")
        is_right = how == SECOND
        above = is_above & written
        self._book.part("second_approval", "second_approval", paid[above], is_right[above], 1, agent=agent[above])
        broken = (is_above & ~is_right)[written]
        self._book.part("authority_breach", "authority_breach", paid[written], broken, 1, agent=agent[written])

    def finish(self) -> None:
        """Nothing is left over."""
