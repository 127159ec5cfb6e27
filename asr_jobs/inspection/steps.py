"""The steps of the standard procedure: which were heard, and how many of them in the order of the procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from asr_jobs.inspection.findings import Hits, when
from asr_jobs.inspection.judgement import Finding, Score
from asr_jobs.inspection.rules import rules_of
from asr_jobs.inspection.scoring import FULL, Scorer, because

ITEM = "procedure"
Place = tuple[int, float]


@dataclass(frozen=True)
class Procedure:
    """One finding for each step that applies, in the order of the procedure, and those that were heard in order."""

    steps: tuple[Finding, ...]
    in_order: frozenset[str]


def procedure(findings: Sequence[Finding], hits: Hits) -> Procedure:
    """A step that was heard several times stands where it serves the order best, else where it was heard first."""
    rows = {f.rule_id: f for f in reversed(findings) if f.rule_kind == "sop_step" and f.outcome in ("hit", "miss")}
    steps = [step.id for step in rules_of("business") if step.id in rows]
    chain = in_order({step: [when(hit) for hit in hits.get(step, ())] for step in steps})
    chosen = [next((hit for hit in hits.get(step, ()) if when(hit) == chain.get(step)), rows[step]) for step in steps]
    return Procedure(tuple(replace(f, hit_no=min(f.hit_no, 1)) for f in chosen), frozenset(chain))


def scores_of(heard: Procedure, scorer: Scorer) -> list[Score]:
    """One item a step (100 points where it was heard, else 0), and "procedure": the share of the steps that apply
    which were heard in order, in points. 《呼叫中心质量监控细则》四(一).
    """
    if not heard.steps:
        return [scorer.nothing(ITEM, "no_step_applies", is_open=False)]
    each = FULL / len(heard.steps)
    scores, reasons = [], []
    for row in heard.steps:
        is_heard = row.outcome == "hit"
        reason = because("step_heard", row) if is_heard else because("step_missing", row, -FULL)
        scores.append(scorer.item(row.rule_id, [reason]))
        if row.rule_id not in heard.in_order:
            reasons.append(because("step_out_of_order" if is_heard else "step_missing", row, -each))
    return [*scores, scorer.item(ITEM, reasons)]


def in_order(places: Mapping[str, Sequence[Place]]) -> dict[str, Place]:
    """The longest row of steps, in the order given, that can be heard one after the other, each with its place.

    ``places``: step -> its places in order of time; a step without one is never part of the row. Of rows of one length
    the one that is through first is kept, so that later steps find the most room.
    """
    best: dict[int, dict[str, Place]] = {0: {}}
    for step, at in places.items():
        for length in sorted(best, reverse=True):
            row = best[length]
            until = max(row.values(), default=(-1, -1.0))
            following = next((place for place in at if place > until), None)
            longer = best.get(length + 1)
            if following is not None and (longer is None or following < max(longer.values())):
                best[length + 1] = {**row, step: following}
    return best[max(best)]
