"""The steps of the standard procedure: which were heard, and how many of them in the order of the procedure."""

from __future__ import annotations

from collections.abc import Sequence

from asr_jobs.inspection.findings import Hits, when
from asr_jobs.inspection.judgement import Finding, Score
from asr_jobs.inspection.rules import rules_of
from asr_jobs.inspection.scoring import FULL, Scorer, because

ITEM = "procedure"
Place = tuple[int, float]


def procedure(findings: Sequence[Finding], hits: Hits, scorer: Scorer) -> list[Score]:
    """One item a step (100 points where it was heard, else 0), and "procedure": the share of the steps that apply
    which were heard in order, in points. 《呼叫中心质量监控细则》四(一).

    A step heard several times stands where it serves the order best.
    """
    known = {step.id for step in rules_of("business") if step.kind == "sop_step"}
    rows = {f.rule_id: f for f in reversed(findings) if f.rule_id in known and f.outcome in ("hit", "miss")}
    steps = [step.id for step in rules_of("business") if step.id in rows]
    if not steps:
        return [scorer.nothing(ITEM, "no_step_applies", is_open=False)]
    ordered = in_order({step: [when(hit) for hit in hits.get(step, ())] for step in steps})
    each = FULL / len(steps)
    scores, reasons = [], []
    for step in steps:
        row = rows[step]
        if row.outcome == "miss":
            scores.append(scorer.item(step, [because("step_missing", row, -FULL)]))
            reasons.append(because("step_missing", row, -each))
        else:
            scores.append(scorer.item(step, [because("step_heard", row)]))
            if step not in ordered:
                reasons.append(because("step_out_of_order", row, -each))
    return [*scores, scorer.item(ITEM, reasons)]


def in_order(places: dict[str, list[Place]]) -> tuple[str, ...]:
    """The longest row of steps, in the order given, that can be heard one after the other.

    ``places``: step -> its places in order of time; a step without one is never part of the row. Of rows of one length
    the one that is through first is kept, so that later steps find the most room.
    """
    best: dict[int, tuple[Place, tuple[str, ...]]] = {0: ((-1, -1.0), ())}
    for step, at in places.items():
        for length in sorted(best, reverse=True):
            until, row = best[length]
            following = next((place for place in at if place > until), None)
            longer = best.get(length + 1)
            if following is not None and (longer is None or following < longer[0]):
                best[length + 1] = (following, (*row, step))
    return best[max(best)][1]
