"""The KPIs of complaints, from their plans. Every limit is a cohort: the complaints that are due on a day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.office.customers.shared import DAY, HOUR, Planter

RESPOND, FINISH, OUTER, WINDOW = 24 * HOUR, 48 * HOUR, 15 * DAY, 7 * DAY


def plant_complaints(plant: Planter, plan: pd.DataFrame) -> None:
    """Complaints that are received after the last day are planned too; what is not seen is not counted."""
    now = plan[plan["received"] < plant.end]
    p = {name: now[name].to_numpy() for name in now.columns}
    received = p["received"]
    who: dict[str, Any] = {"channel": p["channel"], "agent": p["keeper"]}
    due = received + FINISH + p["counted_pause"]
    answered, done = p["responded"] - received <= RESPOND, p["finished"] <= due
    plant.add("complaint_sla", "both", due, answered & done, **who)
    plant.add("complaint_sla", "finished_48h", due, done, **who)
    plant.add("complaint_sla", "responded_24h", received + RESPOND, answered, **who)
    plant.add("complaint_sla", "legal_15d", received + OUTER, p["finished"] <= received + OUTER, **who)
    single = ~p["is_double"].astype(bool)
    plant.add("complaint_rate", "per_1000", received[single], 1000, 0, channel=p["channel"][single])
    plant.add("customer_feedback", "complaint", received[single], 1, channel=p["channel"][single], is_count=True)
    known = single & (p["customer"] >= 0)
    plant.add("complaint_repeat", "repeat_30d", received[known], p["is_again"][known], channel=p["channel"][known])
    _after_the_finish(plant, p, who)


def _after_the_finish(plant: Planter, p: dict[str, np.ndarray], who: dict[str, Any]) -> None:
    """Feedback to the customer and notice to the department within 7 days of the finish, and the record itself."""
    seen = plant.seen(p["finished"])
    finished = p["finished"][seen]
    some: dict[str, Any] = {name: codes[seen] for name, codes in who.items()}
    for formula, column in (("feedback_sent", "feedback"), ("department_notified", "notified")):
        told = p[column][seen] <= np.minimum(finished + WINDOW, plant.end - 1)
        is_open = finished + WINDOW > plant.end
        plant.add("complaint_feedback", formula, finished, told & ~is_open, ~is_open, n_open=is_open, **some)
    is_whole = pd.notna(p["cause"][seen]) & pd.notna(p["demand"][seen])
    plant.add("complaint_record", "complete", finished, is_whole, **some)
    responded = plant.seen(p["responded"])
    plant.add("complaint_record", "apologised", p["responded"][responded], p["is_apologised"][responded],
              **{name: codes[responded] for name, codes in who.items()})  # fmt: skip
    back = p["reopened"][seen] <= np.minimum(finished + WINDOW, plant.end - 1)
    is_open = finished + WINDOW > plant.end
    plant.add("complaint_reopen", "reopened_7d", finished, back & ~is_open, ~is_open, n_open=is_open, **some)
