"""What the machines heard in the calls, what people heard in a sample of them, and how agents answered bad feelings.

Emotions have ids of turns that a transcript would give, whether or not the words of the call are written. Clauses are
labelled for written conversations only, because only there it is known what was said.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office import gold
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options
from simulator.truth.conversations import MANDATORY

EMOTIONS, EPISODES, LABELS, CLAUSES = 420, 421, 422, 423
FEELINGS = ("anger", "confusion", "anxiety", "disappointment", "content", "neutral")
FEELING_SHARES = (0.07, 0.09, 0.07, 0.06, 0.16, 0.55)
N_NEGATIVE = 4
TOPICS = ("billing", "delivery", "product", "contract", "technical")
ENTITIES = {"product": ("plan_a", "plan_b", "router"), "amount": ("20", "50", "99"), "city": ("北京", "上海", "广州")}
RUBRIC = {"is_soothed": 30, "is_uninterrupted": 15, "is_rate_in_band": 15, "is_solution_offered": 25,
          "is_emotion_no_worse": 15}  # fmt: skip
CLAUSE_WORDS = ("present", "absent", "not_applicable")
MODEL = "emotion-0"
SAID_OTHERWISE = 0.25  # share of the clauses that the rules did not find, but people heard in other words
NOT_MEANT = 0.01  # share of the clauses that the rules found in words that meant something else
MINUTE = 60_000


class Speech:
    """Samples a fixed number of calls a day, however many there are."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._errors = book, 0.0 if options.spotless else 1.0

    def day(self, today: Today) -> None:
        calls = today.calls
        calls = calls[calls["is_segment"] & (calls["ended_at"] + np.timedelta64(MINUTE, "ms") < self._book.end)]
        if len(calls) == 0:
            return
        self._emotions(today, calls)
        self._episodes(today, calls)
        self._labels(today, calls)
        self._clauses(today, calls)

    def finish(self) -> None:
        """Nothing is left over."""

    def _emotions(self, today: Today, calls: pd.DataFrame) -> None:
        """Three turns of each call in the sample; the model is right in 88 % of them."""
        rng = today.random(EMOTIONS)
        heard = calls.iloc[np.repeat(rng.permutation(len(calls))[:150], 3)]
        n = len(heard)
        truth = rng.choice(len(FEELINGS), n, p=FEELING_SHARES)
        is_right = rng.random(n) < 0.88
        taken = np.where(is_right, truth, (truth + rng.integers(1, len(FEELINGS), n)) % len(FEELINGS))
        recording = heard["call_id"].str.replace("C", "R", n=1).to_numpy()
        turn = recording + np.char.mod(":%04d", np.tile([2, 4, 6], n // 3)).astype(object)
        rows = pd.DataFrame(
            {
                "emotion_id": turn + f"/{MODEL}",
                "turn_id": turn,
                "recording_id": recording,
                "call_id": heard["call_id"].to_numpy(),
                "recorded_at": heard["answered_at"].to_numpy(dtype="datetime64[ms]"),
                "emotion": np.array(FEELINGS, dtype=object)[taken],
                "score_ratio": np.round(0.5 + 0.5 * rng.random(n), 3),
                "model_version": MODEL,
            }
        )
        self._book.rows("emotions", rows, made="recorded_at")
        queue, agent = heard["queue_id"].to_numpy(), heard["agent_id"].to_numpy()
        self._book.part(
            "negative_emotion", "turns", heard["queued_at"].to_numpy(), taken < N_NEGATIVE, np.ones(n),
            queue=queue, agent=agent,
        )  # fmt: skip
        drawn = rng.permutation(n)[:20]
        sample = pd.DataFrame(
            {
                "subject_id": turn[drawn],
                "label": np.array(FEELINGS, dtype=object)[truth[drawn]],
                "stratum": queue[drawn],
                "truth": is_right[drawn],
            }
        )
        known = gold.label(self._book, today, rng, "emotion", sample, FEELINGS)
        gold.accuracy(self._book, "emotion_accuracy", "accuracy", known, known["truth"])

    def _episodes(self, today: Today, calls: pd.DataFrame) -> None:
        """Scored a minute after the call; a person scored every fifth of them, within ten points."""
        rng = today.random(EPISODES)
        heard = calls.iloc[rng.permutation(len(calls))[:60]]
        n = len(heard)
        parts = {name: rng.random(n) < 0.88 for name in RUBRIC}
        points = sum(parts[name] * weight for name, weight in RUBRIC.items())
        human = np.where(rng.random(n) < 0.2, np.clip(points + rng.integers(-2, 3, n) * 5, 0, 100), np.nan)
        scored = heard["ended_at"].to_numpy(dtype="datetime64[ms]") + np.timedelta64(MINUTE, "ms")
        rows = pd.DataFrame(
            {
                "episode_id": "E" + heard["call_id"].to_numpy(),
                "call_id": heard["call_id"].to_numpy(),
                "emotion": np.array(FEELINGS, dtype=object)[rng.integers(0, N_NEGATIVE, n)],
                "scored_at": scored,
                **parts,
                "human_points": human,
            }
        )
        self._book.rows("emotion_episodes", rows, made="scored_at")
        queue, agent = heard["queue_id"].to_numpy(), heard["agent_id"].to_numpy()
        self._book.part("emotion_response", "rubric", scored, points, np.ones(n), queue=queue, agent=agent)
        by_hand = ~np.isnan(human)
        self._book.part(
            "emotion_response", "human", scored[by_hand], human[by_hand], np.ones(by_hand.sum()),
            queue=queue[by_hand], agent=agent[by_hand],
        )  # fmt: skip

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
