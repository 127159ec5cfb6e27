"""Manual quality control: level-2 samples, level-3 reviews of high risk and low scores, and what follows them.

A level-2 sample is scored one to three days after its call; some calls are scored twice, some scorings checked again.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.evaluators import LEVELS, Evaluators
from simulator.office.gathered import Gathered
from simulator.office.review_kpis import plant_control, plant_items, plant_level3, plant_quota, plant_scores
from simulator.office.review_steps import after_review
from simulator.office.scoring import (
    BEHAVIOUR,
    DIMENSIONS,
    LOW_POINTS,
    SCORECARDS,
    Scores,
    draw,
    item_rows,
    scored_again,
)
from simulator.office.today import Today
from simulator.options import Options

STREAM = 300
DAY = np.timedelta64(1, "D")
SECOND = np.timedelta64(1_000, "ms")
QUOTA, GOAL, MOST_A_DAY = 20, 24, 3  # samples: of the rule, of most team leaders, of one day
LEVEL3_DAYS = 7
SELF_SHARE = 0.004  # planted: somebody scores their own call
RISKS = ("complaint", "escalation", "forbidden_words")
HOUR_MS = 3_600_000
COLUMNS = ["call_id", "queue_id", "agent_id", "queued_at", "ended_at"]
METHODS = np.array(["recording", "live", "ticket"], dtype=object)


class Reviews:
    """``_done``: level-2 samples by month of the review and agent; ``_worked``: who handled a call in the month."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._agents, self._book, self._parts = agents, book, Gathered()
        self._evaluators, self._is_spotless = Evaluators(options, agents), options.spotless
        number = np.arange(agents.n)
        # One agent in nine is planted to stop one short of the quota, one in nine to meet it exactly.
        self._goal = np.select([number % 9 == 4, number % 9 == 7], [QUOTA - 1, QUOTA], GOAL)
        self._done: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(agents.n, dtype=np.int64))
        self._worked: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(agents.n, dtype=bool))
        self._new_card = np.datetime64(options.day(max(1, options.days // 2)), "D")
        self._new_feedback = np.datetime64(options.day(max(1, options.days // 2)), "D")
        self._write_cards(np.datetime64(options.start, "D"))

    def day(self, today: Today) -> None:
        rng = today.random(STREAM)
        calls = today.calls.loc[today.calls["is_segment"].to_numpy(), COLUMNS].reset_index(drop=True)
        if len(calls) == 0:
            return
        calls["agent"] = pd.Index(self._agents.ids).get_indexer(calls["agent_id"])
        calls["called_at"] = calls.pop("queued_at")
        agent, month = calls["agent"].to_numpy(), _month(calls["called_at"].to_numpy())
        for one in np.unique(month):
            self._worked[int(one)][agent[month == one]] = True
        samples = self._sample(rng, calls)
        scores = self._first(rng, today, samples, 2)
        self._twice(rng, samples, scores)
        self._level3(rng, today, calls, samples, scores)

    def finish(self) -> None:
        self._parts.write(self._book)
        for month in self._book.months:
            worked = self._worked[int(_month(month))]
            plant_quota(self._book, month, self._agents.ids[worked], self._done[int(_month(month))][worked] >= QUOTA)

    def _sample(self, rng: np.random.Generator, calls: pd.DataFrame) -> pd.DataFrame:
        """Level-2 samples of the day: at random, as many as each agent still needs at this time of the month."""
        row = rng.permutation(len(calls))
        n, agent = len(row), calls["agent"].to_numpy()[row]
        called = calls["called_at"].to_numpy(dtype="datetime64[ms]")[row].astype("datetime64[D]")
        ended = calls["ended_at"].to_numpy(dtype="datetime64[ms]")[row]
        is_live = (rng.random(n) < 0.15) | self._is_spotless  # listened to while it ran, scored at once
        method = np.where(is_live, METHODS[1], np.where(rng.random(n) < 0.2, METHODS[2], METHODS[0]))
        reviewed = (
            called + rng.integers(1, 4, n) * DAY + rng.integers(9 * HOUR_MS, 18 * HOUR_MS, n).astype("timedelta64[ms]")
        )
        reviewed = np.where(is_live, ended + 600 * SECOND, reviewed)
        month = _month(reviewed)
        later = called + 2 * DAY
        share = np.minimum(1.0, ((later - later.astype("datetime64[M]")) / DAY + 1) / 24)
        done = np.zeros(n, dtype=np.int64)
        for one in np.unique(month):
            done[month == one] = self._done[int(one)][agent[month == one]]
        wanted = np.minimum(np.ceil(self._goal[agent] * share) - done, MOST_A_DAY)
        place = pd.Series(0, index=range(n)).groupby([agent, month]).cumcount().to_numpy()
        kept = ((place < wanted) | self._is_spotless) & (reviewed < self._book.end)
        for one in np.unique(month[kept]):
            np.add.at(self._done[int(one)], agent[kept & (month == one)], 1)
        samples: pd.DataFrame = calls.iloc[row[kept]].reset_index(drop=True)
        samples["reviewed_at"], samples["method"] = reviewed[kept], method[kept]
        return samples

    def _first(self, rng: np.random.Generator, today: Today, cases: pd.DataFrame, level: int) -> Scores:
        """First scorings of these calls, with their feedback and appeals."""
        n = len(cases)
        agent = cases["agent"].to_numpy(dtype=np.int64)
        who = (
            self._evaluators.of_team(self._agents.team[agent]) if level == 2 else rng.integers(0, self._evaluators.n, n)
        )
        reviewed = cases["reviewed_at"].to_numpy(dtype="datetime64[ms]")
        card = (reviewed >= self._new_card).astype(int)
        scores = draw(rng, self._agents.quality[agent], card, self._evaluators.strict[who])
        cases["review_id"] = [f"R{today.date:%Y%m%d}-{level}-{number}" for number in range(1, n + 1)]
        cases["evaluator"], cases["is_self"] = who, rng.random(n) < SELF_SHARE
        cases["feedback_due_at"] = reviewed + 3 * DAY
        if n == 0:
            return scores
        self._write(rng, cases, scores, level, "first")
        if level == 2:
            plant_scores(self._parts, cases, scores)
            behaviour = (scores.is_passed & BEHAVIOUR).sum(axis=1), (scores.applies & BEHAVIOUR).sum(axis=1)
            plant_items(self._parts, "behaviour_compliance", cases, *behaviour)
        decided, after = after_review(rng, self._book, self._parts, self._evaluators, cases, scores, self._new_feedback)
        self._again(rng, decided, scores, after, "appeal", level)
        return scores

    def _twice(self, rng: np.random.Generator, samples: pd.DataFrame, scores: Scores) -> None:
        """Blind double scorings and re-checks of level-2 samples, one or two days later."""
        for kind, share, moved in (("second", 0.08, 0.25), ("recheck", 0.06, 0.05)):
            rows = np.flatnonzero(rng.random(len(samples)) < share)
            again = samples.iloc[rows].copy()
            first = again["evaluator"].to_numpy(dtype=np.int64)
            again["row"], again["evaluator"] = rows, self._evaluators.another(rng, first)
            later = rng.integers(1, 3, len(rows)) * DAY
            again["reviewed_at"] = again["reviewed_at"].to_numpy(dtype="datetime64[ms]") + later
            strict = self._evaluators.strict
            milder = (
                strict[first] - strict[again["evaluator"].to_numpy(dtype=np.int64)] if kind == "second" else 0 * first
            )
            self._again(rng, again, scores, scored_again(rng, scores.take(rows), moved, milder), kind, 2)

    def _again(
        self, rng: np.random.Generator, again: pd.DataFrame, first: Scores, scores: Scores, kind: str, level: int
    ) -> None:
        """Later scorings of the first ones in ``row``. Re-checks and appeals tell how exact the first were."""
        if len(again) == 0:
            return
        before = first.take(again["row"].to_numpy(dtype=np.int64))
        again = again.assign(about_review_id=again["review_id"], feedback_due_at=np.datetime64("NaT", "ms"))
        again["is_self"] = rng.random(len(again)) < SELF_SHARE
        again["review_id"] = again["review_id"] + "-" + kind[0].upper()
        self._write(rng, again, scores, level, kind)
        if kind != "second":
            # A critical error that falls takes its deduction with it: points alone tell what changed.
            same = (before.applies & (before.points == scores.points)).sum(axis=1)
            plant_items(self._parts, "inspector_accuracy", again, same, before.applies.sum(axis=1), by_agent=False)

    def _level3(
        self, rng: np.random.Generator, today: Today, calls: pd.DataFrame, samples: pd.DataFrame, scores: Scores
    ) -> None:
        """Calls with a finding of risk or forbidden words, or with a low level-2 score: due within seven days."""
        said = today.said.clauses
        heard = said["rule_id"].isin(RISKS) & said["is_present"].astype(bool) & said["is_applicable"].astype(bool)
        risky = calls["call_id"].isin(set(said.loc[heard & said["status"].isin(["ok", "partial_audio"]), "call_id"]))
        low = dict(
            zip(
                samples["call_id"][scores.score < LOW_POINTS],
                samples["reviewed_at"][scores.score < LOW_POINTS],
                strict=True,
            )
        )
        cases = calls[risky | calls["call_id"].isin(low)].reset_index(drop=True)
        if len(cases) == 0:
            return
        called = cases["called_at"].to_numpy(dtype="datetime64[ms]").astype("datetime64[D]")
        is_risky = cases["call_id"].isin(set(calls["call_id"][risky])).to_numpy()
        begin = np.where(is_risky, cases["ended_at"], cases["call_id"].map(low).astype("datetime64[ms]")).astype(
            "datetime64[ms]"
        )
        over = (called + (LEVEL3_DAYS + 1) * DAY).astype("datetime64[ms]")
        chance, part = rng.random(len(cases)) * (not self._is_spotless), rng.uniform(0.1, 0.95, len(cases))
        reviewed = begin + ((over - begin) * part)
        reviewed = np.select(
            [chance < 0.9, chance < 0.93, chance < 0.95], [reviewed, over - SECOND, over], over + 2 * DAY
        )
        is_never = chance >= 0.97
        plant_level3(self._parts, cases, called, ~is_never & (reviewed < over), over > self._book.end)
        done = cases[~is_never].assign(reviewed_at=reviewed[~is_never], method=METHODS[0]).reset_index(drop=True)
        self._first(rng, today, done, 3)

    def _write(self, rng: np.random.Generator, cases: pd.DataFrame, scores: Scores, level: int, kind: str) -> None:
        """Rows of the reviews and their items, and the KPIs of everybody who scores."""
        who = cases["evaluator"].to_numpy(dtype=np.int64)
        reviewed = cases["reviewed_at"].to_numpy(dtype="datetime64[ms]")
        until = self._evaluators.certified_until(who, reviewed.astype("datetime64[D]"))
        is_self = cases["is_self"].to_numpy(dtype=bool)
        rows = cases.assign(
            evaluator_id=np.where(is_self, cases["agent_id"], self._evaluators.ids[who]),
            evaluator_level=LEVELS[self._evaluators.level[who]],
            evaluator_certified_until_date=until,
            review_level=level,
            review_kind=kind,
            scorecard_version=np.array([card.version for card in SCORECARDS], dtype=object)[scores.card],
            reviewed_at=reviewed,
        )
        names = ["review_id", "call_id", "called_at", "queue_id", "agent_id", "evaluator_id", "evaluator_level",
                 "evaluator_certified_until_date", "review_level", "review_kind", "about_review_id", "method",
                 "scorecard_version", "reviewed_at", "feedback_due_at"]  # fmt: skip
        self._book.rows("reviews", rows[[name for name in names if name in rows]], made="reviewed_at")
        items = item_rows(rng, cases["review_id"].to_numpy(dtype=object), reviewed, scores)
        self._book.rows("review_items", items, made="reviewed_at")
        plant_control(self._parts, cases, is_self, until >= reviewed.astype("datetime64[D]"))
        shown = items["evidence_text"].notna().to_numpy().reshape(-1, 7).sum(axis=1)
        plant_items(self._parts, "review_evidence", cases, shown, scores.is_deducted.sum(axis=1), by_agent=False)

    def _write_cards(self, start: np.datetime64) -> None:
        for card, valid_from in zip(SCORECARDS, (start, self._new_card), strict=True):
            rows = pd.DataFrame(
                {
                    "scorecard_version": card.version,
                    "dimension": DIMENSIONS,
                    "weight_points": card.weights,
                    "pass_points": card.passes,
                    "is_behaviour": BEHAVIOUR,
                    "valid_from_date": np.full(7, valid_from, dtype="datetime64[ms]"),
                }
            )
            self._book.rows("scorecards", rows, made="valid_from_date")


def _month(moment: np.ndarray) -> np.ndarray:
    return np.asarray(moment).astype("datetime64[M]").astype(np.int64)
