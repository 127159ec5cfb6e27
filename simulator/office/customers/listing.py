"""The customer list: tier, region and the wish to be left alone; a customer is listed on the first day seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.office.customers.shared import DAY, Planter, caller_numbers, pick
from simulator.office.today import Today

STREAM = 230
REGIONS = ("华东", "华南", "华北", "西南", "其他")


class Listing:
    """One in twelve is a VIP, one in thirty does not want to be asked."""

    def __init__(self, plant: Planter) -> None:
        self._plant = plant
        self._listed: set[int] = set()

    def day(self, today: Today, *customers: np.ndarray) -> None:
        fresh = [c for c in np.unique(np.concatenate(customers)).tolist() if c >= 0 and c not in self._listed]
        if not fresh:
            return
        self._listed.update(fresh)
        rng, n = today.random(STREAM), len(fresh)
        rows = pd.DataFrame(
            {
                "caller_number": caller_numbers(fresh),
                "snapshot_date": np.full(n, today.midnight),
                "tier": np.where(rng.random(n) < 1 / 12, "vip", "normal"),
                "since_date": today.midnight - rng.integers(1, 3_000, n) * np.timedelta64(DAY, "ms"),
                "is_opted_out": rng.random(n) < 1 / 30,
                "region": np.array(REGIONS, dtype=object)[pick(rng, n, (0.35, 0.25, 0.2, 0.12, 0.08))],
            }
        )
        self._plant.book.rows("customers", rows, made="snapshot_date")
