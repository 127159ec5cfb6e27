"""The rules of compliance as data: read from packs/compliance/*.yaml and checked. compliance.py applies them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from asr_jobs.inspection.conversation import Language
from asr_jobs.inspection.phrases import Phrase
from lingting.documents import parse_yaml

RULES_FOLDER = Path(__file__).resolve().parent / "packs" / "compliance"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Zone(_Strict):
    """Which part of the speaker's own words is searched: ``size`` sounds (syllables, letters) from one end."""

    end: Literal["first", "last"]
    size: dict[Language, int] = Field(description="zh in syllables, en in letters")


class Label(_Strict):
    zh: str
    en: str


class Rule(_Strict):
    """One rule. Raise ``version`` with every change of meaning: findings keep the version that made them."""

    id: str = Field(pattern=r"^[a-z_]+$")
    version: str
    kind: Literal["must_say", "risk", "soothing", "forbidden"]
    label: Label
    speaker: Literal["agent", "customer"]
    mandatory: bool = Field(False, description="counts for script compliance")
    applies_to_queues: tuple[str, ...] | None = Field(None, description="None: every queue")
    zone: Zone | None = Field(None, description="None: anywhere")
    threshold: dict[Language, float] = Field(default={"zh": 0.75, "en": 0.85})
    phrases: dict[Language, tuple[str, ...]]
    source: str = Field("", description="the clause of the source document that asks for it")

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if self.mandatory and self.kind != "must_say":
            raise ValueError(f"rule {self.id}: only a must_say rule can be mandatory")
        if not self.phrases.get("zh") or not self.phrases.get("en"):
            raise ValueError(f"rule {self.id}: give phrases for zh and en")
        return self

    def prepared(self, language: Language) -> list[Phrase]:
        return [Phrase(text, language, self.threshold[language]) for text in self.phrases[language]]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the folder by file name, then as written."""
    found: list[Rule] = []
    for path in sorted(RULES_FOLDER.glob("*.yaml")):
        found += [Rule.model_validate(entry) for entry in parse_yaml(path.read_text(encoding="utf-8"))]
    if len({rule.id for rule in found}) != len(found):
        raise ValueError(f"two rules in {RULES_FOLDER} share an id")
    return tuple(found)


@cache
def rules_sha256() -> str:
    """Sum of all rules."""
    text = "\n".join(rule.model_dump_json() for rule in all_rules())
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def catalogue() -> list[dict[str, Any]]:
    """What the cockpit needs to name a rule (written to lake/_rules.json)."""
    return [
        {
            "rule_id": rule.id,
            "rule_kind": rule.kind,
            "label_zh": rule.label.zh,
            "label_en": rule.label.en,
            "version": rule.version,
        }
        for rule in all_rules()
    ]
