"""Unusual operations that a rule raised, and what people made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.security.people import DAY, HOUR, SECOND, staff_ids
from simulator.office.today import Today
from simulator.options import Options

STREAM = 620
RULES = ("bulk_export", "off_hours", "vip_lookup", "foreign_customer")
# From raising to triage: 24 hours are in time, one second more is not; ten days are a backlog.
TRIAGED_AFTER = np.array([HOUR // 2, 3 * HOUR, 20 * HOUR, 24 * HOUR, 24 * HOUR + SECOND, 10 * DAY])
WEIGHTS = (0.35, 0.3, 0.15, 0.08, 0.06, 0.06)


class Anomalies:
    """About one anomaly a day."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book
        self._accounts = np.array([f"U-{name}" for name in [*agents.ids, *staff_ids(agents)]], dtype=object)

    def day(self, today: Today) -> None:
        rng = today.random(STREAM)
        n = int(rng.poisson(1.2))
        if n == 0:
            return
        raised = today.midnight + rng.integers(0, 86_400, n) * SECOND
        after = TRIAGED_AFTER[rng.choice(len(TRIAGED_AFTER), n, p=WEIGHTS)]
        triaged = raised + (np.minimum(after, 24 * HOUR) if today.options.spotless else after)
        closed = triaged + rng.integers(1, 72, n) * HOUR
        conclusion = np.where(rng.random(n) < 0.9, "harmless", "misuse")
        base = pd.DataFrame(
            {
                "anomaly_id": [f"AN{today.date:%Y%m%d}-{number}" for number in range(1, n + 1)],
                "rule": np.array(RULES, dtype=object)[rng.integers(0, len(RULES), n)],
                "account_id": self._accounts[rng.integers(0, len(self._accounts), n)],
            }
        )
        rows = pd.concat(
            [
                base.assign(step="raised", happened_at=raised),
                base.assign(step="triaged", happened_at=triaged, conclusion=conclusion),
                base.assign(step="closed", happened_at=closed, conclusion=conclusion),
            ],
            ignore_index=True,
        )
        rows["anomaly_step_id"] = rows["anomaly_id"] + "-" + rows["step"]
        self._book.rows("anomalies", rows, made="happened_at")
        self._book.part("anomaly_triage", "in_time", raised + 24 * HOUR, triaged - raised <= 24 * HOUR, 1)

    def finish(self) -> None:
        """Nothing is left over."""
