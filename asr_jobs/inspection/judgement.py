"""What a model says of one conversation: findings (the evidence), scores (the figures) and the feelings turn by turn.

Every score names the findings that it rests on, so that each point lost can be traced to a rule, a second and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["pass", "fail", "not_applicable", "undecided"]
Feeling = Literal["anger", "confusion", "anxiety", "disappointment", "content", "neutral"]


@dataclass(frozen=True)
class Finding:
    """One row of the inspections contract, less the recording's columns. Evidence is None unless ``outcome`` is hit."""

    rule_id: str
    rule_version: str
    rule_kind: str
    is_mandatory: bool
    outcome: str
    hit_no: int = 0
    turn_no: int | None = None
    at_seconds: float | None = None
    matched_text: str | None = None
    phrase: str | None = None
    score: float | None = None


@dataclass(frozen=True)
class Reason:
    """Why points were lost (``points`` below zero), given, or nothing could be said.

    ``words`` are those that it rests on, where no finding stands behind it (a trained model).
    ``code`` names a sentence of the cockpit's texts; ``rule_id``, ``rule_version`` and ``hit_no`` name the finding,
    where there is one; ``turn_no`` and ``at_seconds`` the place, where no rule stands behind it (a long silence).
    """

    code: str
    points: float = 0.0
    rule_id: str | None = None
    rule_version: str | None = None
    hit_no: int | None = None
    turn_no: int | None = None
    at_seconds: float | None = None
    words: str | None = None


@dataclass(frozen=True)
class Score:
    """One item that one model scored: a row of the contract ``scores``, less the recording's columns.

    ``item`` is "total" for the model's own result, else one of its dimensions, steps or indexes. ``points`` 0-100, None
    where nothing can be said; ``weight_points`` is the item's share of the total.
    """

    model: str
    model_version: str
    item: str
    outcome: Outcome
    points: float | None
    weight_points: float | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class TurnFeeling:
    """The feeling heard in one turn of the customer; ``score`` 0-1 is the model's confidence, ``cue`` the words."""

    turn_no: int
    feeling: Feeling
    score: float
    model_version: str
    cue: str | None = None


@dataclass(frozen=True)
class Episode:
    """A stretch in which the customer felt bad, and how the agent answered it, part by part of the rubric of
    《呼叫中心质量监控细则》: the columns of the emotion_episodes contract."""

    turn_no: int
    feeling: Feeling
    is_soothed: bool
    is_uninterrupted: bool
    is_rate_in_band: bool
    is_solution_offered: bool
    is_emotion_no_worse: bool


@dataclass(frozen=True)
class Judgement:
    """All that the models say of one conversation."""

    findings: tuple[Finding, ...] = ()
    scores: tuple[Score, ...] = ()
    feelings: tuple[TurnFeeling, ...] = ()
    episodes: tuple[Episode, ...] = ()
