"""The rules of compliance as data: read from the packs' compliance/*.yaml and checked. compliance.py applies them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from asr_jobs.inspection.conversation import Language
from asr_jobs.inspection.phrases import Phrase
from asr_jobs.inspection.rulebook import Packs, packs_in_force
from lingting.documents import parse_yaml
from lingting.errors import InputError

MODEL = "compliance"


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


def all_rules(packs: Packs | None = None) -> tuple[Rule, ...]:
    """Every rule of the packs (None: those in force) by file name, then as written.

    Raises InputError for a broken file: the file, the rule and what is wrong with it.
    """
    return _rules_of(packs or packs_in_force())


@cache
def _rules_of(packs: Packs) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for path in packs.files(MODEL):
        for rule in _rules_in(path):
            if any(rule.id == other.id for other in found):
                raise InputError(f"{path}: rule {rule.id} stands twice; give one of them another id")
            found.append(rule)
    if not found:
        raise InputError(f"{packs.folder / MODEL} holds no rule; put one into a .yaml file there, or remove the folder")
    return tuple(found)


def _rules_in(path: Path) -> list[Rule]:
    try:
        entries = parse_yaml(path.read_text(encoding="utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise InputError(f"{path}: not readable as YAML{place}; mend it") from error
    if not isinstance(entries, list):
        raise InputError(f"{path}: must be a list of rules, each beginning with `- id:`")
    return [_rule(path, number, entry) for number, entry in enumerate(entries, start=1)]


def _rule(path: Path, number: int, entry: Any) -> Rule:
    try:
        return Rule.model_validate(entry)
    except ValidationError as error:
        name = entry.get("id") if isinstance(entry, dict) else None
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{path}: rule {name or f'no. {number}'}: {f'{place}: ' if place else ''}{said}") from error


def rules_sha256(packs: Packs | None = None) -> str:
    """Sum of all rules: a change makes every recording be inspected again, but not transcribed again."""
    return _sum_of(packs or packs_in_force())


@cache
def _sum_of(packs: Packs) -> str:
    text = "\n".join(rule.model_dump_json() for rule in all_rules(packs))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def catalogue(packs: Packs | None = None) -> list[dict[str, Any]]:
    """What the cockpit needs to name a rule (written to lake/_rules.json)."""
    return [
        {
            "rule_id": rule.id,
            "rule_kind": rule.kind,
            "label_zh": rule.label.zh,
            "label_en": rule.label.en,
            "version": rule.version,
        }
        for rule in all_rules(packs)
    ]
