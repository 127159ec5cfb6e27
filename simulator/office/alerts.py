"""The alerting system: an alert for each half hour in which too many callers gave up. A few are late or missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import CENTRE, Book
from simulator.office.today import Today
from simulator.options import Options, generator

STREAM = 710
RAISE_ABOVE, CLEAR_BELOW, MINIMUM_N = 0.05, 0.04, 20
HALF_HOUR = np.timedelta64(1_800_000, "ms")
_LATE, _EXACT, _MISSING = 0.06, 0.12, 0.10  # shares of the windows that are due


class Alerts:
    """Half hours of queue entry, for the whole centre and for each queue, are judged when all days were seen."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._options, self._book = options, book
        self._visits: list[pd.DataFrame] = []

    def day(self, today: Today) -> None:
        calls = today.calls
        mine = calls[(calls["direction"] == "inbound") & ~calls["is_test"] & calls["queued_at"].notna()]
        mine = mine[mine["outcome"].isin(["answered", "abandoned"])]
        counted = mine.assign(
            start=mine["queued_at"].dt.floor("30min"), n=1, n_abandoned=(mine["outcome"] == "abandoned").astype(int)
        )
        self._visits.append(counted.groupby(["start", "queue_id"], as_index=False)[["n", "n_abandoned"]].sum())

    def finish(self) -> None:
        visits = (
            pd.concat(self._visits, ignore_index=True).assign(scope="queue").rename(columns={"queue_id": "scope_id"})
        )
        windows = pd.concat([visits, visits.assign(scope=CENTRE, scope_id=CENTRE)])
        windows = windows.groupby(["scope", "scope_id", "start"], as_index=False)[["n", "n_abandoned"]].sum()
        windows = windows[windows["n"] >= MINIMUM_N].assign(value=lambda w: w["n_abandoned"] / w["n"])
        breaches = windows[windows["value"] > RAISE_ABOVE].reset_index(drop=True)
        if len(breaches) == 0:
            return
        start = breaches["start"].to_numpy(dtype="datetime64[ms]")
        rng = generator(self._options.seed, self._options.start, STREAM)
        fate, minutes = rng.random(len(breaches)), rng.integers(60_000, 600_000, len(breaches))
        late = fate < (0 if self._options.spotless else _LATE)
        wait = np.select([late, fate < _EXACT], [1_801_000, 1_800_000], minutes).astype("timedelta64[ms]")
        end = start + HALF_HOUR
        is_missing = (fate >= 1 - _MISSING) & (not self._options.spotless)
        self._export(breaches, end + wait, self._cleared(windows, breaches, end + wait), rng, ~is_missing)
        in_time = np.asarray(~is_missing & (wait <= HALF_HOUR))
        is_open = np.asarray(end + HALF_HOUR > self._book.end)
        is_centre = (breaches["scope"] == CENTRE).to_numpy()
        for formula, chosen in (("alerted", is_centre), ("alerted_queue", ~is_centre)):
            self._book.part(
                "abandonment_alerts", formula, start[chosen], (in_time & ~is_open)[chosen], (~is_open)[chosen],
                n_open=is_open[chosen], queue=None if formula == "alerted" else breaches["scope_id"].to_numpy()[chosen],
            )  # fmt: skip

    def _cleared(self, windows: pd.DataFrame, breaches: pd.DataFrame, raised: np.ndarray) -> np.ndarray:
        """When the next window of the same scope lay below the lower limit; NaT when none did within the records."""
        calm = windows[windows["value"] < CLEAR_BELOW].assign(cleared=lambda w: w["start"] + pd.Timedelta("33min"))
        left = breaches.assign(raised=raised, row=np.arange(len(breaches))).sort_values("raised")
        found = pd.merge_asof(
            left.astype({"raised": "datetime64[ms]"}),
            calm[["scope_id", "cleared"]].astype({"cleared": "datetime64[ms]"}).sort_values("cleared"),
            left_on="raised", right_on="cleared", by="scope_id", direction="forward",
        )  # fmt: skip
        at = found.sort_values("row")["cleared"].to_numpy(dtype="datetime64[ms]")
        return np.where(at < self._book.end, at, np.datetime64("NaT", "ms"))

    def _export(self, breaches: pd.DataFrame, raised: np.ndarray, cleared: np.ndarray, rng: np.random.Generator,
                kept: np.ndarray) -> None:  # fmt: skip
        start = breaches["start"].to_numpy(dtype="datetime64[ms]")
        noted = raised + rng.integers(60_000, 2_400_000, len(raised)).astype("timedelta64[ms]")
        is_noted = (rng.random(len(raised)) < 0.9) & (noted < self._book.end)
        rows = pd.DataFrame(
            {
                "alert_id": "AL-" + breaches["scope_id"] + "-" + breaches["start"].dt.strftime("%Y%m%d%H%M"),
                "kpi_id": "abandonment",
                "scope": breaches["scope"],
                "scope_id": breaches["scope_id"],
                "window_start_at": start,
                "window_end_at": start + HALF_HOUR,
                "value_ratio": breaches["value"],
                "threshold_ratio": RAISE_ABOVE,
                "raised_at": raised,
                "cleared_at": cleared,
                "acknowledged_at": np.where(is_noted, noted, np.datetime64("NaT", "ms")),
                "acknowledged_by": ["E001" if noted_by_one else None for noted_by_one in is_noted],
            }
        )
        self._book.rows("alerts", rows[kept], made="raised_at")
