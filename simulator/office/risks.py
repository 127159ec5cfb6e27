"""The register of risks: what may happen, how likely and how grave it is, what is done about it, and its reviews."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options, generator

STREAM = 4220
DAY = np.timedelta64(1, "D")
NEVER: np.datetime64 = np.datetime64("NaT", "D")
# kind, title, likelihood, impact, response, KPI that warns
RISKS = (
    ("market", "促销期来电量激增", 4, 3, "reduce", "abandonment"),
    ("market", "竞品降价带来集中投诉", 2, 3, "accept", "complaint_rate"),
    ("credit", "合作方拖欠结算款", 2, 4, "transfer", None),
    ("operational", "新员工误导客户", 3, 4, "reduce", "script_compliance"),
    ("operational", "客户信息被违规导出", 1, 5, "avoid", "export_purpose"),
    ("operational", "关键岗位离职", 3, 3, "reduce", "attrition"),
    ("technical", "呼叫平台中断", 2, 5, "transfer", "availability"),
    ("technical", "备份无法恢复", 1, 5, "reduce", "restore_drill"),
)
# Days from an entry to the review that it asks for, one for each risk in turn: three months at most.
ASKED = np.array([5, 9, 14, 30, 60, 90, 7, 21])


class Risks:
    """The register is taken over on the first day; all reviews are laid out at the start."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book
        rng = generator(options.seed, options.start, STREAM)
        rows = [row for number in range(len(RISKS)) for row in self._life(number, rng)]
        table = pd.DataFrame(rows)
        for name in ("recorded_date", "review_due_date"):
            table[name] = table[name].to_numpy(dtype="datetime64[D]").astype("datetime64[ms]")
        book.rows("risks", table, made="recorded_date")

    def _life(self, number: int, rng: np.random.Generator) -> list[dict[str, object]]:
        """Reviews on the due day, some days before it, one day late, or nearly two weeks late; the sixth risk is closed
        at its first review, the second is never reviewed."""
        kind, title, likelihood, impact, response, kpi = RISKS[number]
        day: np.datetime64 = self._book.days[0]
        rows: list[dict[str, object]] = []
        event, asked = "registered", int(ASKED[number])
        while day <= self._book.days[-1]:
            due = NEVER if event == "closed" else day + asked * DAY
            row = {"risk_event_id": f"RK{number + 1:03d}-{len(rows) + 1}", "risk_id": f"RK{number + 1:03d}",
                   "event": event, "recorded_date": day, "kind": kind, "title": title, "likelihood": likelihood,
                   "impact": impact, "response": response, "owner_id": f"M{number % 2 + 1:03d}", "kpi_id": kpi,
                   "review_due_date": due}  # fmt: skip
            rows.append(row)
            if event == "closed":
                break
            late = int(rng.choice([-2, 0, 1, 13], p=[0.35, 0.35, 0.2, 0.1]))
            reviewed = due + late * DAY if number != 1 else self._book.days[-1] + DAY
            self._book.part("risk_review", "in_time", due, int(reviewed <= due), 1)
            likelihood = int(np.clip(likelihood + rng.integers(-1, 2), 1, 5))
            event = "closed" if number == 5 else "reviewed"
            day = reviewed
        return rows

    def day(self, today: Today) -> None:
        """Nothing is drawn on a day."""

    def finish(self) -> None:
        """Nothing is left over."""
