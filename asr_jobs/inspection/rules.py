"""The rules of inspection as data: read from packs/<pack>/*.yaml and checked. search.py finds them in a conversation.

What a hit or a miss costs is not here: that is in packs/<pack>.yaml, read by the model that scores.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from asr_jobs.inspection.conversation import Direction, Language
from asr_jobs.inspection.phrases import Phrase
from asr_jobs.inspection.rulebook import checked, packs_in_force, per_packs, read_document
from lingting.errors import InputError

RULE_PACKS = ("compliance", "business")  # the packs whose rules are written as class Rule

Kind = Literal[
    "must_say", "risk", "soothing", "forbidden", "read_back", "consent", "sop_step", "conduct", "topic", "resolution"
]
# Clauses survive a misheard syllable; a short cue of the other kinds would then be found where nobody said it.
FUZZY_KINDS = ("must_say", "risk", "soothing", "forbidden")
FUZZY = {"zh": 0.75, "en": 0.85}
# Of these kinds a rule that is not found leaves a row, too; of the others only what was found is kept.
DECIDED_KINDS = (*FUZZY_KINDS, "sop_step")


class Strict(BaseModel):
    """What is read from a pack: a key that nobody knows is refused, so that a typing error can not pass for a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Zone(Strict):
    """Which part of the speaker's own words is searched: ``size`` sounds (syllables, letters) from one end."""

    end: Literal["first", "last"]
    size: dict[Language, int] = Field(description="zh in syllables, en in letters")


class Follows(Strict):
    """The words count only in the speaker's first ``turns`` turns after the first hit of ``rule``."""

    rule: str
    turns: int = Field(ge=1)


class Label(Strict):
    zh: str
    en: str


class Rule(Strict):
    """One rule. Raise ``version`` with every change of meaning: findings keep the version that made them."""

    id: str = Field(pattern=r"^[a-z_]+$")
    version: str
    kind: Kind
    label: Label
    speaker: Literal["agent", "customer", "any"]
    mandatory: bool = Field(False, description="counts for script compliance")
    applies_to_queues: tuple[str, ...] | None = Field(None, description="None: every queue")
    applies_to_directions: tuple[Direction, ...] | None = Field(None, description="None: both")
    zone: Zone | None = Field(None, description="None: anywhere")
    after: tuple[str, ...] = Field((), description="rules that must be said before this one")
    before: tuple[str, ...] = Field((), description="rules that must be said after this one")
    follows: Follows | None = Field(None, description="None: anywhere")
    only_if: tuple[str, ...] = Field((), description="not applicable unless one of these rules is hit")
    also: tuple[str, ...] = Field((), description="hits of these rules count as hits of this one")
    threshold: dict[Language, float] | None = Field(None, description="least similarity; None: that of the kind")
    phrases: dict[Language, tuple[str, ...]] = Field(default_factory=dict)
    negations: dict[Language, tuple[str, ...]] = Field(
        default_factory=dict, description="what is said in these words is no hit: 不要投诉 is not 投诉"
    )
    masks: tuple[str, ...] = Field((), description="kinds of masked numbers (pii.LABELS) that are searched, too")
    source: str = Field("", description="the clause of the source document that asks for it")

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if self.mandatory and self.kind != "must_say":
            raise ValueError(f"rule {self.id}: only a must_say rule can be mandatory")
        has_both = bool(self.phrases.get("zh") and self.phrases.get("en"))
        if not has_both and (self.phrases or not (self.also or self.masks)):
            raise ValueError(f"rule {self.id}: give phrases for zh and en")
        return self

    def prepared(self, language: Language) -> list[Phrase]:
        least = (self.threshold or (FUZZY if self.kind in FUZZY_KINDS else {})).get(language, 1.0)
        return [Phrase(text, language, least) for text in self.phrases.get(language, ())]

    def names(self) -> set[str]:
        """Ids of the other rules that this one speaks of."""
        follows = {self.follows.rule} if self.follows else set()
        return {*self.after, *self.before, *self.only_if, *self.also, *follows}


class UnknownRule(InputError, ValueError):
    """A pack or a model names a rule that the packs do not have; a ValueError, so that pydantic tells where."""


@per_packs
def rules_of(pack: str) -> tuple[Rule, ...]:
    """The rules of one pack by file name, then as written.

    Raises InputError for a broken file: the file, the rule and what is wrong with it.
    """
    found: list[Rule] = []
    for path in packs_in_force().files(pack).values():
        entries = read_document(path) or []
        if not isinstance(entries, list):
            raise InputError(f"{path}: must be a list of rules, each beginning with `- id:`")
        for number, entry in enumerate(entries, start=1):
            name = entry.get("id") if isinstance(entry, dict) else None
            found.append(checked(Rule, entry, path, f"rule {name or f'no. {number}'}"))
    return tuple(found)


@per_packs
def all_rules() -> tuple[Rule, ...]:
    """The rules of every pack, compliance first. Raises InputError where two share an id or one names a stranger."""
    folder = packs_in_force().folder
    found = tuple(rule for pack in RULE_PACKS for rule in rules_of(pack))
    ids: set[str] = set()
    for rule in found:
        if rule.id in ids:
            raise InputError(f"{folder}: rule {rule.id} stands twice; give one of them another id")
        ids.add(rule.id)
    for rule in found:
        if strangers := rule.names() - ids:
            raise InputError(f"{folder}: rule {rule.id} names {', '.join(sorted(strangers))}, and no rule is called so")
    return found


@per_packs
def rule(rule_id: str) -> Rule:
    """The rule of that id. Raises UnknownRule."""
    for one in all_rules():
        if one.id == rule_id:
            return one
    raise UnknownRule(f"{packs_in_force().folder}: no rule is called {rule_id!r}, and a model needs it")


@per_packs
def pack_sha256(*names: str) -> str:
    """Sum of packs, of their rules and of what scores them (no name: of every pack), whatever its comments say."""
    files = packs_in_force().files().items()
    meant = [(name, read_document(path)) for name, path in files if not names or _pack_of(name) in names]
    return hashlib.sha256(repr(meant).encode("utf-8")).hexdigest()


def version_of(code: str, *made_from: str) -> str:
    """The version of a model: of its code, then a sum of what else its scores rest on (packs, models before it)."""
    return f"{code}-{hashlib.sha256(' '.join(made_from).encode('utf-8')).hexdigest()[:10]}"


def _pack_of(name: str) -> str:
    return name.split("/")[0].removesuffix(".yaml")


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
