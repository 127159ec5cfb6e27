"""Training and certificates: hours on pace, compliance courses, who was ready for the first call, valid certificates.

Courses of the whole company lie on fixed days of the year; those before the first day count towards the year too.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from simulator.centre import NEW_AGENTS, Agents
from simulator.events.codes import Direction, Leg
from simulator.office.book import Book
from simulator.office.people import DAY, people_of
from simulator.office.today import Today
from simulator.options import Options, generator

COMPANY, DAILY, COMPLIANCE = 530, 531, 532
YEAR_HOURS = 60
MIN_DAYS = 28
COMPANY_DAYS = ((2, 10), (5, 12), (8, 11), (11, 10))
COURSES = (("on_job", "投诉处理与情绪安抚"), ("on_job", "产品知识更新"), ("off_job", "质量提升训练营"),
           ("security", "信息安全与钓鱼邮件识别"))  # fmt: skip
COLUMNS = ["who", "day", "kind", "course", "quarter_hours", "is_passed"]


class Learning:
    """Courses of the year before the first day, then a few every day; what follows from them is known at the end."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._options, self._book, self._agents = options, book, agents
        self._people = people_of(options, agents)
        self._first_call = np.full(agents.n, np.iinfo(np.int64).max)  # answered, local ms
        self._first_day = np.full(agents.n, np.datetime64("NaT", "D"))
        self._attended: list[pd.DataFrame] = []
        self._company_courses()
        self._compliance_courses()
        self._onboarding()

    def day(self, today: Today) -> None:
        self._find_first_calls(today)
        p, rng = self._people, today.random(DAILY)
        day = np.datetime64(today.date)
        who = np.flatnonzero(p.employed(day) & (rng.random(p.n) < 1 / 45))
        course = rng.integers(0, len(COURSES), len(who))
        frame = pd.DataFrame({"who": who, "day": day, "quarter_hours": rng.integers(8, 31, len(who))})
        frame["kind"] = [COURSES[number][0] for number in course]
        frame["course"] = [COURSES[number][1] for number in course]
        frame["is_passed"] = rng.random(len(who)) < 0.9
        self._attended.append(frame)

    def _find_first_calls(self, today: Today) -> None:
        legs, contacts = today.record.records.legs, today.record.records.contacts
        kept = (legs.direction == Direction.INBOUND) & (legs.queued >= 0) & (legs.outcome == Leg.ANSWERED)
        rows = np.flatnonzero(kept & ~contacts.is_test[legs.contact])
        rows = rows[np.argsort(legs.answered[rows], kind="stable")]
        agent, first = np.unique(legs.agent[rows], return_index=True)
        fresh = legs.answered[rows[first]] < self._first_call[agent]
        agent, rows = agent[fresh], rows[first[fresh]]
        self._first_call[agent] = legs.answered[rows]
        self._first_day[agent] = legs.queued[rows].astype("datetime64[ms]").astype("datetime64[D]")

    def _add(self, who: np.ndarray, day: object, kind: str, course: str, quarter_hours: int, passed: object) -> None:
        frame = pd.DataFrame({"who": who, "day": day, "quarter_hours": quarter_hours, "is_passed": passed})
        self._attended.append(frame.assign(kind=kind, course=course))

    def _days_of_years(self, month: int, day: int) -> list[np.datetime64]:
        """That day in every simulated year, up to the last simulated day."""
        first, last = self._book.days[0], self._book.days[-1]
        years = range(int(str(first)[:4]), int(str(last)[:4]) + 1)
        days = [np.datetime64(date(year, month, day), "D") for year in years]
        return [one for one in days if one <= last]

    def _company_courses(self) -> None:
        p = self._people
        rng = generator(self._options.seed, self._options.start, COMPANY)
        for month, number in COMPANY_DAYS:
            for day in self._days_of_years(month, number):
                chance = rng.random(p.n)
                came = (chance < 0.88) | self._options.spotless
                self._add(
                    np.flatnonzero(p.employed(day) & came),
                    day,
                    "on_job",
                    "公司季度培训",
                    96 if self._options.spotless else 64,
                    True,
                )

    def _compliance_courses(self) -> None:
        """On the 15th of the first month of a quarter; who failed or was away comes back three weeks later."""
        p = self._people
        rng = generator(self._options.seed, self._options.start, COMPLIANCE)
        for month in (1, 4, 7, 10):
            for day in self._days_of_years(month, 15):
                chance, again = rng.random(p.n) * (not self._options.spotless), rng.random(p.n)
                here = p.employed(day)
                who = np.flatnonzero(here & (chance < 0.95))
                self._add(who, day, "compliance", "合规专题培训", 6, chance[who] < 0.85)
                later = day + 21 * DAY
                who = np.flatnonzero((chance >= 0.85) & (again < 0.6) & here & p.employed(later))
                self._add(who, later, "compliance", "合规专题培训（补训）", 6, True)

    def _onboarding(self) -> None:
        """Newest agents: in time, too early, and with an exam that was failed and passed after the first calls."""
        p, start = self._people, self._book.days[0]
        n = self._agents.n
        new = np.arange(n)[-len(NEW_AGENTS) :]
        exams = {0: [(start - 2 * DAY, False), (start + 3 * DAY, True)], 1: [(start - 2 * DAY, True)],
                 2: [(start - DAY, True)]}  # fmt: skip
        for place, agent in enumerate(new, len(NEW_AGENTS) - len(new)):
            for day, passed in exams[place]:
                self._add(np.array([agent]), day, "onboarding", "岗前培训", 160, passed)
        # the others who joined in the year before the simulation: all but a few were trained first
        year = start.astype("datetime64[Y]").astype("datetime64[D]")
        joined = np.flatnonzero((p.agent >= 0) & (p.agent < n - len(NEW_AGENTS)) & (p.hired >= year))
        joined = joined[p.agent[joined] % 6 != 5]
        self._add(joined, np.minimum(p.hired[joined] + 20 * DAY, start - DAY), "onboarding", "岗前培训", 160, True)
        trainee = np.flatnonzero((p.agent < 0) & (p.role == "agent"))
        day = p.hired[trainee] + 10 * DAY
        there = np.isnat(p.left[trainee]) | (p.left[trainee] >= day)
        self._add(trainee[there], day[there], "onboarding", "岗前培训", 160, True)
        if self._options.spotless:
            self._add(trainee, p.hired[trainee], "compliance", "合规专题培训（新员工）", 6, True)

    def finish(self) -> None:
        table = pd.concat(self._attended, ignore_index=True)
        table["day"] = table["day"].to_numpy(dtype="datetime64[D]").astype("datetime64[ms]")
        table = table[table["day"] < self._book.end].sort_values("day", kind="stable", ignore_index=True)
        self._write(table)
        self._plant_new_hires(table)
        key_posts = self._certificates()
        for month in self._book.months:
            last = min((month.astype("datetime64[M]") + 1).astype("datetime64[D]") - DAY, self._book.days[-1])
            self._plant_month(table[table["day"] <= last], month, last)
            self._plant_key_posts(key_posts, month, last)

    def _write(self, table: pd.DataFrame) -> None:
        finished = table["day"].to_numpy(dtype="datetime64[ms]") + np.timedelta64(17 * 3_600_000, "ms")
        more_days = (table["quarter_hours"].to_numpy() - 1) // 32  # eight hours a day at most
        rows = pd.DataFrame(
            {
                "training_id": [f"TR{number:07d}" for number in range(1, len(table) + 1)],
                "employee_id": self._people.ids[table["who"]],
                "course": table["course"],
                "kind": table["kind"],
                "training_hours": table["quarter_hours"] / 4,
                "score": np.where(table["is_passed"], 86.0, 52.0),
                "started_at": finished - np.timedelta64(8 * 3_600_000, "ms") - more_days * DAY,
                "finished_at": finished,
                "is_passed": table["is_passed"],
            }
        )
        self._book.rows("training", rows, made="finished_at")

    def _plant_month(self, table: pd.DataFrame, month: np.datetime64, last: np.datetime64) -> None:
        p = self._people
        here = np.flatnonzero(p.employed(last))
        year = last.astype("datetime64[Y]").astype("datetime64[D]")
        days_in_year = int(((year.astype("datetime64[Y]") + 1).astype("datetime64[D]") - year) / DAY)
        elapsed = (last - np.maximum(p.hired, year)) / DAY + 1
        quarter = np.datetime64(f"{str(last)[:4]}-{(int(str(last)[5:7]) - 1) // 3 * 3 + 1:02d}-01")

        def hours(since: np.datetime64) -> np.ndarray:
            rows = table[table["day"] >= since]
            return np.bincount(rows["who"], rows["quarter_hours"], p.n) / 4

        on_pace = hours(year) * days_in_year >= YEAR_HOURS * elapsed
        passed = table[(table["kind"] == "compliance") & table["is_passed"] & (table["day"] >= quarter)]["who"]
        agent = p.agent_ids[here]
        of_year = table[table["day"] >= year]
        joiner = (p.role == "agent") & (p.hired >= year)
        kinds = {
            "pre_job": ("onboarding", joiner),
            "on_job": ("on_job", p.hired <= last),
            "off_job": ("off_job", p.hired <= last),
        }
        for formula, (kind, base) in kinds.items():
            counts = of_year["is_passed"] if kind == "onboarding" else True
            trained = np.isin(np.arange(p.n), of_year["who"][(of_year["kind"] == kind) & counts]) & base
            self._book.part(
                "training_coverage", formula, np.full(len(here), month), trained[here], base[here], agent=agent,
                whole_month=True,
            )  # fmt: skip
        month_parts = {
            ("training_hours", "on_pace"): on_pace,
            ("training_hours", "mean"): hours(month),
            ("compliance_training", "coverage"): np.isin(np.arange(p.n), passed),
        }
        for (kpi, formula), value in month_parts.items():
            self._book.part(kpi, formula, np.full(len(here), month), value[here], 1, agent=agent, whole_month=True)

    def _plant_new_hires(self, table: pd.DataFrame) -> None:
        """Four weeks between hiring and first call, and an exam passed before it."""
        p = self._people
        new = np.arange(self._agents.n)[-len(NEW_AGENTS) :]
        for agent in new:
            if np.isnat(self._first_day[agent]):
                continue
            exams = table[(table["who"] == agent) & (table["kind"] == "onboarding") & table["is_passed"]]["day"]
            first_exam = exams.min() + pd.Timedelta(hours=17)
            called = pd.Timestamp(int(self._first_call[agent]), unit="ms")
            waited = (self._first_day[agent] - p.hired[agent]) / DAY
            ready = waited >= MIN_DAYS and bool(first_exam < called)
            self._book.part(
                "new_hire_training", "ready", self._first_day[agent], ready, 1, agent=str(self._agents.ids[agent])
            )

    def _certificates(self) -> pd.DataFrame:
        """Key posts: the first ended the day before the simulation and is renewed on its 7th day, the second ends
        with the last simulated day, the others are valid."""
        p, book = self._people, self._book
        who = np.flatnonzero(p.is_key_post)
        turn = (np.arange(len(who)) + 2) % 4
        start, last = book.days[0], book.days[-1]
        year = 364 * DAY
        issued = start - np.array([30, 60, 365, 90])[turn] * DAY
        issued[turn == 1] = max(start - 60 * DAY, last - year)
        if len(who) > 1:
            issued[1] = last - year
        if self._options.spotless:
            issued[:] = start - 90 * DAY
        table = pd.DataFrame({"who": who, "issued": issued})
        renewed = pd.DataFrame({"who": who[turn == 2], "issued": start + 6 * DAY})
        table = pd.concat([table, renewed], ignore_index=True)
        table["is_key_post"], table["kind"] = True, "合规资质"
        language = pd.DataFrame({"who": np.flatnonzero(p.agent % 5 == 0), "issued": start - 60 * DAY})
        table = pd.concat([table, language.assign(is_key_post=False, kind="普通话水平")], ignore_index=True)
        table["issued"] = table["issued"].to_numpy(dtype="datetime64[D]").astype("datetime64[ms]")
        rows = pd.DataFrame(
            {
                "certificate_id": [f"CE{number:06d}" for number in range(1, len(table) + 1)],
                "employee_id": p.ids[table["who"]],
                "kind": table["kind"],
                "issued_on": table["issued"],
                "valid_to": table["issued"] + pd.Timedelta(days=364),
                "is_key_post": table["is_key_post"],
            }
        )
        book.rows("certificates", rows, made="issued_on")
        return table[table["is_key_post"]]

    def _plant_key_posts(self, table: pd.DataFrame, month: np.datetime64, last: np.datetime64) -> None:
        p = self._people
        posts = np.flatnonzero(p.is_key_post & p.employed(last))
        valid = (table["issued"] <= last) & (table["issued"] + pd.Timedelta(days=364) >= last)
        holders = np.isin(posts, table["who"][valid])
        self._book.part("key_post_certificates", "valid", np.full(len(posts), month), holders, 1, whole_month=True)
