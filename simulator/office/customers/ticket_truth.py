"""The KPIs of tickets, from their plans: cohorts due, reopened, handed on, promised, doubled, overtaken.

A case whose window is not over is open, also where an outcome is known: a miss is known sooner than a success.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.office.customers.clock import business_time, wall_time
from simulator.office.customers.shared import DAY, HOUR, NEVER, NOBODY, Planter

LIMIT, WINDOW = 48 * HOUR, 7 * DAY
REACH = 14 * DAY  # an older ticket does not count as overtaken


def plant_tickets(plant: Planter, plan: pd.DataFrame) -> None:
    """Plant every formula that tickets give."""
    p = {name: plan[name].to_numpy() for name in plan.columns}
    end = plant.end
    seen = plant.seen(p["closed"])
    owner = np.where(p["assigned"] < end, p["owner"], p["agent"])
    who = {"channel": p["channel"], "agent": owner}
    _resolution(plant, p, who)
    back = p["reopened"] <= np.minimum(p["closed"] + WINDOW, end - 1)
    is_open = p["closed"] + WINDOW > end
    _some(plant, "ticket_reopen", "reopened_7d", seen, p["closed"], back, ~is_open, who, is_open)
    quick = p["is_quick"] & seen
    back = quick & (p["reopened"] <= np.minimum(p["opened"] + WINDOW, end - 1))
    is_open = p["opened"] + WINDOW > end
    every = p["opened"] < end
    opener = {"channel": p["channel"], "agent": p["agent"]}
    _some(plant, "fcr", "fcr_ticket", every, p["opened"], quick & ~back & ~is_open, ~is_open, opener, is_open)
    has_fields = (p["recorded"] >= 0) & pd.notna(p["topic"]) & (p["priority"] > 0) & (p["content_chars"] > 0)
    _some(plant, "ticket_completeness", "required_fields", every, p["opened"], has_fields, 1, opener)
    _some(plant, "duplicate_ticket", "duplicate_ticket", every, p["opened"], p["is_double"], 1, opener)
    has_number = (p["contact_end"] < end) & (p["customer"] >= 0)
    is_same = p["recorded"] == p["customer"]
    _some(plant, "ticket_caller_match", "matched", has_number, p["opened"], is_same, 1, opener)
    _handing_on(plant, p, who, seen)
    kept = np.minimum(p["replied"], p["resolved"]) <= p["promised_at"]
    _some(plant, "promise_kept", "promise_kept", p["promised_at"] < NEVER, p["promised_at"], kept, 1, who)
    _some(plant, "priority_inversion", "overtaken", seen, p["closed"], p["is_overtaker"], 1, who)


def _resolution(plant: Planter, p: dict[str, np.ndarray], who: dict[str, Any]) -> None:
    pause = np.where(p["waiting"] < NEVER, p["resumed"] - p["waiting"], 0)
    due = p["opened"] + LIMIT + pause
    paused = np.where(p["waiting"] < NEVER, business_time(p["resumed"]) - business_time(p["waiting"]), 0)
    business_due = business_time(p["opened"]) + LIMIT + paused
    for formula, due_at, in_time in (
        ("within_48h", due, p["closed"] <= due),
        ("business_48h", wall_time(business_due), business_time(p["closed"]) <= business_due),
    ):
        in_time = in_time & plant.seen(p["closed"])
        back = in_time & (p["reopened"] <= np.minimum(p["closed"] + WINDOW, plant.end - 1))
        is_open = due_at // DAY * DAY + DAY + WINDOW > plant.end
        is_open |= in_time & ~back & (p["closed"] + WINDOW > plant.end)
        plant.add("resolution", formula, due_at, in_time & ~back & ~is_open, ~is_open, n_open=is_open, **who)


def _handing_on(plant: Planter, p: dict[str, np.ndarray], who: dict[str, Any], seen: np.ndarray) -> None:
    moved = p["transferred"] < plant.end
    is_complete = (p["taker"] >= 0) & pd.notna(p["reason"])
    giver = {"channel": p["channel"], "agent": p["owner"]}
    _some(plant, "ticket_transfer_recorded", "recorded", moved, p["transferred"], is_complete, 1, giver)
    _some(plant, "ticket_transfer_recorded", "customer_notified", moved, p["transferred"], p["is_notified"], 1, giver)
    is_kept = (p["closer"] == p["owner"]) | (moved & is_complete)
    _some(plant, "first_owner_kept", "first_owner_kept", seen, p["closed"], is_kept, 1, who)


def _some(plant: Planter, kpi: str, formula: str, chosen: np.ndarray, at: np.ndarray, numerator: np.ndarray,
          denominator: Any, who: dict[str, Any], is_open: np.ndarray | None = None) -> None:  # fmt: skip
    """Plant the chosen tickets only."""
    n = len(at)
    below = np.broadcast_to(denominator, n)[chosen]
    still = np.zeros(n)[chosen] if is_open is None else is_open[chosen]
    over = np.asarray(numerator)[chosen] & (np.asarray(still) == 0)
    plant.add(kpi, formula, at[chosen], over, below, n_open=still, **{k: v[chosen] for k, v in who.items()})


def overtakers(now: pd.DataFrame, known: pd.DataFrame, end: int) -> np.ndarray:
    """Which tickets are closed while the same owner still has a more urgent one that came first. ``now``: tickets that
    open today; ``known``: these and the older ones that are still open."""
    columns = ["holder", "priority", "opened", "closed"]
    held = [t.assign(holder=np.where(t["assigned"] < end, t["owner"], t["agent"])) for t in (now, known)]
    mine = held[0][columns].assign(row=np.arange(len(now)))
    pairs = mine[mine["priority"] > 0].merge(held[1].loc[held[1]["priority"] > 0, columns], on="holder")
    bad = pairs[
        (pairs["priority_y"] < pairs["priority_x"])
        & (pairs["opened_y"] < pairs["opened_x"])
        & (pairs["opened_y"] >= pairs["opened_x"] - REACH)
        & (pairs["closed_y"] > pairs["closed_x"])
        & (pairs["holder"] > NOBODY)
    ]
    return np.isin(np.arange(len(now)), bad["row"])
