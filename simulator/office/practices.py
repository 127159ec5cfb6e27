"""The library of good practice: calls that are proposed as models, approved or not, used in coaching, and retired."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.evaluators import Evaluators
from simulator.office.today import Today
from simulator.options import Options

STREAM = 4230
TOPICS = ("开场与身份确认", "安抚与同理", "方案复述", "挽留", "投诉受理")
DAY, HOUR = np.timedelta64(86_400_000, "ms"), np.timedelta64(3_600_000, "ms")
SHARE = 1 / 400  # of the handled calls are proposed, one in two days at least
MOST = 3  # a day
APPROVED, RETIRED = 0.6, 0.2


class Practices:
    """Decided within six days; an approved practice is used in the weeks after, one in five is retired in the end. The
    first one is approved the next day and used the day after."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._evaluators = book, Evaluators(options, agents)

    def day(self, today: Today) -> None:
        rng = today.random(STREAM)
        calls = today.calls.loc[today.calls["is_segment"].to_numpy(), ["call_id", "ended_at"]]
        is_first = today.index == 0
        n = min(MOST, len(calls), int(rng.poisson(max(0.5, len(calls) * SHARE))) + is_first)
        if n == 0:
            return
        chosen = calls.iloc[rng.choice(len(calls), n, replace=False)]
        for place, (call_id, ended) in enumerate(zip(chosen["call_id"], chosen["ended_at"], strict=True), 1):
            self._life(
                rng, f"BP{today.date:%Y%m%d}-{place}", str(call_id), np.datetime64(ended, "ms"), is_first and place == 1
            )

    def _life(
        self, rng: np.random.Generator, practice: str, call_id: str, ended: np.datetime64, is_model: bool
    ) -> None:
        proposed = ended + int(rng.integers(1, 8)) * HOUR
        decided = proposed + (1 if is_model else int(rng.integers(1, 7))) * DAY
        is_approved = is_model or rng.random() < APPROVED
        events = [("proposed", proposed), ("approved" if is_approved else "declined", decided)]
        if is_approved:
            uses = np.sort(np.concatenate([rng.integers(1, 45 * 24, rng.integers(0, 6)), [24] * is_model]))
            events += [("used", decided + int(hours) * HOUR) for hours in uses]
            if rng.random() < RETIRED:
                events.append(("retired", decided + 50 * DAY))
        rows = pd.DataFrame(events, columns=["event", "happened_at"])
        rows["happened_at"] = rows["happened_at"].to_numpy(dtype="datetime64[ms]")
        rows["practice_id"], rows["topic"] = practice, TOPICS[rng.integers(0, len(TOPICS))]
        rows["practice_event_id"] = [f"{practice}-{number}" for number in range(1, len(rows) + 1)]
        rows["by_id"] = self._evaluators.ids[rng.integers(0, self._evaluators.n, len(rows))]
        rows["call_id"] = pd.Series(call_id, index=rows.index, dtype=object).where(rows["event"] == "proposed", None)
        self._book.rows("practices", rows, made="happened_at")
        days = rows["happened_at"].to_numpy()
        self._book.part("practices_approved", "count", days, (rows["event"] == "approved").to_numpy())
        self._book.part("practice_uses", "count", days, (rows["event"] == "used").to_numpy())

    def finish(self) -> None:
        """Nothing is left over."""
