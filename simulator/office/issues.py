"""Quality issues: found, analysed, measures set, implemented, verified; some late, some verified by their own owner,
some reopened. Local days; an issue is closed when somebody other than its owner has verified the effect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.centre import QUEUES, Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options

STREAM = 320
DAY = np.timedelta64(1, "D")
SECOND = np.timedelta64(1_000, "ms")
TOPICS = np.array(["系统操作", "资费解释", "业务流程", "知识库缺失", "服务态度", "身份核实", "录音告知"], dtype=object)
TOPIC_SHARE = (0.35, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05)
KIND_OF_TOPIC = np.array(
    ["system", "knowledge", "process", "knowledge", "service", "compliance", "compliance"], dtype=object
)
SOURCES = np.array(["review", "inspection", "complaint", "survey", "mystery_call", "audit"], dtype=object)
TERMS = (5, 7, 10, 14)  # days until the closure is due
CALLS_AN_ISSUE = 4_000
# A spotless centre looks closely: it finds many issues, each so small that it is closed within days.
SPOTLESS_TERMS, SPOTLESS_CALLS_AN_ISSUE = (1, 2, 3, 5), 25
# How an issue ends, with its share.
(IN_TIME, ON_THE_DAY, ONE_DAY_LATE, LATE, BY_OWNER, REOPENED_BEFORE_DUE, COMES_BACK, NEVER) = range(8)
SHARES = (0.69, 0.10, 0.04, 0.04, 0.03, 0.03, 0.05, 0.02)


class Issues:
    """About one issue a day, and one more for every so many calls."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book

    def day(self, today: Today) -> None:
        rng, is_spotless = today.random(STREAM), today.options.spotless
        calls_an_issue = SPOTLESS_CALLS_AN_ISSUE if is_spotless else CALLS_AN_ISSUE
        n = int(rng.poisson(1.6 + len(today.calls) / calls_an_issue))
        if n == 0:
            return
        topic = rng.choice(len(TOPICS), n, p=TOPIC_SHARE)
        end = rng.choice(len(SHARES), n, p=SHARES)
        if is_spotless:
            end[:] = IN_TIME
        term = np.array(SPOTLESS_TERMS if is_spotless else TERMS)[rng.integers(0, len(TERMS), n)]
        found = today.midnight + rng.integers(8 * 3_600_000, 17 * 3_600_000, n).astype("timedelta64[ms]")
        owner = np.array([f"M{number:03d}" for number in rng.integers(1, 9, n)], dtype=object)
        issues = pd.DataFrame(
            {
                "issue_id": [f"Q{today.date:%Y%m%d}-{number}" for number in range(1, n + 1)],
                "issue_kind": KIND_OF_TOPIC[topic],
                "topic": TOPICS[topic],
                "found_by": SOURCES[rng.integers(0, len(SOURCES), n)],
                "queue_id": np.array([queue.queue_id for queue in QUEUES], dtype=object)[
                    rng.integers(0, len(QUEUES), n)
                ],
                "owner_id": np.where((end == NEVER) & (rng.random(n) < 0.5), np.array(None, dtype=object), owner),
                "due_date": found.astype("datetime64[D]") + term * DAY,
            }
        )
        self._steps(rng, issues, end, term, found)

    def finish(self) -> None:
        """Nothing is left over."""

    def _steps(
        self, rng: np.random.Generator, issues: pd.DataFrame, end: np.ndarray, term: np.ndarray, found: np.ndarray
    ) -> None:
        n = len(issues)
        due_end = (issues["due_date"].to_numpy(dtype="datetime64[D]") + DAY).astype("datetime64[ms]")
        span = due_end - found
        early, late = end == REOPENED_BEFORE_DUE, due_end + rng.integers(1, 9, n) * DAY
        verified = np.select(
            [end == ON_THE_DAY, end == ONE_DAY_LATE, end == LATE, early],
            [due_end - SECOND, due_end, late, found + span * 0.62],
            found + span * rng.uniform(0.65, 0.9, n),
        )
        reopened = np.full(n, np.datetime64("NaT", "ms"))
        reopened[early] = (found + span * 0.8)[early]
        back = end == COMES_BACK  # after the due day at the earliest; on day 30 it is a recurrence, on day 31 none
        days = np.where(rng.random(n) < 0.3, 30, np.where(rng.random(n) < 0.3, 31, rng.integers(15, 30, n)))
        reopened[back] = (verified + days * DAY)[back]
        again = reopened + 6 * DAY + np.maximum(due_end - reopened, np.timedelta64(0, "ms"))
        verifier = np.where(end == BY_OWNER, issues["owner_id"], "V001")
        is_done = end != NEVER
        steps: list[tuple[str, np.ndarray, np.ndarray, Any]] = [
            ("found", found, np.ones(n, bool), "V002"),
            ("analysed", found + span * 0.15, np.ones(n, bool), issues["owner_id"]),
            ("measures_set", found + span * 0.3, is_done, issues["owner_id"]),
            ("implemented", found + span * 0.55, is_done, issues["owner_id"]),
            ("verified", verified, is_done, verifier),
            ("reopened", reopened, early | back, "V002"),
            ("measures_set", reopened + DAY, early | back, issues["owner_id"]),
            ("implemented", reopened + 3 * DAY, early | back, issues["owner_id"]),
            ("verified", again, early | back, "V001"),
        ]
        for number, (step, happened, mask, by) in enumerate(steps, start=1):
            rows = issues.assign(step=step, happened_at=happened, by_id=by)[mask]
            self._book.rows(
                "quality_issues", rows.assign(issue_step_id=rows["issue_id"] + f"-{number}"), made="happened_at"
            )
        self._plant(issues, end, found, verified, reopened, again)

    def _plant(self, issues: pd.DataFrame, end: np.ndarray, found: np.ndarray, verified: np.ndarray,
               reopened: np.ndarray, again: np.ndarray) -> None:  # fmt: skip
        queue, part = issues["queue_id"].to_numpy(dtype=object), self._book.part
        due = issues["due_date"].to_numpy(dtype="datetime64[D]")
        part("issue_closure", "closure_due", due, np.isin(end, [IN_TIME, ON_THE_DAY, COMES_BACK]), 1, queue=queue)
        part("issue_closure", "closed_over_opened", found, 0, 1, queue=queue)
        part("issue_assigned", "issue_assigned", found, issues["owner_id"].notna(), 1, queue=queue)
        is_closed, twice = ~np.isin(end, [BY_OWNER, NEVER]), ~np.isnat(reopened)
        for moment, mask in ((verified, is_closed), (again, twice)):
            part("issue_closure", "closed_over_opened", moment[mask], 100, 0, queue=queue[mask])
        for moment, mask in ((verified, end != NEVER), (again, twice)):
            broken = (end == BY_OWNER)[mask] & (moment is verified)
            part("separation_of_duties", "separation_of_duties", moment[mask], broken, 1)
        settled = verified.astype("datetime64[D]") + 30 * DAY
        comes_back = twice & (reopened.astype("datetime64[D]") <= settled)
        part(
            "issue_recurrence_30d",
            "issue_recurrence_30d",
            settled[is_closed],
            comes_back[is_closed],
            1,
            queue=queue[is_closed],
        )
        part("issue_recurrence_30d", "issue_recurrence_30d", again[twice] + 30 * DAY, 0, 1, queue=queue[twice])
        last = np.full(len(issues), self._book.end)
        self._plant_open(found, np.where(is_closed, verified, last), due, queue)
        self._plant_open(reopened[twice], again[twice], due[twice], queue[twice])

    def _plant_open(self, opened: np.ndarray, closed: np.ndarray, due: np.ndarray, queue: np.ndarray) -> None:
        """Each day at whose end an issue was open, and whether its due day was over by then."""
        first = opened.astype("datetime64[D]")
        beyond = np.minimum(closed, self._book.end).astype("datetime64[D]")
        n_days = np.maximum((beyond - first) / DAY, 0).astype(np.int64)
        row = np.repeat(np.arange(len(first)), n_days)
        if len(row) == 0:
            return
        day = first[row] + (np.arange(len(row)) - np.repeat(np.cumsum(n_days) - n_days, n_days)) * DAY
        self._book.part("issue_overdue", "issue_overdue", day, day >= due[row] + DAY, 1, queue=queue[row])
