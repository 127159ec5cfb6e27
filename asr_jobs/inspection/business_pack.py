"""packs/business.yaml as checked data: weights, deductions and thresholds of the model of business quality."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field, model_validator

from asr_jobs.inspection.rules import PACKS_FOLDER, Label, Strict, rule
from lingting.documents import parse_yaml

Dimension = Literal["greeting", "listening", "tone", "empathy", "knowledge", "resolution", "closing"]
Measure = Literal[
    "interruptions", "long_silences", "too_fast", "too_slow", "unresolved", "unresolved_without_follow_up"
]


class Deduction(Strict):
    """One way to lose points: exactly one of ``missing``, ``hit``, ``measure`` and ``asked`` says when."""

    code: str
    points: float = Field(gt=0, le=100)
    most: float | None = Field(None, gt=0, le=100, description="for all places together; None: for one place only")
    missing: str | None = None
    hit: str | None = None
    measure: Measure | None = None
    asked: tuple[str, ...] = ()
    answered_by: tuple[str, ...] = ()
    within_turns: int = Field(2, ge=1, description="of the agent, after what was asked")

    @model_validator(mode="after")
    def _one_cause(self) -> Deduction:
        if sum(map(bool, (self.missing, self.hit, self.measure, self.asked))) != 1:
            raise ValueError(f"deduction {self.code}: give one of missing, hit, measure and asked")
        if bool(self.asked) != bool(self.answered_by):
            raise ValueError(f"deduction {self.code}: asked and answered_by go together")
        for rule_id in (*filter(None, (self.missing, self.hit)), *self.asked, *self.answered_by):
            rule(rule_id)
        return self


class DimensionPack(Strict):
    id: Dimension
    label: Label
    weight: float = Field(gt=0, le=100)
    only_if: tuple[str, ...] = ()
    deductions: tuple[Deduction, ...]


class ResolutionPack(Strict):
    decided_at: float = Field(gt=0)
    weights: dict[str, float]


class TopicPack(Strict):
    least_phrases: int = Field(ge=1)


class Pack(Strict):
    version: str
    pass_points: float = Field(ge=0, le=100)
    dimensions: tuple[DimensionPack, ...]
    long_silence_seconds: float = Field(gt=0)
    resolution: ResolutionPack
    topic: TopicPack

    @model_validator(mode="after")
    def _whole(self) -> Pack:
        total = sum(dimension.weight for dimension in self.dimensions)
        if abs(total - 100) > 1e-9:
            raise ValueError(f"packs/business.yaml: the weights of the dimensions sum to {total:g}, not to 100")
        return self


@cache
def business_pack() -> Pack:
    return Pack.model_validate(parse_yaml((PACKS_FOLDER / "business.yaml").read_text(encoding="utf-8")))
