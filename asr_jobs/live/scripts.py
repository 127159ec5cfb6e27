"""The suggested scripts (辅助话术) and the rules that hold live only, as data: packs/live/*.yaml, read and checked."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from asr_jobs.inspection.conversation import Language
from asr_jobs.inspection.rulebook import packs_in_force, per_packs
from asr_jobs.inspection.rules import Label
from lingting.documents import parse_yaml

LONG_SILENCE = "long_silence"


class Script(BaseModel):
    """What the agent may say when ``rule_id`` raises an alert."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule_id: str
    version: str
    say: dict[Language, str]


class LiveRule(BaseModel):
    """A rule without phrases: its limit is a setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    label: Label


@per_packs
def scripts() -> dict[str, Script]:
    """By rule id. A rule without one raises its alert without a script."""
    return {script.rule_id: script for script in map(Script.model_validate, _entries("scripts.yaml"))}


@per_packs
def live_rules() -> dict[str, LiveRule]:
    return {rule.id: rule for rule in map(LiveRule.model_validate, _entries("rules.yaml"))}


def _entries(name: str) -> list[Any]:
    return list(parse_yaml(packs_in_force().file(f"live/{name}").read_text(encoding="utf-8")))
