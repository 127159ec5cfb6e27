"""KPIs that need the day after: promised call-backs, and menu sessions that no call to an agent followed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.events.codes import NONE, Deadline, Direction, Leg
from simulator.events.day import Day
from simulator.options import DAY_MS
from simulator.truth.kpis import HOUR_MS, Facts
from simulator.truth.ledger import CENTRE, Keys, Ledger
from simulator.truth.operations import RESULT_OF_STEP, sessions

WINDOW_MS = 24 * HOUR_MS


class Later:
    """Collects, day by day, what must happen within 24 h and what happened. Callers without a number are left out."""

    def __init__(self) -> None:
        self._promises: list[pd.DataFrame] = []
        self._dials: list[pd.DataFrame] = []
        self._sessions: list[pd.DataFrame] = []
        self._answers: list[pd.DataFrame] = []

    def add(self, day: Day, facts: Facts) -> None:
        legs, contacts = day.records.legs, day.records.contacts
        known = ~contacts.is_withheld[legs.contact]
        real = ~contacts.is_test[legs.contact]

        def events(rows: np.ndarray, at: np.ndarray, **more: np.ndarray) -> pd.DataFrame:
            return pd.DataFrame({"at": at[rows], "customer": contacts.customer[legs.contact[rows]], **more})

        offered = facts.is_visit & (legs.outcome == Leg.FLOWOUT) & (legs.flow == Deadline.CALLBACK)
        rows = np.flatnonzero(((facts.is_segment & (legs.promised == 1)) | offered) & known)
        keys = facts.keys.where(rows)
        self._promises.append(events(rows, legs.ended, day=keys.day, queue=keys.queue, agent=keys.agent))
        self._dials.append(events(np.flatnonzero((legs.direction == Direction.OUTBOUND) & real), legs.entered))
        self._answers.append(events(np.flatnonzero(facts.is_segment & known), legs.answered))

        steps = day.records.steps
        first, last, n_steps = sessions(steps, len(contacts.start))
        mine = np.flatnonzero((n_steps > 0) & ~contacts.is_test & ~contacts.is_withheld)
        self._sessions.append(
            pd.DataFrame(
                {
                    "at": steps.left[last[mine]],
                    "customer": contacts.customer[mine],
                    "day": day.index + (steps.entered[first[mine]] - day.midnight) // DAY_MS,
                    "hung_up": RESULT_OF_STEP[steps.step[last[mine]]] == "hangup",
                }
            )
        )

    def settle(self, ledger: Ledger, horizon: int) -> None:
        """``horizon``: wall-clock ms at which the records end; windows that reach past it are open."""
        promises = _followed(self._promises, self._dials, at_once=True)
        is_open = (promises["at"] + WINDOW_MS > horizon).to_numpy()
        kept = (promises["next_at"] - promises["at"] <= WINDOW_MS).to_numpy()
        keys = Keys(*(promises[name].to_numpy(dtype=np.int64) for name in ("day", "queue", "agent")))
        ledger.add("callback_kept", "kept_24h", keys, kept & ~is_open, ~is_open, is_open)

        menus = _followed(self._sessions, self._answers, at_once=False)
        is_open = (menus["at"] + WINDOW_MS > horizon).to_numpy()
        met_agent = (menus["next_at"] - menus["at"] <= WINDOW_MS).to_numpy()
        none = np.full(len(menus), NONE, dtype=np.int64)
        contained = menus["hung_up"].to_numpy(dtype=bool) & ~met_agent & ~is_open
        keys = Keys(menus["day"].to_numpy(dtype=np.int64), none, none)
        ledger.add("ivr_containment", "contained_24h", keys, contained, ~is_open, is_open, scopes=(CENTRE,))


def _followed(events: list[pd.DataFrame], later: list[pd.DataFrame], at_once: bool) -> pd.DataFrame:
    """Each event with ``next_at``: the same customer's next row of ``later``, NaN without one."""
    left = pd.concat(events, ignore_index=True).sort_values("at", kind="stable")
    right = pd.concat(later, ignore_index=True).sort_values("at", kind="stable")
    right = right.assign(next_at=right["at"].astype(float))
    return pd.merge_asof(left, right, on="at", by="customer", direction="forward", allow_exact_matches=at_once)
