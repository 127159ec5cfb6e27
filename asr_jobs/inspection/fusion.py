"""The fusion of the models: one total, capped by critical errors, and the level of risk that calls for a third look.

Weights, caps and signals are in packs/fusion.yaml. Nothing is looked for here: it rests on what the models found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field, model_validator

from asr_jobs.inspection.business import Business
from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.emotion import Emotion
from asr_jobs.inspection.findings import Hits, hits_of, when
from asr_jobs.inspection.judgement import Finding, Judgement, Reason, Score
from asr_jobs.inspection.rulebook import per_packs, read_pack
from asr_jobs.inspection.rules import Strict, pack_sha256, rule, version_of
from asr_jobs.inspection.scoring import FULL, Scorer, because

CODE = "1"  # raise it with every change of this module that moves a score


class Critical(Strict):
    """An error that caps the total: a rule that is hit, missing, or late (heard only after another one began)."""

    code: str
    cap: float = Field(ge=0, le=FULL)
    hit: str | None = None
    missing: str | None = None
    late: str | None = None
    after: str | None = None

    @model_validator(mode="after")
    def _one_cause(self) -> Critical:
        if sum(map(bool, (self.hit, self.missing, self.late))) != 1 or bool(self.late) != bool(self.after):
            raise ValueError(f"critical error {self.code}: give hit, missing, or late with after")
        for rule_id in filter(None, (self.hit, self.missing, self.late, self.after)):
            rule(rule_id)
        return self


class Signal(Strict):
    """A sign of risk: a rule that is hit, or an item (the total or one of a model) that scores below ``below``."""

    code: str
    points: float = Field(gt=0, le=FULL)
    hit: str | None = None
    item: str | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one_cause(self) -> Signal:
        if bool(self.hit) == bool(self.item) or bool(self.item) != (self.below is not None):
            raise ValueError(f"signal {self.code}: give hit, or item with below")
        if self.hit:
            rule(self.hit)
        return self


class Risk(Strict):
    high_at_most: float
    medium_at_most: float
    signals: tuple[Signal, ...]


class Pack(Strict):
    version: str
    pass_points: float = Field(ge=0, le=FULL)
    weights: dict[Literal["compliance", "business", "emotion"], float]
    critical: tuple[Critical, ...]
    risk: Risk


@per_packs
def _pack() -> Pack:
    return read_pack(Pack, "fusion.yaml")


_FUSED = (Compliance(), Business(), Emotion())  # its points change with theirs


class Fusion:
    """One total of the models before it. It runs after them; a second opinion has no part in it."""

    name = "fusion"

    @property
    def version(self) -> str:
        return version_of(CODE, pack_sha256(self.name), *(model.version for model in _FUSED))

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        scorer = Scorer(self.name, self.version, _pack().pass_points)
        totals = {score.model: score for score in before.scores if score.item == "total"}
        parts, notes = [], []
        for model, weight in _pack().weights.items():
            if model in totals and totals[model].points is not None:
                parts.append(replace(totals[model], weight_points=weight))
            else:
                notes.append(Reason(f"{model}_not_scored"))
        total = scorer.total(parts)
        if total.points is None:
            return Judgement(
                scores=(replace(total, reasons=(*total.reasons, *notes)), scorer.nothing("risk", "nothing_scored"))
            )
        missing = {f.rule_id: f for f in before.findings if f.outcome == "miss"}
        errors = list(_critical(hits_of(before.findings), missing))
        total = _capped(replace(total, reasons=(*total.reasons, *notes)), errors, scorer)
        return Judgement(scores=(total, _risk(before, total, scorer)))


def _critical(hits: Hits, missing: Mapping[str, Finding]) -> Iterator[tuple[Critical, Reason]]:
    """The critical errors that were made, in the order of the pack, each with its evidence."""
    for error in _pack().critical:
        if error.hit and hits.get(error.hit):
            yield error, because(error.code, hits[error.hit][0])
        elif error.missing and error.missing in missing:
            yield error, because(error.code, missing[error.missing])
        elif error.late and error.after and _is_late(hits.get(error.late), hits.get(error.after)):
            yield error, because(error.code, hits[error.late][0])


def _is_late(hits: Sequence[Finding] | None, after: Sequence[Finding] | None) -> bool:
    return bool(hits and after and when(hits[0]) > when(after[0]))


def _capped(total: Score, errors: list[tuple[Critical, Reason]], scorer: Scorer) -> Score:
    """The lowest cap holds; the first error that sets it takes the points, the others stand beside it."""
    points, reasons = total.points or 0.0, list(total.reasons)
    for error, reason in sorted(errors, key=lambda pair: pair[0].cap):
        taken = max(0.0, points - error.cap)
        reasons.append(replace(reason, points=-round(taken, 4) if taken else 0.0))
        points -= taken
    points = round(points, 2)
    return replace(total, points=points, outcome=scorer.outcome(points), reasons=tuple(reasons))


def _risk(before: Judgement, total: Score, scorer: Scorer) -> Score:
    """Item "risk": 100 less the signals' points; its first reason is the level (risk_low, risk_medium, risk_high)."""
    pack = _pack().risk
    score = scorer.item("risk", _signals(before, total))
    points = score.points or 0.0
    level = "high" if points <= pack.high_at_most else "medium" if points <= pack.medium_at_most else "low"
    return replace(
        score, outcome="fail" if level == "high" else "pass", reasons=(Reason(f"risk_{level}"), *score.reasons)
    )


def _signals(before: Judgement, total: Score) -> Iterator[Reason]:
    """Each signal with its evidence; of an item that is low, what took most of its points."""
    hits = hits_of(before.findings)
    scores = {score.item: score for score in before.scores if score.item != "total"} | {"total": total}
    for signal in _pack().risk.signals:
        if signal.hit and hits.get(signal.hit):
            yield because(signal.code, hits[signal.hit][0], -signal.points)
        elif signal.item and signal.below is not None and signal.item in scores:
            score = scores[signal.item]
            if score.points is not None and score.points < signal.below:
                worst = min(score.reasons, key=lambda reason: reason.points)
                yield replace(worst, code=signal.code, points=-signal.points)
