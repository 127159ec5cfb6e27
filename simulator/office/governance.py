"""The register of the organisation: duties that return, requests of customers, and single acts.

A duty (meeting, drill, review) is due at the end of a month, which the entry before it names; a yearly one is due
twelve months after it was done.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options, generator

DUTIES, REQUESTS, ACTS = 650, 651, 652
DAY = np.timedelta64(1, "D")
# kind, scope, months between two of them
PERIODS = (
    ("meeting", "quality_committee", 1),
    ("meeting", "process_improvement", 1),
    ("compliance_check", "monthly", 1),
    ("drill", "emergency", 6),
    ("risk_assessment", "compliance", 12),
    ("policy_review", "quality_rules", 12),
    ("plan_revision", "emergency_plan", 12),
    ("meeting", "quality_analysis", 1),
)
OTHERS = (
    ("mystery_call", "服务热线", "录音已评分，发现一处未复述方案"),
    ("process_walk", "资费变更", "跳转过多，已提交流程优化"),
    ("audit", "账号权限", "抽查通过"),
    ("data_share", "保险合作方", "仅导出约定字段"),
    ("resource_list", "应急联系人", "公安、消防、医疗联系人已核对"),
    ("training_plan", "年度", "年度培训计划已修订"),
)


class Governance:
    """All duties are laid out at the start; requests and single acts come day by day."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._is_spotless = book, options.spotless
        rng = generator(options.seed, options.start, DUTIES)
        for place, (kind, scope, months) in enumerate(PERIODS):
            self._lay_out(kind, scope, months, place, rng)

    def _lay_out(self, kind: str, scope: str, months: int, place: int, rng: np.random.Generator) -> None:
        """Take over the entry before the first day, then do the duty month after month: mostly in time, sometimes on
        the first day of the next month (one day late), sometimes much later."""
        start = self._book.start.astype("datetime64[D]")
        end = self._book.end.astype("datetime64[D]")
        # due in the first month, or (half-yearly and yearly duties) in one of the first three
        due = start.astype("datetime64[M]") + (0 if months == 1 else place % 3)
        before = (due - months).astype("datetime64[D]") + 9 * DAY
        rows = [self._entry(kind, scope, before, start, due, months)]
        done = before
        while _last_of(due) < end:
            last = _last_of(due)
            first = max(start, due.astype("datetime64[D]"), done + DAY)
            late = rng.choice([-1, 0, 1, 12], p=[0.75, 0.1, 0.1, 0.05])
            if (kind, scope) == PERIODS[0][:2]:
                late = 1  # the committee meets one day late, and so does not in the month in which it should
            if self._is_spotless:
                late = min(late, 0)
            done = last + late * DAY if late >= 0 else first + rng.integers(0, (last - first) // DAY + 1) * DAY
            self._book.part(
                "governance", "on_time", due.astype("datetime64[D]"), int(done <= last), 1, whole_month=True
            )
            due = (done.astype("datetime64[M]") if months == 12 else due) + months
            rows.append(self._entry(kind, scope, done, done, due, months))
        self._record(pd.concat(rows, ignore_index=True))

    def _entry(
        self, kind: str, scope: str, done: np.datetime64, recorded: np.datetime64, due: np.datetime64, months: int
    ) -> pd.DataFrame:
        """One entry; a yearly one leaves the due day to the calendar of duties."""
        return pd.DataFrame(
            {
                "ledger_entry_id": [f"LE-{kind}-{scope}-{done}"],
                "recorded_date": [recorded.astype("datetime64[ms]")],
                "kind": kind,
                "scope": scope,
                "done_date": [done.astype("datetime64[ms]")],
                "done_by": "E001",
                "next_due_date": [_last_of(due).astype("datetime64[ms]")] if months < 12 else [pd.NaT],
                "evidence_uri": f"ledger/{kind}/{done}.pdf",
                "result": "已完成",
            }
        )

    def day(self, today: Today) -> None:
        day = today.midnight.astype("datetime64[D]")
        self._requests(today, day)
        rng = today.random(ACTS)
        if rng.random() < 0.3:
            kind, scope, result = OTHERS[rng.integers(0, len(OTHERS))]
            row = {
                "ledger_entry_id": [f"LE-{kind}-{scope}-{day}"],
                "recorded_date": [day.astype("datetime64[ms]")],
                "kind": kind,
                "scope": scope,
                "done_date": [day.astype("datetime64[ms]")],
                "done_by": "E002",
                "evidence_uri": f"ledger/{kind}/{day}.pdf",
                "result": result,
            }
            self._record(pd.DataFrame(row))

    def _record(self, rows: pd.DataFrame) -> None:
        """Write entries; the text of each is searched for numbers that should be masked, and has none."""
        self._book.rows("ledger", rows, made="recorded_date")
        self._book.part("pii_scan", "unmasked", rows["recorded_date"], 0, 1)

    def _requests(self, today: Today, day: np.datetime64) -> None:
        """Requests of customers to see or delete their data: answered before, on, or one day after the agreed day."""
        rng = today.random(REQUESTS)
        n = int(rng.poisson(0.5))
        if n == 0:
            return
        allowed = rng.integers(3, 12, n)
        late = rng.choice([-2, 0, 1, 400], n, p=[0.6, 0.25, 0.1, 0.05])
        due, answered = day + allowed * DAY, day + (allowed + late) * DAY
        names = [f"SR-{day}-{number}" for number in range(1, n + 1)]
        base = pd.DataFrame({"kind": "subject_request", "scope": names, "done_by": "E003"})
        received = base.assign(
            recorded_date=day.astype("datetime64[ms]"),
            done_date=day.astype("datetime64[ms]"),
            next_due_date=due.astype("datetime64[ms]"),
            result="已受理",
        )
        closed = base.assign(
            recorded_date=answered.astype("datetime64[ms]"),
            done_date=answered.astype("datetime64[ms]"),
            result="已答复",
        )
        received["ledger_entry_id"], closed["ledger_entry_id"] = base["scope"] + "-1", base["scope"] + "-2"
        self._record(pd.concat([received, closed], ignore_index=True))
        self._book.part("subject_request", "in_time", due, answered <= due, 1)

    def finish(self) -> None:
        """Nothing is left over."""


def _last_of(month: np.datetime64) -> np.datetime64:
    """Last day of a month."""
    last: np.datetime64 = (month + 1).astype("datetime64[D]") - DAY
    return last
