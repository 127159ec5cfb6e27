"""The model of business quality: steps of the procedure, seven dimensions, whether it was settled, and the topic.

Rules are in packs/business/*.yaml, prices in packs/business.yaml. What compliance found is used, not looked for again.
"""

from __future__ import annotations

from collections.abc import Iterator

from asr_jobs.inspection.business_pack import Deduction, DimensionPack, business_pack
from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.findings import Hits, empty, hits_of, look_for
from asr_jobs.inspection.judgement import Finding, Judgement, Reason, Score
from asr_jobs.inspection.measures import MEASURES, Measured
from asr_jobs.inspection.resolution import resolution
from asr_jobs.inspection.rules import pack_sha256, rule, rules_of, version_of
from asr_jobs.inspection.scoring import Scorer, at_most, because
from asr_jobs.inspection.search import speech_of
from asr_jobs.inspection.steps import procedure, scores_of
from asr_jobs.inspection.topic import topic_of

CODE = "1"  # raise it with every change of code that moves a score of this model


class Business:
    """How well the agent served. It rests on the findings of compliance, so it runs after it."""

    name = "business"

    @property
    def version(self) -> str:
        return version_of(CODE, pack_sha256(self.name), Compliance().version)

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        scorer = Scorer(self.name, self.version, business_pack().pass_points)
        code = conversation.speakers_doubt if conversation.turns else "no_words"
        if code:
            items = [scorer.nothing(dimension.id, code, dimension.weight) for dimension in business_pack().dimensions]
            return Judgement(scores=(*items, scorer.nothing("total", code)))
        known = hits_of(before.findings)
        speech = speech_of(conversation)
        looked_for = [one for one in rules_of(self.name) if one.kind != "topic"]
        findings = [*look_for(looked_for, conversation, speech, known), *topic_of(speech)]
        hits: Hits = {**known, **hits_of(findings)}
        heard = procedure(findings, hits)
        resolved = resolution(hits, scorer)
        measured = Measured(conversation, hits, resolved)
        missed = {f.rule_id for f in (*before.findings, *findings) if f.outcome == "not_applicable"}
        items = [_scored(dimension, measured, missed, scorer) for dimension in business_pack().dimensions]
        scores = (*items, resolved, *scores_of(heard, scorer), scorer.total(items))
        kept = [finding for finding in findings if finding.rule_kind != "sop_step"]
        return Judgement(findings=(*kept, *heard.steps), scores=scores)


def _scored(dimension: DimensionPack, measured: Measured, not_applicable: set[str], scorer: Scorer) -> Score:
    if dimension.only_if and not any(measured.hits.get(rule_id) for rule_id in dimension.only_if):
        return scorer.nothing(dimension.id, "no_occasion", dimension.weight, is_open=False)
    reasons: list[Reason] = []
    for deduction in dimension.deductions:
        places = list(_places(deduction, measured, not_applicable))
        reasons += at_most(places, deduction.most or deduction.points)
    return scorer.item(dimension.id, reasons, dimension.weight)


def _places(deduction: Deduction, measured: Measured, not_applicable: set[str]) -> Iterator[Reason]:
    """Every place where a deduction holds, each with its whole price."""
    code, points, hits = deduction.code, -deduction.points, measured.hits
    if deduction.missing:
        rule_id = deduction.missing
        if measured.conversation.is_whole and not hits.get(rule_id) and rule_id not in not_applicable:
            yield because(code, empty(rule(rule_id), "miss"), points)
    elif deduction.hit:
        yield from (because(code, hit, points) for hit in hits.get(deduction.hit, ()))
    elif deduction.measure:
        for place in MEASURES[deduction.measure](measured):
            yield Reason(code, points, place.rule_id, place.rule_version, place.hit_no, place.turn_no, place.at_seconds)
    else:
        yield from (because(code, hit, points) for hit in _unanswered(deduction, measured))


def _unanswered(deduction: Deduction, measured: Measured) -> Iterator[Finding]:
    """What the customer said that the agent's next turns do not answer; what one turn should answer counts once."""
    answers = {hit.turn_no for rule_id in deduction.answered_by for hit in measured.hits.get(rule_id, ())}
    asked = sorted(
        (hit for rule_id in deduction.asked for hit in measured.hits.get(rule_id, ())),
        key=lambda hit: (hit.turn_no or 0, hit.at_seconds or 0.0),
    )
    agent = [number for number, turn in enumerate(measured.conversation.turns, 1) if turn.speaker == "agent"]
    seen: set[int | None] = set()
    for hit in asked:
        following = [number for number in agent if number > (hit.turn_no or 0)][: deduction.within_turns]
        first = following[0] if following else None
        if first not in seen and not answers.intersection(following) and measured.conversation.is_whole:
            yield hit
        seen.add(first)
