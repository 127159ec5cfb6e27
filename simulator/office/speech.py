"""What people heard in a sample of the calls, and what the machines must therefore measure of them.

Feelings, episodes and clauses are labelled for written conversations only: only there it is known what was said. The
machine finds them itself in the words; nothing that it says of them is landed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.conversations.dialogues import FEELINGS
from simulator.office import gold
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options
from simulator.truth.conversations import MANDATORY

EMOTIONS, EPISODES, LABELS, CLAUSES = 420, 421, 422, 423
NEGATIVE = ("anger", "disappointment", "anxiety", "confusion")
TOPICS = ("billing", "delivery", "product", "contract", "technical")
ENTITIES = {"product": ("plan_a", "plan_b", "router"), "amount": ("20", "50", "99"), "city": ("北京", "上海", "广州")}
RUBRIC = {"is_soothed": 30, "is_uninterrupted": 15, "is_rate_in_band": 15, "is_solution_offered": 25,
          "is_emotion_no_worse": 15}  # fmt: skip
CLAUSE_WORDS = ("present", "absent", "not_applicable")
SAID_OTHERWISE = 0.25  # share of the clauses that the rules did not find, but people heard in other words
NOT_MEANT = 0.01  # share of the clauses that the rules found in words that meant something else


class Speech:
    """Samples a fixed number of calls a day, however many there are."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._errors = book, 0.0 if options.spotless else 1.0

    def day(self, today: Today) -> None:
        calls = today.calls
        calls = calls[calls["is_segment"]]
        if len(calls) == 0:
            return
        self._emotions(today, calls)
        self._episodes(today, calls)
        self._labels(today, calls)
        self._clauses(today, calls)

    def finish(self) -> None:
        """Nothing is left over."""

    def _emotions(self, today: Today, calls: pd.DataFrame) -> None:
        """The feelings that the words tell, and what people felt in a sample of the turns."""
        rng = today.random(EMOTIONS)
        heard = today.said.feelings.merge(calls[["call_id", "queue_id", "agent_id", "queued_at"]], on="call_id")
        if heard.empty:
            return
        n = len(heard)
        self._book.part(
            "negative_emotion", "turns", heard["queued_at"].to_numpy(), heard["heard"].isin(NEGATIVE), np.ones(n),
            queue=heard["queue_id"].to_numpy(), agent=heard["agent_id"].to_numpy(),
        )  # fmt: skip
        drawn = heard.iloc[rng.permutation(n)[:20]].reset_index(drop=True)
        sample = pd.DataFrame(
            {
                "subject_id": drawn["recording_id"] + drawn["turn_no"].map(":{:04d}".format),
                "label": drawn["feeling"],
                "stratum": drawn["queue_id"],
                "truth": drawn["feeling"] == drawn["heard"],
            }
        )
        known = gold.label(self._book, today, rng, "emotion", sample, FEELINGS)
        gold.accuracy(self._book, "emotion_accuracy", "accuracy", known, known["truth"])

    def _episodes(self, today: Today, calls: pd.DataFrame) -> None:
        """How agents answered, by the rubric; a person scored some of it too, within ten points."""
        rng = today.random(EPISODES)
        heard = today.said.episodes.merge(calls[["call_id", "queue_id", "agent_id", "queued_at"]], on="call_id")
        if heard.empty:
            return
        n = len(heard)
        points = heard[list(RUBRIC)].to_numpy(dtype=float) @ np.array(list(RUBRIC.values()), dtype=float)
        queue, agent = heard["queue_id"].to_numpy(), heard["agent_id"].to_numpy()
        self._book.part(
            "emotion_response", "rubric", heard["queued_at"].to_numpy(), points, np.ones(n), queue=queue, agent=agent
        )
        drawn = rng.permutation(n)[:10]
        human = np.clip(points[drawn] + rng.integers(-2, 3, len(drawn)) * 5, 0, 100).astype(int)
        sample = pd.DataFrame(
            {
                "subject_id": (heard["recording_id"] + heard["turn_no"].map(":{:04d}".format)).to_numpy()[drawn],
                "label": human.astype(str).astype(object),
                "stratum": queue[drawn],
                "points": human,
            }
        )
        known = gold.label(self._book, today, rng, "episode", sample, ())
        self._book.part(
            "emotion_response", "human", known["labelled_at"].to_numpy(), known["points"], np.ones(len(known))
        )

    def _labels(self, today: Today, calls: pd.DataFrame) -> None:
        """Topics, entities and errors of transcripts of a few calls; the machine's answer stands beside the label."""
        rng = today.random(LABELS)
        heard = calls.iloc[rng.permutation(len(calls))[:10]]
        n = len(heard)
        base = pd.DataFrame(
            {
                "subject_id": heard["call_id"].str.replace("C", "R", n=1).to_numpy(),
                "stratum": heard["queue_id"].to_numpy(),
            }
        )
        name = np.array(tuple(ENTITIES), dtype=object)[rng.integers(0, len(ENTITIES), n)]
        values = [np.array([ENTITIES[item][place] for item in name], dtype=object) for place in range(3)]
        topics = np.array(TOPICS, dtype=object)
        truth, slip = rng.integers(0, len(TOPICS), n), (rng.random(n) < 0.06).astype(int)
        slipped = rng.random(n) < 0.05
        topic = {"label": topics[truth], "detected_label": topics[(truth + slip) % len(TOPICS)]}
        entity = {"item": name, "label": values[0], "detected_label": np.where(slipped, values[1], values[0])}
        for kind, frame, words in (("topic", topic, TOPICS), ("entity", entity, ("plan_b", "50"))):
            known = gold.label(self._book, today, rng, kind, base.assign(**frame), words)
            gold.accuracy(self._book, "semantic_accuracy", "items", known, known["label"] == known["detected_label"])
        length = rng.integers(200, 900, n)
        errors = rng.binomial(length, 0.05)
        counted = base.assign(label="counted", n_characters=length, n_errors=errors)
        known = gold.label(self._book, today, rng, "characters", counted, ())
        self._book.part(
            "character_error_rate", "cer", known["labelled_at"].to_numpy(), known["n_errors"], known["n_characters"]
        )

    def _clauses(self, today: Today, calls: pd.DataFrame) -> None:
        """Mandatory clauses of two written conversations a queue. The rules find what is written; people who listened
        settled a few otherwise, so that the rules have errors to be corrected for."""
        rng = today.random(CLAUSES)
        said = today.said.clauses
        said = said[(said["media_kind"] == "text") & said["rule_id"].isin(MANDATORY)]
        said = said.merge(calls[["call_id", "queue_id"]], on="call_id")
        if said.empty:
            return
        recordings = said[["recording_id", "queue_id"]].drop_duplicates().sample(frac=1, random_state=rng)
        drawn = recordings.groupby("queue_id").head(2)["recording_id"]
        said = said[said["recording_id"].isin(drawn)].reset_index(drop=True)
        is_applicable = said["is_applicable"].to_numpy(dtype=bool)
        is_found = said["is_present"].to_numpy(dtype=bool)
        is_right = ~is_applicable | (
            rng.random(len(said)) >= self._errors * np.where(is_found, NOT_MEANT, SAID_OTHERWISE)
        )
        is_said = is_found == is_right
        label = np.select([~is_applicable, is_said], ["not_applicable", "present"], "absent")
        sample = pd.DataFrame(
            {
                "subject_id": said["recording_id"],
                "item": said["rule_id"],
                "label": label.astype(object),
                "stratum": said["queue_id"],
                "truth": is_right,
            }
        )
        known = gold.label(self._book, today, rng, "clause", sample, CLAUSE_WORDS)
        gold.accuracy(self._book, "semantic_accuracy", "items", known, known["truth"])
        told = known.index[known["label"] != "not_applicable"]
        self._book.clause_labels(known.loc[told, "labelled_at"], is_said[told], is_found[told])
