"""Whether the customer's request was settled, by what both said late in the conversation."""

from __future__ import annotations

from asr_jobs.inspection.business_pack import business_pack
from asr_jobs.inspection.findings import Hits
from asr_jobs.inspection.judgement import Reason, Score
from asr_jobs.inspection.scoring import FULL, Scorer, because

ITEM = "resolved"


def resolution(hits: Hits, scorer: Scorer) -> Score:
    """Item "resolved": pass and 100 points where it was settled, fail and 0 where not, undecided where nothing tells.

    Each rule counts once: an agent who says twice that it can not be done has said it. The reasons are the evidence
    for and against; in a fail the evidence against takes the points.
    """
    pack = business_pack().resolution
    told = [(rule_id, weight) for rule_id, weight in pack.weights.items() if hits.get(rule_id)]
    balance = sum(weight for _, weight in told)
    if abs(balance) < pack.decided_at:
        seen = tuple(because(_code(weight), hits[rule_id][0]) for rule_id, weight in told)
        nothing = Reason("resolution_not_told" if not told else "resolution_told_both_ways")
        return Score(scorer.model, scorer.version, ITEM, "undecided", None, None, (nothing, *seen))
    if balance > 0:
        return scorer.item(ITEM, [because(_code(weight), hits[rule_id][0]) for rule_id, weight in told])
    against = [rule_id for rule_id, weight in told if weight < 0]
    each = FULL / len(against)
    reasons = [because(_code(w), hits[rule_id][0], -each if w < 0 else 0.0) for rule_id, w in told]
    return scorer.item(ITEM, reasons)


def _code(weight: float) -> str:
    return "told_settled" if weight > 0 else "told_not_settled"
