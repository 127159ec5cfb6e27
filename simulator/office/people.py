"""Who is employed when: the agents on the telephone, trainees who wait for a place there, evaluators and managers.

Decided for the whole simulation before its first day. No agent leaves who still has calls: one leaves at the end of the
last day, all others who leave are trainees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from simulator.centre import NEW_AGENTS, Agents
from simulator.options import Options, generator
from simulator.staffing import SHIFTS

STREAM = 500
TURNOVER = 0.022  # of the head count leaves in a month
NEVER: np.datetime64 = np.datetime64("NaT", "D")
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class People:
    """Employees as arrays of length n. ``agent`` is the number on the telephone, -1 for everyone else.
    The ``team`` of a manager is the one that is led; evaluators have none.

    ``hired`` and ``left`` are local days, both days of employment; NaT: still there."""

    ids: np.ndarray
    role: np.ndarray
    team: np.ndarray
    fte: np.ndarray
    hired: np.ndarray
    left: np.ndarray
    is_voluntary: np.ndarray
    agent: np.ndarray

    @property
    def n(self) -> int:
        return len(self.ids)

    @property
    def is_key_post(self) -> np.ndarray:
        return np.asarray(self.role != "agent")

    @property
    def agent_ids(self) -> np.ndarray:
        """The id under which a KPI counts for an agent; None for the other roles."""
        return np.array(
            [i if role == "agent" else None for i, role in zip(self.ids, self.role, strict=True)], dtype=object
        )

    def employed(self, day: np.datetime64) -> np.ndarray:
        return np.asarray((self.hired <= day) & (np.isnat(self.left) | (self.left >= day)))


def people_of(options: Options, agents: Agents) -> People:
    """Everyone who is employed at some time of the simulation; the same for every domain."""
    rng = generator(options.seed, options.start, STREAM)
    start: np.datetime64 = np.datetime64(options.start, "D")
    rows: list[tuple[str, str, str | None, float, np.datetime64, np.datetime64, bool, int]] = []
    last: np.datetime64 = start + (options.days - 1) * DAY
    leaver = _last_day_leaver(agents)
    for number, (agent_id, team, before) in enumerate(
        zip(agents.ids, agents.team_ids[agents.team], agents.hired_days_before, strict=True)
    ):
        fte = 0.8 if number % 7 == 6 else 1.0
        left: np.datetime64 = last if number == leaver and not options.spotless else NEVER
        rows.append((agent_id, "agent", team, fte, start - int(before) * DAY, left, True, number))
    for role, letter, count in (
        ("evaluator", "E", max(1, round(agents.n * 0.055))),
        ("manager", "M", max(1, agents.n // 10)),
    ):
        for number in range(1, count + 1):
            hired = start - int(rng.integers(200, 3_000)) * DAY
            team = agents.team_ids[(number - 1) % len(agents.team_ids)] if role == "manager" else None
            rows.append((f"{letter}{number:03d}", role, team, 1.0, hired, NEVER, False, -1))
    for number, (hired, left) in enumerate(_trainees(options, len(rows), rng), 1):
        team = agents.team_ids[number % len(agents.team_ids)]
        rows.append((f"N{number:05d}", "agent", team, 1.0, hired, left, bool(rng.random() < 0.7), -1))
    table = pd.DataFrame(rows, columns=["ids", "role", "team", "fte", "hired", "left", "is_voluntary", "agent"])
    columns = {name: table[name].to_numpy() for name in table.columns}
    days = {name: columns.pop(name).astype("datetime64[D]") for name in ("hired", "left")}
    return People(**columns, **days)


def _last_day_leaver(agents: Agents) -> int:
    """An agent whose shift ends before midnight, so that no call comes after the last day of work."""
    day_shifts = np.flatnonzero(agents.shift != len(SHIFTS) - 1)
    return int(day_shifts[0]) if agents.n > len(NEW_AGENTS) and len(day_shifts) else -1


def _trainees(
    options: Options, others: int, rng: np.random.Generator
) -> list[tuple[np.datetime64, np.datetime64]]:  # (hired, left)
    """Joiners and leavers at an even rate; one joins on the second day, one leaves on the last day of each month."""
    start: np.datetime64 = np.datetime64(options.start, "D")
    pool = max(2, others // 12)
    hired = [start - int(days) * DAY for days in rng.integers(8, 160, pool)]
    hired[:2] = [start - 88 * DAY, start - 85 * DAY]  # their three months end soon after the start
    left: list[np.datetime64] = [NEVER] * pool
    rate = TURNOVER * others / 30
    here = list(range(pool))
    for index in range(options.days):
        today: date = options.day(index)
        for _ in range(int(rng.poisson(rate)) + (index == 1)):
            here.append(len(hired))
            hired.append(np.datetime64(today, "D"))
            left.append(NEVER)
        is_month_end = options.day(index + 1).day == 1
        for _ in range(int(rng.poisson(rate)) + is_month_end):
            if here and hired[here[0]] < np.datetime64(today, "D") and not options.spotless:
                left[here.pop(0)] = np.datetime64(today, "D")
    return list(zip(hired, left, strict=True))
