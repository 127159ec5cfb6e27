"""The compliance model: what must be said, what must not, numbers read out, the recording notice and its answer.

What the rules are is in packs/compliance/*.yaml, what a breach costs in packs/compliance.yaml; search.py finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import Field, model_validator

from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.findings import Hits, empty, hits_of, look_for, when
from asr_jobs.inspection.judgement import Finding, Judgement, Reason, Score
from asr_jobs.inspection.rulebook import per_packs, read_pack
from asr_jobs.inspection.rules import Strict, pack_sha256, rule, rules_of, version_of
from asr_jobs.inspection.scoring import FULL, Scorer, at_most, because
from asr_jobs.inspection.search import speech_of

CODE = "1"  # raise it with every change of this module that moves a score


class Fine(Strict):
    """What each hit of a rule costs, and the most that all of them cost."""

    points: float = Field(gt=0, le=FULL)
    most: float = Field(gt=0, le=FULL)


class Pack(Strict):
    """packs/compliance.yaml: weights of the items, points of the clauses and fines. Points are of 100 for the item."""

    version: str
    pass_points: float = Field(ge=0, le=FULL)
    weights: dict[Literal["must_say", "forbidden", "pii_read_back", "recording_consent"], float]
    clauses: dict[str, float]
    out_of_order_share: float = Field(ge=0, le=1, description="of the lesser clause's points, for each broken order")
    forbidden: dict[str, Fine]
    pii_read_back: dict[str, Fine]

    @model_validator(mode="after")
    def _never_punishes_saying(self) -> Pack:
        """A clause may lose by broken orders no more than it earns by being said, else silence would score better."""
        for rule_id in (*self.forbidden, *self.pii_read_back):
            rule(rule_id)
        for clause in self.clauses:
            rule(clause)
            orders = [pair for pair in _orders() if clause in pair]
            if len(orders) * self.out_of_order_share > 1:
                raise ValueError(f"packs/compliance.yaml: {clause} stands in {len(orders)} orders; lower the share")
        return self


@per_packs
def _pack() -> Pack:
    return read_pack(Pack, "compliance.yaml")


@per_packs
def _orders() -> tuple[tuple[str, str], ...]:
    """(earlier, later) ids of clauses whose order is asked for."""
    rules = rules_of("compliance")
    after = {(earlier, one.id) for one in rules for earlier in one.after}
    return tuple(sorted(after | {(one.id, later) for one in rules for later in one.before}))


class Compliance:
    """What must be said, what must not, and what calls for attention."""

    name = "compliance"

    @property
    def version(self) -> str:
        return version_of(CODE, pack_sha256(self.name))

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        findings = inspect(conversation)
        scorer = Scorer(self.name, self.version, _pack().pass_points)
        return Judgement(findings=tuple(findings), scores=tuple(_scores(conversation, findings, scorer)))


def inspect(conversation: Conversation) -> list[Finding]:
    """Every rule's result, in the order of the rules: its hits, or one row ``miss`` or ``not_applicable``.

    In a damaged recording what was not heard may have been said, so a miss becomes not_applicable. Rules about numbers
    read out and about consent leave a row only where they are hit.
    """
    return look_for(rules_of("compliance"), conversation, speech_of(conversation), {})


def _scores(conversation: Conversation, findings: Sequence[Finding], scorer: Scorer) -> Iterator[Score]:
    weights = _pack().weights
    code = conversation.speakers_doubt if conversation.turns else "no_words"
    if code:
        yield from (scorer.nothing(item, code, weight) for item, weight in weights.items())
        yield scorer.nothing("total", code)
        return
    hits = hits_of(findings)
    items = [
        _must_say(findings, hits, scorer, weights["must_say"]),
        _fined("forbidden", "forbidden_said", _pack().forbidden, hits, scorer, weights["forbidden"]),
        _fined("pii_read_back", "number_read_back", _pack().pii_read_back, hits, scorer, weights["pii_read_back"]),
        _consent(conversation, hits, scorer, weights["recording_consent"]),
    ]
    yield from items
    yield scorer.total(items)


def _must_say(findings: Sequence[Finding], hits: Hits, scorer: Scorer, weight: float) -> Score:
    """Each clause has its share of 100 points, which a miss takes whole and a broken order in part."""
    clauses = _pack().clauses
    decided = {f.rule_id: f for f in findings if f.rule_id in clauses and f.outcome in ("hit", "miss")}
    if not decided:
        return scorer.nothing("must_say", "no_clause_applies", weight, is_open=False)
    unit = FULL / sum(clauses[rule_id] for rule_id in decided)
    reasons = [
        because("clause_missing", finding, -unit * clauses[rule_id])
        for rule_id, finding in decided.items()
        if finding.outcome == "miss"
    ]
    for earlier, later in _orders():
        if hits.get(earlier) and hits.get(later) and when(hits[later][-1]) < when(hits[earlier][0]):
            lesser = min(clauses.get(earlier, 0.0), clauses.get(later, 0.0))
            share = _pack().out_of_order_share
            reasons.append(because("clause_out_of_order", hits[later][-1], -unit * lesser * share))
    return scorer.item("must_say", reasons, weight)


def _fined(item: str, code: str, fines: Mapping[str, Fine], hits: Hits, scorer: Scorer, weight: float) -> Score:
    reasons: list[Reason] = []
    for rule_id, fine in fines.items():
        reasons += at_most([because(code, hit, -fine.points) for hit in hits.get(rule_id, ())], fine.most)
    return scorer.item(item, reasons, weight)


def _consent(conversation: Conversation, hits: Hits, scorer: Scorer, weight: float) -> Score:
    """Recording must be announced and agreed to; going on after the notice is agreement.

    Source: 《呼叫中心质量监控细则》六(一).
    """
    item = "recording_consent"
    if refused := hits.get("recording_refusal"):
        return scorer.item(item, [because("recording_refused", refused[0], -FULL)], weight)
    notice = hits.get("recording_notice")
    if not notice:
        missed = empty(rule("recording_notice"), "miss")
        if not conversation.is_whole:
            return scorer.nothing(item, "recording_damaged", weight)
        return scorer.item(item, [because("recording_not_announced", missed, -FULL)], weight)
    if agreed := hits.get("recording_agreement"):
        return scorer.item(item, [because("recording_agreed", agreed[0])], weight)
    if any(turn.speaker == "customer" for turn in conversation.turns[notice[0].turn_no or 0 :]):
        return scorer.item(item, [because("recording_agreed_by_going_on", notice[0])], weight)
    return scorer.nothing(item, "no_answer_to_notice", weight)
