"""Working lives of employees: who joins and leaves, monthly talks, staff surveys, and appraisal schemes.

What was true before the first day is taken over into the personnel system on that day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import NEW_AGENTS, Agents
from simulator.office.book import Book
from simulator.office.people import DAY, NEVER, people_of
from simulator.office.today import Today
from simulator.options import Options, generator

EVENTS, SURVEY, TALKS = 520, 521, 522
PROBATION = 90 * DAY
HOUR = np.timedelta64(3_600_000, "ms")
QUESTIONS = ("overall", "workload", "training", "shifts", "leadership")
SURVEY_EVERY = 30  # days
SATISFIED = (0.04, 0.08, 0.20, 0.42, 0.26)  # shares of the answers 1 to 5

# (role, version): KPI, formula, weight, counts as quality. The managers' first scheme falls short of 40 % quality.
SCHEMES: dict[tuple[str, int], tuple[tuple[str, str, int, bool], ...]] = {
    ("agent", 1): (
        ("csat", "csat_top2", 20, True),
        ("fcr", "fcr_process", 20, True),
        ("script_compliance", "script_compliance", 20, True),
        ("calls_per_agent_hour", "calls_per_agent_hour", 20, False),
        ("adherence", "adherence", 20, False),
    ),
    ("evaluator", 1): (
        ("inspector_accuracy", "inspector_accuracy", 60, True),
        ("suggestion_adoption", "suggestion_adoption", 40, True),
    ),
    ("manager", 1): (
        ("qa_score", "qa_score", 35, True),
        ("occupancy", "occupancy", 35, False),
        ("training_hours", "on_pace", 30, False),
    ),
    ("manager", 2): (
        ("csat", "csat_top2", 20, True),
        ("qa_score", "qa_score", 25, True),
        ("occupancy", "occupancy", 30, False),
        ("training_hours", "on_pace", 25, False),
    ),
}
QUALITY_SHARE = 40  # percent


class Staff:
    """All events are known from the start; ``finish`` writes them and what follows from them."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._options, self._book = options, book
        self._people = people_of(options, agents)
        self._agents = agents
        self._events: list[pd.DataFrame] = []

    def day(self, today: Today) -> None:
        if today.index % SURVEY_EVERY == 2:
            self._survey(today)

    def finish(self) -> None:
        self._lives()
        self._talks()
        rows = pd.concat(self._events, ignore_index=True)
        takeover = self._book.start + np.timedelta64(20 * 60_000, "ms")
        rows["recorded_at"] = np.maximum(rows["happened_at"].to_numpy(dtype="datetime64[ms]"), takeover)
        rows["hr_event_id"] = [f"H{number:07d}" for number in range(1, len(rows) + 1)]
        self._book.rows("hr_events", rows, made="recorded_at")
        self._plant_turnover()
        self._plant_staffing()
        self._schemes()

    def _add(self, event: str, who: np.ndarray, day: np.ndarray, hour: float, **more: object) -> None:
        p = self._people
        frame = pd.DataFrame(
            {
                "employee_id": p.ids[who],
                "role": p.role[who],
                "event": event,
                "happened_at": day.astype("datetime64[ms]") + np.timedelta64(int(hour * 3_600_000), "ms"),
                "team_id": p.team[who],
                "grade": np.where(p.role[who] == "agent", "G1", "G3"),
                "fte": p.fte[who],
                "is_key_post": p.is_key_post[who],
                **more,
            }
        )
        self._events.append(frame[day <= self._book.days[-1]])

    def _lives(self) -> None:
        p = self._people
        everyone = np.arange(p.n)
        self._add("hired", everyone, p.hired, 9)
        self._add("nda_signed", everyone, p.hired, 9.5)
        trainee = np.flatnonzero((p.agent < 0) & (p.role == "agent"))
        # of the newest on the telephone all but the last have a mentor
        newest = np.flatnonzero(np.isin(p.agent, np.arange(self._agents.n)[-len(NEW_AGENTS) : -1]))
        mentored = np.concatenate([newest, trainee])
        self._add("mentor_assigned", mentored, p.hired[mentored] + DAY, 10, mentor_id=self._agents.ids[0])
        self._rotation(trainee)
        self._probation()
        halved, day = self._halved
        self._add("grade_changed", np.array([halved]), np.array([day]), 12)
        self._events[-1] = self._events[-1].assign(fte=0.5, grade="G4")
        gone = np.flatnonzero(~np.isnat(p.left))
        self._add("left", gone, p.left[gone], 18, is_voluntary=p.is_voluntary[gone])
        self._add("access_returned", gone, p.left[gone], 19)

    def _rotation(self, trainee: np.ndarray) -> None:
        """The second trainee moves to the first team on the eighth day after hiring."""
        moved = trainee[1:2]
        self._people.team[moved] = self._agents.team_ids[0]
        self._add("team_changed", moved, self._people.hired[moved] + 8 * DAY, 13)

    def _probation(self) -> None:
        """Passed on the 90th day after hiring, of every third trainee one day later; nobody passes who left before. On
        the 90th day it is settled whether somebody is competent."""
        p, book = self._people, self._book
        trainee = (p.agent < 0) & (p.role == "agent")
        day = p.hired + PROBATION + (trainee & (np.cumsum(trainee) % 3 == 2)) * DAY
        passed = np.flatnonzero(np.isnat(p.left) | (p.left > day))
        self._add("probation_passed", passed, day[passed], 11)
        due = p.hired + PROBATION
        rows = np.flatnonzero((p.role == "agent") & (due >= book.days[0]) & (due <= book.days[-1]))
        is_competent = np.isin(rows, passed) & (day == due)[rows]
        book.part(
            "new_hire_competence", "three_months", due[rows], is_competent, np.ones(len(rows)), agent=p.agent_ids[rows]
        )

    @property
    def _halved(self) -> tuple[int, np.datetime64]:
        """An evaluator who works half time from the fifth day on."""
        return int(np.flatnonzero(self._people.role == "evaluator")[0]), self._book.days[0] + 4 * DAY

    def _talks(self) -> None:
        """One talk a month with nearly everyone; on the last days of a month some are still open."""
        p, book = self._people, self._book
        for number, month in enumerate(book.months):
            end = _month_end(month)
            last = min(end, book.days[-1])
            rng = generator(self._options.seed, self._options.start, TALKS * 1_000 + number)
            day = month + rng.integers(0, int((end - month) / DAY) + 2, p.n) * DAY
            held = (day <= last) & (day >= book.days[0]) & (day >= p.hired) & (np.isnat(p.left) | (day < p.left))
            who = np.flatnonzero(held)
            self._add("interview_held", who, day[who], 15)
            base = p.employed(last)
            counted = held | (last == end)
            rows = np.flatnonzero(base)
            book.part(
                "interview_held", "interview_held", np.full(len(rows), month), held[rows], counted[rows],
                n_open=~counted[rows], agent=p.agent_ids[rows], whole_month=True,
            )  # fmt: skip

    def _plant_turnover(self) -> None:
        p, book = self._people, self._book
        heads = np.array([p.employed(day).sum() for day in book.days])
        for month in book.months:
            days = (book.days >= month) & (book.days <= _month_end(month))
            left = ~np.isnat(p.left) & (p.left >= book.days[days][0]) & (p.left <= book.days[days][-1])
            mean = heads[days].sum() / days.sum()
            for formula, gone in (("monthly", left), ("voluntary", left & p.is_voluntary)):
                book.part("attrition", formula, month, gone.sum(), mean, whole_month=True)

    def _plant_staffing(self) -> None:
        p, book = self._people, self._book
        halved, day = self._halved
        for month in book.months:
            last = min(_month_end(month), book.days[-1])
            fte = p.fte.astype(float).copy()
            fte[halved] = 0.5 if last >= day else fte[halved]
            here = p.employed(last)
            sums = [fte[here & (p.role == role)].sum() for role in ("evaluator", "agent")]
            book.part("qa_staffing", "fte_share", month, sums[0], sums[1], whole_month=True)

    def _survey(self, today: Today) -> None:
        """Four in five answer; the form knows the team and nothing else of a person."""
        p, rng = self._people, today.random(SURVEY)
        who = np.flatnonzero(p.employed(np.datetime64(today.date)) & (rng.random(p.n) < 0.8))
        n = len(who) * len(QUESTIONS)
        if n == 0:
            return
        answer = rng.choice(np.arange(1, 6), n, p=SATISFIED)
        if self._options.spotless:
            answer = np.maximum(answer, 4)
        question = np.tile(np.array(QUESTIONS, dtype=object), len(who))
        order = rng.permutation(n)  # rows of one person do not lie together
        rows = pd.DataFrame(
            {
                "answer_id": [f"SA{today.date:%Y%m%d}-{number}" for number in range(1, n + 1)],
                "survey_round": f"{today.date:%Y-%m-%d}",
                "team_id": np.repeat(np.where(p.role[who] == "agent", p.team[who], "OFFICE"), len(QUESTIONS))[order],
                "question": question[order],
                "answer": answer[order],
                "answered_at": today.midnight + 14 * HOUR,
            }
        )
        self._book.rows("staff_surveys", rows, made="answered_at")
        overall = rows[rows["question"] == "overall"]
        top = int((overall["answer"] >= 4).sum())
        self._book.part("staff_satisfaction", "top2", np.datetime64(today.date), top, len(overall))

    def _schemes(self) -> None:
        """Version 1 is valid from the new year before the first day, the managers' second from the second month on."""
        book = self._book
        year = book.days[0].astype("datetime64[Y]").astype("datetime64[D]")
        second = book.months[1] if len(book.months) > 1 else NEVER
        rows = [
            (role, version, *item, year if version == 1 else second)
            for (role, version), items in SCHEMES.items()
            for item in items
        ]
        names = ["role", "scheme_version", "kpi_id", "formula_id", "weight", "is_quality", "valid_from"]
        table = pd.DataFrame(rows, columns=names)
        table["scheme_item_id"] = table["role"] + "-" + table["scheme_version"].astype(str) + "-" + table["kpi_id"]
        table["valid_from"] = table["valid_from"].to_numpy().astype("datetime64[ms]")
        book.rows("appraisal_schemes", table, made="valid_from")
        for number, month in enumerate(book.months):
            for role in ("agent", "evaluator", "manager"):
                version = 2 if role == "manager" and number else 1
                share = sum(weight for _, _, weight, is_quality in SCHEMES[role, version] if is_quality)
                book.part("appraisal_scheme", "quality_weight", month, share >= QUALITY_SHARE, 1, whole_month=True)


def _month_end(month: np.datetime64) -> np.datetime64:
    """The last day of the month that begins on ``month``."""
    following = month.astype("datetime64[M]") + np.timedelta64(1, "M")
    last: np.datetime64 = following.astype("datetime64[D]") - DAY
    return last
