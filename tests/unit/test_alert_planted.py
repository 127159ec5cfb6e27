"""The engine over the simulator's calls raises exactly the alerts that the simulator planted."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pandas as pd

from lingting.alerting.engine import Window, episodes
from lingting.alerting.rules import rules
from lingting.paths import Home
from simulator.options import Options
from simulator.run import simulate

DAYS = Options(date(2026, 9, 28), 5, 900, agents=12, seed=11, recordings=False, texts=False, spotless=True)


def _start(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)


def test_engine_raises_for_exactly_the_windows_that_were_planted(lingting_home: Home) -> None:
    simulate(DAYS, lingting_home)
    calls = pd.read_parquet(lingting_home.truth / "calls.parquet")
    offered: Counter[tuple[str, str, datetime]] = Counter()
    abandoned: Counter[tuple[str, str, datetime]] = Counter()
    for call in calls.itertuples():
        if call.direction != "inbound" or call.is_test or pd.isna(call.queued_at):
            continue
        if call.outcome not in ("answered", "abandoned"):
            continue
        start = _start(call.queued_at.to_pydatetime())
        for key in (("queue", call.queue_id, start), ("centre", "centre", start)):
            offered[key] += 1
            abandoned[key] += call.outcome == "abandoned"
    raised = set()
    for scope, member in {key[:2] for key in offered}:
        windows = [
            Window(key[2], key[2] + timedelta(minutes=30), abandoned[key] / n, n)
            for key, n in offered.items()
            if key[:2] == (scope, member)
        ]
        for episode in episodes(rules()[f"abandonment.{scope}.half_hour"], windows):
            raised |= {(scope, member, window.start_at) for window in episode.breaches}
    planted = pd.concat(
        pd.read_csv(path, parse_dates=["window_start_at"])
        for path in sorted((lingting_home.landing / "simulator" / "alerts").iterdir())
    )
    expected = {(row.scope, row.scope_id, row.window_start_at.to_pydatetime()) for row in planted.itertuples()}
    assert len(expected) > 10, "the simulation must plant some"
    assert raised == expected
