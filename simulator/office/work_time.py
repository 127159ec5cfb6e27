"""Schedules, and what they make of the working day: adherence, conformance, shrinkage, utilisation, night shifts.

The plan is made from what happened, with deviations that are planted in it, so that the seconds off the plan are known
without laying one over the other. Times are local wall-clock milliseconds until they are written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.events.codes import AgentState, Direction, Leg
from simulator.office.book import Book
from simulator.office.plan import Plan, plan_day
from simulator.office.today import Today
from simulator.options import DAY_MS, Options
from simulator.staffing import HALF_HOUR, SHIFTS

STREAM, EDITS = 510, 511
GRACE_MS = 15 * 60_000  # work this long after the end of the shift still counts
NIGHT_LIMIT = 5
HOUR_MS = 3_600_000
_HANDLING = [AgentState.TALK, AgentState.HOLD, AgentState.WRAP]
_READY = [*_HANDLING, AgentState.AVAILABLE, AgentState.RINGING]
_COURSES = [AgentState.MEETING, AgentState.TRAINING]


@dataclass
class _Nights:
    """Night shifts in a row of each agent, and who worked nights, or too many of them, in a month."""

    streak: np.ndarray
    worked: dict[np.datetime64, np.ndarray]
    too_many: dict[np.datetime64, np.ndarray]


class WorkTime:
    """One plan per agent and working day; on a few days off there is paid leave or sick leave."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._agents, self._book = agents, book
        self._nights = _Nights(np.zeros(agents.n, dtype=np.int64), {}, {})
        self._paid: list[pd.DataFrame] = []
        self._calls: list[pd.DataFrame] = []

    def day(self, today: Today) -> None:
        self._count_calls(today)
        self._count_states(today)
        plan = plan_day(today, self._shifts(), today.random(STREAM))
        self._count_nights(today, plan)
        if len(plan.agent) == 0:
            return
        self._book.rows("schedules", self._rows(today, plan), made="shift_date")
        self._plant(today, plan)

    def _shifts(self) -> np.ndarray:
        """Start and end of each agent's shift in milliseconds from midnight, shape [n, 2]."""
        bounds: np.ndarray = np.array(SHIFTS, dtype=np.int64)[self._agents.shift] * HALF_HOUR
        return bounds

    def _rows(self, today: Today, plan: Plan) -> pd.DataFrame:
        """The plan as it was last published, and an older version of one in ten with everything half an hour later."""
        rng = today.random(EDITS)
        edited = rng.random(self._agents.n) < 0.1
        first = today.midnight - np.timedelta64(7 * DAY_MS - 10 * HOUR_MS, "ms")
        late = today.midnight - np.timedelta64(5 * HOUR_MS, "ms")
        old = edited[plan.row_agent]
        n_old = int(old.sum())
        agent = np.concatenate([plan.row_agent, plan.row_agent[old]])
        version = np.concatenate([np.where(old, 2, 1), np.full(n_old, 1)])
        moved = np.concatenate([np.zeros(len(plan.row_agent), dtype=np.int64), np.full(n_old, HALF_HOUR)])
        start = np.concatenate([plan.row_start, plan.row_start[old]]) + moved
        end = np.concatenate([plan.row_end, plan.row_end[old]]) + moved
        return pd.DataFrame(
            {
                "activity_id": [f"P{today.date:%Y%m%d}-{number}" for number in range(1, len(agent) + 1)],
                "agent_id": self._agents.ids[agent],
                "shift_date": np.datetime64(today.date),
                "plan_version": version,
                "activity": np.concatenate([plan.row_activity, plan.row_activity[old]]),
                "starts_at": today.midnight + start.astype("timedelta64[ms]"),
                "ends_at": today.midnight + end.astype("timedelta64[ms]"),
                "is_night": self._agents.shift[agent] == 0,
                "published_at": np.where(version == 2, late, first),
            }
        )

    def _plant(self, today: Today, plan: Plan) -> None:
        agent, day = self._agents.ids[plan.agent], np.full(len(plan.agent), np.datetime64(today.date))
        part = self._book.part
        here = plan.present > 0
        adherent = plan.present - plan.off_plan
        part("adherence", "adherence", day[here], adherent[here] / 1000, plan.present[here] / 1000, agent=agent[here])
        seconds = self._seconds(today, plan)
        worked, productive = np.minimum(seconds["ready"], plan.productive), plan.productive
        part("conformance", "conformance", day, worked / 1000, productive / 1000, agent=agent)
        planned = plan.paid - plan.productive - plan.sick
        lost = plan.sick + plan.lost
        for formula, away in (("total", planned + lost), ("planned", planned), ("unplanned", lost)):
            part("shrinkage", formula, day, away / 1000, plan.paid / 1000, agent=agent)
        used = np.minimum(seconds["handling"] + seconds["courses"], plan.paid)
        part("utilisation", "paid_hours", day, used / 1000, plan.paid / 1000, agent=agent)
        at_work = np.minimum(seconds["ready"], plan.present)
        part("utilisation", "shift", day, at_work / 1000, plan.present / 1000, agent=agent)
        self._paid.append(pd.DataFrame({"agent": plan.agent, "day": day, "paid": plan.paid}))

    def _seconds(self, today: Today, plan: Plan) -> dict[str, np.ndarray]:
        """Milliseconds of states between the start of the shift and its end plus grace, per row of ``plan.agent``."""
        states = today.record.records.states
        shift = self._shifts()[states.agent]
        start = np.maximum(states.start - today.record.midnight, shift[:, 0])
        lasts = (np.minimum(states.end - today.record.midnight, shift[:, 1] + GRACE_MS) - start).clip(0)
        sums = {}
        for name, kinds in (("ready", _READY), ("handling", _HANDLING), ("courses", _COURSES)):
            per_agent = np.bincount(states.agent, lasts * np.isin(states.state, kinds), self._agents.n)
            sums[name] = np.where(plan.present > 0, per_agent[plan.agent], 0)
        return sums

    def _count_states(self, today: Today) -> None:
        """Occupancy that counts meetings and training as occupied."""
        states = today.record.records.states
        lasts = (states.end - states.start) / 1000
        busy = np.isin(states.state, [*_HANDLING, *_COURSES])
        ready = np.isin(states.state, [*_READY, *_COURSES])
        day = today.index + (states.start - today.record.midnight) // DAY_MS
        table = pd.DataFrame({"day": day, "agent": states.agent, "busy": lasts * busy, "ready": lasts * ready})
        sums = table.groupby(["day", "agent"], as_index=False).sum()
        days = np.datetime64(today.options.start) + sums["day"].to_numpy()
        agent = self._agents.ids[sums["agent"]]
        self._book.part("occupancy", "icmi", days, sums["busy"], sums["ready"], agent=agent)

    def _count_calls(self, today: Today) -> None:
        legs, contacts = today.record.records.legs, today.record.records.contacts
        kept = (legs.direction == Direction.INBOUND) & (legs.queued >= 0) & (legs.outcome == Leg.ANSWERED)
        kept &= ~contacts.is_test[legs.contact]
        day = legs.queued[kept].astype("datetime64[ms]").astype("datetime64[D]")
        table = pd.DataFrame({"agent": legs.agent[kept], "day": day})
        self._calls.append(table.groupby(["agent", "day"]).size().rename("calls").reset_index())

    def _count_nights(self, today: Today, plan: Plan) -> None:
        on_duty = np.zeros(self._agents.n, dtype=bool)
        on_duty[plan.agent[plan.present > 0]] = True
        on_duty &= self._agents.shift == 0
        nights = self._nights
        nights.streak = np.where(on_duty, nights.streak + 1, 0)
        month = np.datetime64(today.date, "M")
        none = np.zeros(self._agents.n, dtype=bool)
        nights.worked[month] = nights.worked.get(month, none) | on_duty
        nights.too_many[month] = nights.too_many.get(month, none) | (nights.streak > NIGHT_LIMIT)

    def finish(self) -> None:
        for month, worked in self._nights.worked.items():
            who = np.flatnonzero(worked)
            too_many = self._nights.too_many[month][who]
            self._book.part(
                "night_shifts",
                "consecutive",
                np.full(len(who), month),
                too_many,
                1,
                agent=self._agents.ids[who],
                whole_month=True,
            )
        if not self._paid:
            return
        paid, calls = pd.concat(self._paid), pd.concat(self._calls)
        calls["day"] = calls["day"].astype("datetime64[ns]")
        paid["day"] = paid["day"].astype("datetime64[ns]")
        both = paid.merge(calls.groupby(["agent", "day"], as_index=False).sum(), how="left", on=["agent", "day"])
        days, agent = both["day"].to_numpy(dtype="datetime64[D]"), self._agents.ids[both["agent"]]
        self._book.part(
            "calls_per_agent_hour", "paid_hours", days, both["calls"].fillna(0), both["paid"] / HOUR_MS, agent=agent
        )
