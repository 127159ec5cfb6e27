"""Complaints in four steps: received, investigated, dealt with, reported back; who complained twice and who again.

A plan decides the whole life of a complaint first; its rows and its KPIs (complaint_truth.py) follow from the plan.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.centre import QUEUES, Agents
from simulator.office.customers.complaint_truth import plant_complaints
from simulator.office.customers.shared import (
    CHANNELS,
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    SECOND,
    Planter,
    blank,
    caller_numbers,
    named,
    numbered,
    pick,
)
from simulator.office.today import Today

STREAM = 260
SHARE = 0.30  # of the sampled contacts that are about a grievance
EDGE_RESPONSE = np.array([24 * HOUR, 24 * HOUR + SECOND])
EDGE_WORK = np.array([48 * HOUR, 48 * HOUR + SECOND])
AGAIN_AFTER = np.array([3 * DAY, 12 * DAY, 29 * DAY, 30 * DAY, 30 * DAY + SECOND])
TOPICS = np.array(QUEUES[2].topics, dtype=object)
DEMANDS = np.array(["退款", "道歉", "赔偿", "更正", "解释"], dtype=object)
CAUSES = np.array(["流程缺陷", "人员失误", "系统故障", "产品质量", "物流延误"], dtype=object)
DEPARTMENTS = np.array(["产品部", "物流部", "技术部", "财务部", "客服部"], dtype=object)


class Complaints:
    """Each customer complains once, apart from the planned doubles and repeats, so that these are known for certain."""

    def __init__(self, agents: Agents, plant: Planter) -> None:
        self._agents, self._plant = agents, plant
        self._known: set[int] = set()
        self._plans: list[pd.DataFrame] = []

    def day(self, today: Today, base: pd.DataFrame) -> np.ndarray:
        """Plan the complaints of today's contacts; gives the customers who complained."""
        rng = today.random(STREAM)
        lucky = rng.random(len(base)) < SHARE
        chosen = base[lucky & base["is_complaining"].to_numpy(dtype=bool)].drop_duplicates("customer")
        chosen = chosen[~chosen["customer"].isin(self._known)].reset_index(drop=True)
        if len(chosen) == 0:
            return np.empty(0, dtype=np.int64)
        customers = chosen["customer"].to_numpy()
        self._known.update(customers[customers >= 0].tolist())
        n = len(chosen)
        first = chosen.assign(
            received=chosen["begin"] + (chosen["end"] - chosen["begin"]) // 2,
            topic=TOPICS[rng.integers(0, len(TOPICS), n)],
            complaint_id=[f"P{today.date:%Y%m%d}-{number:05d}" for number in range(1, n + 1)],
            is_double=False,
            is_again=False,
        )
        plan = self._lives(pd.concat([first, self._more(first, rng)], ignore_index=True), rng, today.options.spotless)
        self._plans.append(plan)
        return np.asarray(customers)

    def finish(self) -> None:
        """Write all complaints and plant their KPIs."""
        if self._plans:
            plan = pd.concat(self._plans, ignore_index=True)
            self._write(plan)
            plant_complaints(self._plant, plan)

    def _more(self, first: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """The same matter through another channel within a day (a double), or a new one weeks later (a repeat)."""
        kind = pick(rng, len(first), (0.80, 0.08, 0.12))
        kind = np.where(first["customer"] >= 0, kind, 0)
        twice = first[kind == 1]
        after = np.where(rng.random(len(twice)) < 0.3, DAY, 2 * HOUR)
        twice = twice.assign(received=twice["received"] + after, channel=3, contact_id=None, is_double=True,
                             complaint_id=twice["complaint_id"] + "D")  # fmt: skip
        again = first[kind == 2]
        after = AGAIN_AFTER[rng.integers(0, len(AGAIN_AFTER), len(again))]
        again = again.assign(received=again["received"] + after, contact_id=None, is_again=after <= 30 * DAY,
                             complaint_id=again["complaint_id"] + "R")  # fmt: skip
        both: pd.DataFrame = pd.concat([twice, again], ignore_index=True)
        return both

    def _lives(self, plan: pd.DataFrame, rng: np.random.Generator, is_spotless: bool) -> pd.DataFrame:
        n, received = len(plan), plan["received"].to_numpy()
        answer = (np.where(rng.random(n) < 0.88, rng.uniform(0.2, 23, n), rng.uniform(25, 40, n)) * HOUR).astype(
            np.int64
        )
        answer = np.where(rng.random(n) < 0.05, EDGE_RESPONSE[rng.integers(0, 2, n)], answer)
        longest = 24 * HOUR if is_spotless else NEVER
        answer = np.minimum(answer, longest)
        responded = received + answer
        waits = rng.random(n) < 0.3
        pause = np.where(waits, (rng.uniform(2, 60, n) * HOUR).astype(np.int64), 0)
        waiting = responded + 2 * HOUR
        work = (np.where(rng.random(n) < 0.85, rng.uniform(44, 47, n), rng.uniform(49, 120, n)) * HOUR).astype(np.int64)
        work = np.where(rng.random(n) < 0.08, EDGE_WORK[rng.integers(0, 2, n)], work)
        work = np.where(rng.random(n) < 0.03, 16 * DAY, work)  # beyond the outer legal limit
        work = np.minimum(work, 2 * longest if is_spotless else NEVER)
        # a break that begins when the 48 hours are over moves nothing
        pauses_late = (rng.random(n) < 0.04) & ~waits & (not is_spotless)
        waiting = np.where(pauses_late, received + 50 * HOUR, waiting)
        work = np.where(pauses_late, 70 * HOUR, work)
        late_pause = np.where(pauses_late, 6 * HOUR, 0)
        finished = received + work + pause + late_pause
        is_never = (rng.random(n) < 0.03) & (not is_spotless)
        finished = np.where(is_never, NEVER, finished)
        feedback = finished + np.where(rng.random(n) < 0.1, 8 * DAY, 3 * HOUR)
        told = rng.random(n) < 0.92
        gap = pick(rng, n, (0.92, 0.04, 0.04))
        return plan.assign(
            keeper=rng.integers(0, self._agents.n, n),
            responded=responded,
            is_apologised=rng.random(n) < 0.93,
            investigating=responded + HOUR,
            waiting=np.where(waits | pauses_late, waiting, NEVER),
            resumed=np.where(waits | pauses_late, waiting + pause + late_pause, NEVER),
            counted_pause=pause,
            finished=finished,
            cause=blank(gap == 1, CAUSES[rng.integers(0, len(CAUSES), n)]),
            demand=blank(gap == 2, DEMANDS[rng.integers(0, len(DEMANDS), n)]),
            department=DEPARTMENTS[rng.integers(0, len(DEPARTMENTS), n)],
            feedback=np.where(told & ~is_never, feedback, NEVER),
            notified=np.where((rng.random(n) < 0.85) & ~is_never, finished + MINUTE, NEVER),
            reopened=np.where((rng.random(n) < 0.06) & ~is_never, finished + 4 * DAY, NEVER),
            content_chars=rng.integers(20, 400, n),
        )

    def _write(self, p: pd.DataFrame) -> None:
        p = p.assign(row=np.arange(len(p)), ended=np.where(p["reopened"] < NEVER, p["reopened"] + DAY, NEVER))
        keeper = named(p["keeper"], self._agents.ids)

        def step(name: str, column: str, order: int, **more: Any) -> pd.DataFrame:
            frame = pd.DataFrame({"row": p["row"], "complaint_id": p["complaint_id"], "at": p[column], "step": name,
                                  "agent_id": keeper, "order": order, **more})  # fmt: skip
            return frame[frame["at"] < NEVER]

        department = {"department_id": p["department"]}
        rows = numbered(
            [
                step("received", "received", 0, contact_id=p["contact_id"], topic=p["topic"], demand=p["demand"],
                     caller_number=caller_numbers(p["customer"]), content_chars=p["content_chars"].astype("Int64"),
                     channel=named(p["channel"], np.array(CHANNELS, dtype=object))),
                step("responded", "responded", 1, is_apologised=p["is_apologised"].astype(object)),
                step("investigating", "investigating", 2, **department),
                step("waiting_customer", "waiting", 3),
                step("resumed", "resumed", 4),
                step("finished", "finished", 5, cause=p["cause"]),
                step("department_notified", "notified", 6, **department),
                step("feedback_sent", "feedback", 7),
                step("reopened", "reopened", 8),
                step("finished", "ended", 9, cause=p["cause"]),
            ],
            "complaint",
        )  # fmt: skip
        self._plant.book.rows("complaints", rows, made="happened_at")
