"""Improvement projects in DMAIC phases, and the versions of the processes that they change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options

DAY = np.timedelta64(1, "D")
# phase -> day of the project on which it begins; the last one closes it
PHASES = {"define": 0, "measure": 2, "analyse": 7, "improve": 12, "control": 20, "closed": 30}
# title, English title, KPI, formula, queue, baseline, target, result
PROJECTS = (
    ("首次解决率提升", "Raise first contact resolution", "fcr", "fcr_process", None, 0.80, 0.85, 0.84),
    ("质检结果及时反馈", "Feedback of reviews in time", "review_feedback_on_time", "review_feedback_on_time", None,
     0.82, 0.94, 0.94),
    ("投诉通话时长优化", "Shorten complaint calls", "aht", "aht", "complaint", 190.0, 180.0, 186.0),
)  # fmt: skip
# process, name, English name, KPI, formula, queue, what each version changed
PROCESSES = (
    ("P-FEEDBACK", "质检结果反馈", "Feedback of reviews", "review_feedback_on_time", "review_feedback_on_time", None,
     ("首次发布", "反馈时限提醒到班组长，增加每日清单")),
    ("P-REFUND", "退款审批", "Refund approval", "aht", "aht", "complaint", ("首次发布", "两级审批合并为一级")),
    ("P-IDENTITY", "身份核实", "Identity check", "fcr", "fcr_process", None, ("首次发布",)),
)  # fmt: skip


class Projects:
    """A project begins every eight days in turn; the second version of a process comes in half way through."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._options = book, options

    def day(self, today: Today) -> None:
        """Nothing depends on the calls."""

    def finish(self) -> None:
        start = np.datetime64(self._options.start, "ms")
        for number, first in enumerate(range(0, self._options.days, 8)):
            title, title_en, kpi, formula, queue, baseline, target, result = PROJECTS[number % len(PROJECTS)]
            rows = pd.DataFrame({"phase": list(PHASES), "day": [first + day for day in PHASES.values()]})
            rows = rows.assign(
                project_id=f"PRJ{self._options.start:%y%m}-{number + 1}",
                happened_at=start + rows["day"].to_numpy() * DAY + np.timedelta64(10 * 3_600_000, "ms"),
                title_zh=title,
                title_en=title_en,
                owner_id=f"M{number % 8 + 1:03d}",
                kpi_id=kpi,
                formula_id=formula,
                queue_id=queue,
                baseline_value=baseline,
                target_value=target,
                result_value=np.where(rows["phase"] == "closed", result, np.nan),
            )
            self._book.rows("projects", rows.drop(columns="day"), made="happened_at")
        self._versions(start)

    def _versions(self, start: np.datetime64) -> None:
        half = start + max(1, self._options.days // 2) * DAY
        for process, name, name_en, kpi, formula, queue, changes in PROCESSES:
            rows = pd.DataFrame(
                {
                    "process_id": process,
                    "process_version": range(1, len(changes) + 1),
                    "effective_from_date": np.array([start, half][: len(changes)], dtype="datetime64[ms]"),
                    "name_zh": name,
                    "name_en": name_en,
                    "what_changed": changes,
                    "approved_by_id": "M001",
                    "kpi_id": kpi,
                    "formula_id": formula,
                    "queue_id": queue,
                }
            )
            self._book.rows("process_versions", rows, made="effective_from_date")
