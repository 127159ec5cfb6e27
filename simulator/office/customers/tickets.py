"""Tickets: what a contact leads to, who has it, what was promised, when it was closed and whether it came back.

A plan decides the whole life of a ticket first; its rows and its KPIs (ticket_truth.py) follow from the plan.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.centre import TRANSFER_REASONS, Agents
from simulator.events.arrivals import MAX_CUSTOMERS
from simulator.office.customers.shared import (
    CHANNELS,
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    NOBODY,
    SECOND,
    Planter,
    blank,
    caller_numbers,
    named,
    numbered,
    pick,
)
from simulator.office.customers.ticket_truth import overtakers, plant_tickets
from simulator.office.today import Today

STREAM = 240
SHARE = 0.45  # of the sampled contacts
QUIET_DAYS = 20  # a customer who has a ticket opens no other in this time, planted doubles apart
EDGE_WORK = np.array([48 * HOUR, 48 * HOUR + SECOND])
REOPENED_AFTER = np.array([2 * DAY, 6 * DAY, 7 * DAY, 7 * DAY + SECOND, 8 * DAY])
_REASONS = np.array(TRANSFER_REASONS, dtype=object)


class Tickets:
    """Tickets open at the end of a contact, or some days later; until then they wait in ``_pending``."""

    def __init__(self, agents: Agents, plant: Planter) -> None:
        self._agents, self._plant = agents, plant
        self._pending: list[pd.DataFrame] = []
        self._opened: list[pd.DataFrame] = []
        self._active = pd.DataFrame()  # tickets that a later one could overtake
        self._last: dict[int, int] = {}  # customer -> day of the last ticket

    def day(self, today: Today, base: pd.DataFrame) -> None:
        rng = today.random(STREAM)
        lucky = base[rng.random(len(base)) < SHARE]
        chosen = lucky[self._is_fresh(lucky, today.index)]
        if len(chosen):
            plan = self._plan(today, chosen.reset_index(drop=True), rng)
            self._pending += [plan, self._doubles(plan, rng)]
        self._open(int(today.midnight.astype(np.int64)) + DAY)

    def finish(self) -> None:
        """Write all tickets and plant their KPIs; those that would open after the last day are never seen."""
        if self._opened:
            plan = pd.concat(self._opened, ignore_index=True)
            self._write(plan)
            plant_tickets(self._plant, plan)

    def _is_fresh(self, base: pd.DataFrame, index: int) -> np.ndarray:
        fresh = []
        for customer in base["customer"].tolist():
            fresh.append(customer < 0 or self._last.get(customer, -QUIET_DAYS - 1) < index - QUIET_DAYS)
            if customer >= 0:
                self._last[customer] = index if fresh[-1] else self._last[customer]
        return np.array(fresh, dtype=bool)

    def _plan(self, today: Today, base: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        n = len(base)
        opened = (base["begin"] + (base["end"] - base["begin"]) // 2).to_numpy()
        is_quick = rng.random(n) < 0.45
        work = (np.where(rng.random(n) < 0.8, rng.uniform(6, 47, n), rng.uniform(49, 110, n)) * HOUR).astype(np.int64)
        is_edge = rng.random(n) < 0.06
        work = np.where(is_edge, EDGE_WORK[rng.integers(0, 2, n)], work)
        plan = self._back_office(base, opened, work, rng)
        plan["ticket_id"] = [f"T{today.date:%Y%m%d}-{number:05d}" for number in range(1, n + 1)]
        ended = base["end"].to_numpy()
        for name in ("assigned", "promised", "promised_at", "replied", "transferred", "waiting", "resumed"):
            plan[name] = np.where(is_quick, NEVER, plan[name])
        plan["resolved"] = np.where(is_quick, ended, plan["resolved"])
        plan["closed"] = np.where(is_quick, ended + SECOND, plan["closed"])
        plan["is_quick"] = is_quick
        for name in ("owner", "closer"):
            plan[name] = np.where(is_quick, base["agent"], plan[name])
        return self._reopened(plan, rng)

    def _back_office(self, base: pd.DataFrame, opened: np.ndarray, work: np.ndarray,
                     rng: np.random.Generator) -> pd.DataFrame:  # fmt: skip
        """Assigned after 5 minutes, perhaps handed on after 2 hours, perhaps waiting for the customer after 4."""
        n, agents = len(base), self._agents.n
        waits, moves, promises = rng.random(n) < 0.25, rng.random(n) < 0.25, rng.random(n) < 0.45
        pause = np.where(waits, (rng.uniform(1, 40, n) * HOUR).astype(np.int64), 0)
        closed = np.where(rng.random(n) < 0.05, NEVER, opened + work + pause)
        span = work + pause
        promised_at = opened + (span * rng.uniform(0.4, 0.9, n)).astype(np.int64)
        late = rng.random(n) < 0.2
        shift = np.where(late, opened + span - promised_at, -(promised_at - opened)) // 4
        shift = np.where(rng.random(n) < 0.05, 0, shift)  # exactly on time
        owner, taker = rng.integers(0, agents, n), rng.integers(0, agents, n)
        stranger = rng.integers(0, agents, n)
        closer = np.where(moves, taker, np.where(rng.random(n) < 0.06, stranger, owner))
        lacks_reason, lacks_taker = moves & (rng.random(n) < 0.08), moves & (rng.random(n) < 0.03)
        gap = pick(rng, n, (0.925, 0.025, 0.025, 0.025))  # which required field is missing
        wrong = rng.random(n) < 0.04
        recorded = np.where(wrong & (base["customer"] >= 0), base["customer"] + MAX_CUSTOMERS, base["customer"])
        return pd.DataFrame(
            {
                **{name: base[name] for name in ("contact_id", "channel", "contact_end", "agent")},
                "customer": base["customer"],
                "recorded": np.where(gap == 1, NOBODY, recorded),
                "topic": blank(gap == 2, base["topic"]),
                "priority": np.where(gap == 3, 0, 1 + pick(rng, n, (0.1, 0.25, 0.45, 0.2))),
                "content_chars": rng.integers(20, 300, n) * (rng.random(n) >= 0.02),
                "opened": opened,
                "assigned": opened + 5 * MINUTE,
                "promised": np.where(promises, opened + 10 * MINUTE, NEVER),
                "promised_at": np.where(promises, promised_at, NEVER),
                "replied": np.where(promises, promised_at + shift, NEVER),
                "transferred": np.where(moves, opened + 2 * HOUR, NEVER),
                "reason": blank(lacks_reason, _REASONS[rng.integers(0, len(_REASONS), n)]),
                "taker": np.where(lacks_taker, NOBODY, taker),
                "is_notified": rng.random(n) < 0.9,
                "waiting": np.where(waits, opened + 4 * HOUR, NEVER),
                "resumed": np.where(waits, opened + 4 * HOUR + pause, NEVER),
                "resolved": np.where(closed < NEVER, closed - MINUTE, NEVER),
                "closed": closed,
                "owner": owner,
                "closer": np.where(lacks_taker, owner, closer),
                "is_double": False,
            }
        )

    def _reopened(self, plan: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        n, closed = len(plan), plan["closed"].to_numpy()
        after = REOPENED_AFTER[rng.integers(0, len(REOPENED_AFTER), n)]
        comes_back = (rng.random(n) < 0.1) & (closed < NEVER)
        plan["reopened"] = np.where(comes_back, closed + after, NEVER)
        plan["closed_again"] = np.where(comes_back, closed + after + 5 * HOUR, NEVER)
        return plan

    def _doubles(self, plan: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """A colleague opens a second ticket for the same matter while the first is open."""
        lasts = plan["closed"].clip(upper=plan["opened"] + 2 * DAY) - plan["opened"]
        can = (lasts > 3 * HOUR) & plan["topic"].notna() & (plan["recorded"] >= 0) & (rng.random(len(plan)) < 0.1)
        first = plan[can]
        opened = (first["opened"] + lasts[can] // 2).to_numpy()
        n = len(first)
        twin = self._back_office(first.assign(begin=opened, end=opened), opened, np.full(n, 7 * HOUR), rng)
        twin = twin.assign(
            recorded=first["recorded"].to_numpy(),
            topic=first["topic"].to_numpy(),
            customer=first["customer"].to_numpy(),
            ticket_id=(first["ticket_id"] + "D").to_numpy(),
            is_quick=False,
            is_double=True,
        )
        for name in ("contact_id", "channel", "contact_end"):
            twin[name] = first[name].to_numpy()
        return self._reopened(twin, rng)

    def _open(self, until: int) -> None:
        """The tickets that open before ``until`` are complete: it is known which older ones they overtake."""
        pool = pd.concat(self._pending, ignore_index=True) if self._pending else pd.DataFrame({"opened": []})
        now = pool[pool["opened"] < until].reset_index(drop=True)
        self._pending = [pool[pool["opened"] >= until]]
        if len(now) == 0:
            return
        known = pd.concat([self._active, now], ignore_index=True)
        self._opened.append(now.assign(is_overtaker=overtakers(now, known, self._plant.end)))
        self._active = known[(known["closed"] >= until) & (known["opened"] >= until - 15 * DAY)]

    def _write(self, p: pd.DataFrame) -> None:
        ids = self._agents.ids
        in_contact = {"contact_id": p["contact_id"]}
        p = p.assign(row=np.arange(len(p)))
        quick = in_contact["contact_id"].where(p["is_quick"])

        def step(name: str, column: str, agent: Any, order: int, **more: Any) -> pd.DataFrame:
            frame = pd.DataFrame({"row": p["row"], "ticket_id": p["ticket_id"], "at": p[column], "step": name,
                                  "agent_id": named(agent, ids), "order": order, **more})  # fmt: skip
            return frame[frame["at"] < NEVER]

        opened = step("opened", "opened", p["agent"], 0, **in_contact,
                      caller_number=caller_numbers(p["recorded"]), topic=p["topic"],
                      channel=named(p["channel"], np.array(CHANNELS, dtype=object)),
                      priority=p["priority"].where(p["priority"] > 0).astype("Int64"),
                      content_chars=p["content_chars"].astype("Int64"))  # fmt: skip
        moved = step("transferred", "transferred", p["owner"], 3, from_agent_id=named(p["owner"], ids),
                     to_agent_id=named(p["taker"], ids), reason=p["reason"],
                     is_customer_notified=p["is_notified"].astype(object))  # fmt: skip
        promised_at = p["promised_at"].to_numpy().astype("datetime64[ms]")
        rows = numbered(
            [
                opened,
                step("assigned", "assigned", p["agent"], 1, to_agent_id=named(p["owner"], ids)),
                step("promised", "promised", p["owner"], 2, promised_at=promised_at),
                moved,
                step("waiting_customer", "waiting", p["owner"], 4),
                step("resumed", "resumed", p["owner"], 5),
                step("replied", "replied", p["closer"], 6),
                step("resolved", "resolved", p["closer"], 7, contact_id=quick),
                step("closed", "closed", p["closer"], 8, contact_id=quick),
                step("reopened", "reopened", p["closer"], 9),
                step("resolved", "closed_again", p["closer"], 10),
                step("closed", "closed_again", p["closer"], 11),
            ],
            "ticket",
        )
        self._plant.book.rows("tickets", rows, made="happened_at")
