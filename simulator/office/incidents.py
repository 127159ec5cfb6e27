"""Incidents and their response: the four clocks of 《高效客服中心运营管理规范》第7章, from detection to the summary."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options

STREAM, LEAKS = 640, 641
SECOND, MINUTE = np.timedelta64(1_000, "ms"), np.timedelta64(60_000, "ms")
HOUR, DAY = 60 * MINUTE, np.timedelta64(86_400_000, "ms")
KINDS = ("system_failure", "service_interruption", "customer_complaint", "security_event", "natural_disaster")
STEPS = ("detected", "reported", "started", "assessed", "planned", "notified", "handled", "reviewed", "summarised")
LIMITS = {"started": 15 * MINUTE, "assessed": 60 * MINUTE, "planned": 120 * MINUTE, "notified": 240 * MINUTE}
FORMULAS = {"started": "started_15m", "assessed": "assessed_1h", "planned": "planned_2h", "notified": "notified_4h"}
# How far from its limit a step happens: well inside, exactly at it, one second over, an hour over.
DISTANCES = np.array([-8 * MINUTE, 0 * MINUTE, SECOND, 60 * MINUTE])
WEIGHTS = (0.78, 0.1, 0.06, 0.06)
CALLED_BACK = "业务恢复，已回电"
LEAKED = 0.3  # in a centre that leaks, share of incidents whose handler writes down which number was called back
UNPLANNED, UNNOTIFIED = 0.04, 0.06  # share of incidents for which the step never happens


class Incidents:
    """About one incident in two days; some are detected shortly before midnight."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._leaks = book, options.leaks

    def day(self, today: Today) -> None:
        rng = today.random(STREAM)
        n = int(rng.poisson(0.55))
        if n == 0:
            return
        seconds = np.where(rng.random(n) < 0.3, rng.integers(86_400 - 900, 86_400, n), rng.integers(0, 86_400, n))
        detected = today.midnight + seconds * SECOND
        at = {"detected": detected, "reported": detected + 3 * MINUTE}
        for step, limit in LIMITS.items():
            at[step] = detected + limit + DISTANCES[rng.choice(len(DISTANCES), n, p=WEIGHTS)]
        # a step follows the one before, so a late one pushes the next ones back
        at["assessed"] = np.maximum(at["assessed"], at["started"] + MINUTE)
        at["planned"] = np.maximum(at["planned"], at["assessed"] + MINUTE)
        at["notified"] = np.maximum(at["notified"], at["planned"] + MINUTE)
        at["handled"] = at["notified"] + rng.integers(5, 2_000, n) * MINUTE
        at["reviewed"] = at["handled"] + rng.integers(1, 5, n) * DAY
        at["summarised"] = at["reviewed"] + rng.integers(1, 3, n) * DAY
        at["planned"] = np.where(rng.random(n) < UNPLANNED, np.datetime64("NaT", "ms"), at["planned"])
        at["notified"] = np.where(rng.random(n) < UNNOTIFIED, np.datetime64("NaT", "ms"), at["notified"])
        base = pd.DataFrame(
            {
                "incident_id": [f"IN{today.date:%Y%m%d}-{number}" for number in range(1, n + 1)],
                "kind": np.array(KINDS, dtype=object)[rng.integers(0, len(KINDS), n)],
                "severity": rng.choice([1, 2, 3, 4], n, p=[0.05, 0.15, 0.4, 0.4]),
                "owner_id": "E001",
            }
        )
        note: dict[str, str | np.ndarray] = {
            "detected": "监控告警",
            "handled": self._handled(today, n),
            "summarised": "已形成总结报告",
        }
        rows = pd.concat(
            [base.assign(step=step, happened_at=at[step], note=note.get(step)) for step in STEPS], ignore_index=True
        )
        rows = rows[rows["happened_at"].notna()]
        rows["incident_step_id"] = rows["incident_id"] + "-" + rows["step"]
        self._book.rows("incidents", rows, made="happened_at")
        noted = rows[rows["note"].notna()]
        self._book.part("pii_scan", "unmasked", noted["happened_at"], noted["note"].str.startswith(CALLED_BACK), 1)
        self._plant(at)

    def _handled(self, today: Today, n: int) -> np.ndarray:
        """What the handlers of n incidents wrote; where they leak, some name a caller of the day."""
        notes = np.full(n, "业务恢复", dtype=object)
        callers = today.calls["caller_number"].dropna().to_numpy(dtype=object)
        if self._leaks and len(callers):
            rng = today.random(LEAKS)
            for row in np.flatnonzero(rng.random(n) < LEAKED):
                notes[row] = f"{CALLED_BACK}{callers[rng.integers(0, len(callers))]}"
        return notes

    def _plant(self, at: dict[str, np.ndarray]) -> None:
        detected, everything = at["detected"], np.ones(len(at["detected"]), dtype=bool)
        for step, limit in LIMITS.items():
            in_time = at[step] - detected <= limit
            self._book.part("incident_sla", FORMULAS[step], detected + limit, in_time, 1)
            everything &= in_time
        self._book.part("incident_sla", "all", detected + LIMITS["notified"], everything, 1)
        self._book.part("incident_mttr", "incident_mttr", at["handled"], (at["handled"] - detected) / SECOND, 1)

    def finish(self) -> None:
        """Nothing is left over."""
