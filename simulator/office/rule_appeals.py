"""Appeals against findings of the inspection rules: who filed one, and how it was decided.

Agents appeal against clauses that the rules did not find and against forbidden or risk words that they found; in
written conversations only, because only there it is known what was said.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.evaluators import Evaluators
from simulator.office.today import Today
from simulator.options import Options
from simulator.truth.conversations import MANDATORY

STREAM = 4300
AGAINST_HITS = ("complaint", "escalation", "forbidden_words")
# Rule -> its version in force when the centre was simulated.
RULE_VERSIONS = {**dict.fromkeys((*MANDATORY, *AGAINST_HITS), "1"), "complaint": "2", "escalation": "2"}
FINDINGS_A_DAY = 200  # looked at; a large centre does not appeal more often
APPEALED, UPHELD = 0.15, 0.3
HOUR_MS = 3_600_000
FILED, UPHELD_WORDS, REJECTED_WORDS = "规则没有听对", "复听后确认规则误判", "复听后确认规则判定正确"


class RuleAppeals:
    """One finding in seven is appealed against, three of ten with success; somebody else than the filer decides."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._evaluators = book, Evaluators(options, agents)

    def day(self, today: Today) -> None:
        found = _findings(today)
        rng = today.random(STREAM)
        found = found.iloc[rng.permutation(len(found))[:FINDINGS_A_DAY]]
        found = found[rng.random(len(found)) < APPEALED].reset_index(drop=True)
        n = len(found)
        if n == 0:
            return
        filed = found["ended_at"].to_numpy(dtype="datetime64[ms]") + _hours(rng, 2, 40, n)
        decided = filed + _hours(rng, 4, 120, n)
        is_upheld = rng.random(n) < UPHELD
        base = found[["recording_id", "call_id", "rule_id", "hit_no"]].assign(
            appeal_id=[f"RA{today.date:%Y%m%d}-{number}" for number in range(1, n + 1)],
            rule_version=found["rule_id"].map(RULE_VERSIONS),
            filed_by=found["agent_id"],
        )
        judge = self._evaluators.ids[rng.integers(0, self._evaluators.n, n)]
        told = np.where(is_upheld, UPHELD_WORDS, REJECTED_WORDS)
        steps = [
            base.assign(step="filed", happened_at=filed, reason=FILED),
            base.assign(
                step=np.where(is_upheld, "upheld", "rejected"), happened_at=decided, decided_by=judge, reason=told
            ),
        ]
        rows = pd.concat(steps, ignore_index=True)
        rows["appeal_step_id"] = rows["appeal_id"] + "-" + rows["step"]
        self._book.rows("rule_appeals", rows, made="happened_at")
        self._book.part(
            "rule_overturn", "rule_overturn", decided, is_upheld, np.ones(n),
            queue=found["queue_id"].to_numpy(), agent=found["agent_id"].to_numpy(),
        )  # fmt: skip

    def finish(self) -> None:
        """Nothing is left over."""


def _findings(today: Today) -> pd.DataFrame:
    """What the rules hold against the agents of the day: recording_id, call_id, rule_id, hit_no, queue_id, agent_id,
    ended_at."""
    said = today.said.clauses
    said = said[(said["media_kind"] == "text") & (said["status"] == "ok") & said["is_applicable"].astype(bool)]
    is_present = said["is_present"].astype(bool)
    is_missed = said["rule_id"].isin(MANDATORY) & ~is_present
    is_against = is_missed | (said["rule_id"].isin(AGAINST_HITS) & is_present)
    found = said[is_against].assign(hit_no=np.where(is_missed[is_against], 0, 1))
    calls = today.calls[today.calls["is_segment"]]
    return found.merge(calls[["call_id", "queue_id", "agent_id", "ended_at"]], on="call_id")


def _hours(rng: np.random.Generator, least: int, most: int, n: int) -> np.ndarray:
    return np.asarray(rng.integers(least * HOUR_MS, most * HOUR_MS, n).astype("timedelta64[ms]"))
