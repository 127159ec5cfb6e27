"""What a change of the packs would move: the same masked conversations judged by two versions, and the KPIs of both.

The KPIs are counted as the warehouse counts them (script compliance: dbt/models/core/kpi_parts/kpi_part_clauses.sql).
Printing is in rules_cli.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from asr_jobs.inspection.judgement import Finding, Judgement
from asr_jobs.inspection.models import judge, offline, other_code
from asr_jobs.inspection.rulebook import Packs
from asr_jobs.stored import Stored

CENTRE = "centre"
DECIDED = ("hit", "miss")
Parts = dict[str, tuple[float, float]]  # KPI -> numerator, denominator
Place = tuple[int | None, str | None]  # turn, words
EVIDENCE = "other evidence"  # the outcome is the same, but it rests on other words


@dataclass
class Sums:
    """Of one scope: conversations looked at, how many moved, and the parts of each KPI by both versions."""

    n: int = 0
    n_moved: int = 0
    parts: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0] * 4))

    def add(self, is_moved: bool, a: Parts, b: Parts) -> None:
        self.n += 1
        self.n_moved += is_moved
        for kpi in {*a, *b}:
            pair = (*a.get(kpi, (0.0, 0.0)), *b.get(kpi, (0.0, 0.0)))
            self.parts[kpi] = [total + part for total, part in zip(self.parts[kpi], pair, strict=True)]

    def kpis(self) -> dict[str, dict[str, Any]]:
        """KPI -> value and n by both versions; a value is None without a base."""
        return {
            kpi: {"a": _ratio(p[0], p[1]), "n_a": int(p[1]), "b": _ratio(p[2], p[3]), "n_b": int(p[3])}
            for kpi, p in sorted(self.parts.items())
        }


@dataclass
class Diff:
    """The result: scopes by kind and id, and per rule how often each change of its outcome came, with examples."""

    a: Packs
    b: Packs
    n_examples: int = 3
    scopes: dict[str, dict[str, Sums]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Sums)))
    rules: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def to_dict(self) -> dict[str, Any]:
        scopes = {
            kind: {
                name: {"n": sums.n, "n_moved": sums.n_moved, "kpis": sums.kpis()}
                for name, sums in sorted(members.items())
                if kind == CENTRE or sums.n_moved
            }
            for kind, members in self.scopes.items()
        }
        rules = {
            rule: {"changes": dict(sorted(changes.items())), "examples": self.examples[rule]}
            for rule, changes in sorted(self.rules.items())
        }
        code = {side: _code(packs) for side, packs in (("a", self.a), ("b", self.b))}
        return {"a": self.a.version, "b": self.b.version, "other_code": code, "scopes": scopes, "rules": rules}


def compare(conversations: Iterable[Stored], a: Packs, b: Packs, n_examples: int = 3) -> Diff:
    """Judge every conversation by both. It moves where the outcome of a rule or the total of a model differs; a rule
    that finds other words for the same outcome is told, but moves nothing."""
    diff = Diff(a, b, n_examples)
    for stored in conversations:
        before, after = (judge(stored.conversation, offline(), packs) for packs in (a, b))
        moves = list(_moves(before, after))
        parts = [_parts(stored, said) for said in (before, after)]
        is_moved = any(change != EVIDENCE for _, change, _ in moves) or _totals(before) != _totals(after)
        for kind, name in _scopes(stored):
            diff.scopes[kind][name].add(is_moved, *parts)
        for rule_id, change, finding in moves:
            diff.rules[rule_id][change] += 1
            if len(diff.examples[rule_id]) < n_examples:
                diff.examples[rule_id].append(_example(stored, change, finding))
    return diff


def _code(packs: Packs) -> dict[str, dict[str, str]]:
    """The models that had other code when these packs were last in force; they are judged by the code of now."""
    return {model: {"then": then, "now": now} for model, (then, now) in other_code(packs).items()}


def _scopes(stored: Stored) -> Iterator[tuple[str, str]]:
    yield CENTRE, CENTRE
    if stored.recording.queue_id:
        yield "queue", stored.recording.queue_id
    if stored.agent_id:
        yield "agent", stored.agent_id


def _moves(before: Judgement, after: Judgement) -> Iterator[tuple[str, str, Finding | None]]:
    """(rule, change, the finding to look at: the first hit that only one version has) of each rule that moved."""
    old, new = _by_rule(before.findings), _by_rule(after.findings)
    for rule_id in sorted({*old, *new}):
        was, now = old.get(rule_id, []), new.get(rule_id, [])
        gone, come = _places(was), _places(now)
        if gone == come and _outcome(was) == _outcome(now):
            continue
        apart = [one for one in [*now, *was] if one.outcome == "hit" and _place(one) in gone.keys() ^ come.keys()]
        change = EVIDENCE if _outcome(was) == _outcome(now) else f"{_outcome(was)} -> {_outcome(now)}"
        yield rule_id, change, apart[0] if apart else None


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.rule_id, []).append(finding)
    return found


def _outcome(findings: list[Finding]) -> str:
    return findings[0].outcome if findings else "no rule"


def _place(finding: Finding) -> Place:
    return finding.turn_no, finding.matched_text


def _places(findings: list[Finding]) -> dict[Place, None]:
    return {_place(finding): None for finding in findings if finding.outcome == "hit"}


def _parts(stored: Stored, said: Judgement) -> Parts:
    """Numerator and denominator of one conversation: violation and risk rate count conversations with a hit."""
    rules = _by_rule(said.findings)
    clauses = [found for found in rules.values() if found[0].is_mandatory and _outcome(found) in DECIDED]
    parts: Parts = {}
    if stored.status == "ok":
        parts["script_compliance"] = (sum(_outcome(found) == "hit" for found in clauses), len(clauses))
    for kpi, kind in (("violation_rate", "forbidden"), ("risk_rate", "risk")):
        decided = [_outcome(found) for found in rules.values() if found[0].rule_kind == kind]
        is_judged = any(outcome in DECIDED for outcome in decided)
        parts[kpi] = (float("hit" in decided), float(is_judged))
    for model, points in _totals(said).items():
        if points is not None:
            parts[f"mean_total_{model}"] = (points, 1.0)
    return parts


def _totals(said: Judgement) -> dict[str, float | None]:
    return {score.model: score.points for score in said.scores if score.item == "total"}


def _ratio(numerator: float, denominator: float) -> float | None:
    return round(numerator / denominator, 6) if denominator else None


def _example(stored: Stored, change: str, finding: Finding | None) -> dict[str, Any]:
    return {
        "call_id": stored.recording.call_id,
        "change": change,
        "second": finding.at_seconds if finding else None,
        "words": finding.matched_text if finding else None,
        "phrase": finding.phrase if finding else None,
    }
