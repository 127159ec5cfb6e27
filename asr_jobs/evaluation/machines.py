"""The machines against the settled labels of the lake: clauses and emotion. They judge the stored masked turns anew, so
that what is measured are the rules and models in force, whatever was in force when the day was transcribed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asr_jobs.evaluation.confusion import Decision, classification, detection
from asr_jobs.evaluation.gold import gold_of_lake
from asr_jobs.evaluation.result import ALL, Evaluation, Metric, sum_of_rows, target_of
from asr_jobs.evaluation.told import conversations
from asr_jobs.evaluation.uncertainty import share
from asr_jobs.inspection.judgement import Finding, Judgement
from asr_jobs.inspection.models import judge, versions
from asr_jobs.inspection.rules import all_rules
from lingting.errors import UsageError

LAKE = "gold_labels"
OUTCOMES = {"hit": "present", "miss": "absent"}


def clauses() -> Evaluation:
    """Each clause that people labelled, and the mandatory ones together (item ``mandatory``).

    Only where people and rules agree that the clause applies, as the corrected compliance rate counts them
    (fct_script_compliance_month).
    """
    gold = gold_of_lake("clause")
    judged = _judged({row["subject_id"] for row in gold}, is_whole=True)
    pairs = [(row, found_labels(judged[row["subject_id"]].findings)) for row in gold if row["subject_id"] in judged]
    if not pairs:
        raise UsageError("no recording of the labelled clauses has a whole transcript in the lake; run `lingting run`")
    mandatory = {rule.id for rule in all_rules() if rule.mandatory}
    decisions = {rule.id: _decisions(pairs, {rule.id}) for rule in all_rules()}
    metrics = [metric for rule, own in sorted(decisions.items()) if own for metric in detection(own, rule)] + detection(
        _decisions(pairs, mandatory), "mandatory"
    )
    right = sum(row["label"] == labels.get(row["item"]) for row, labels in pairs)
    metrics.append(share("accuracy", right, len(pairs), ALL, target_of("semantic_accuracy")))
    return Evaluation(
        "clauses", LAKE, sum_of_rows(gold), "all", None, "compliance", versions()["compliance"], tuple(metrics)
    )


def found_labels(findings: Sequence[Finding]) -> dict[str, str]:
    """Rule -> present, absent or not_applicable, as fct_gold_label sees it: one hit is enough."""
    labels: dict[str, str] = {}
    for finding in findings:
        said = OUTCOMES.get(finding.outcome, "not_applicable")
        labels[finding.rule_id] = "present" if labels.get(finding.rule_id) == "present" else said
    return labels


def _decisions(pairs: Sequence[tuple[dict[str, Any], dict[str, str]]], rules: set[str]) -> list[Decision]:
    decided = ("present", "absent")
    return [
        Decision(row["subject_id"], row["label"] == "present", labels[row["item"]] == "present")
        for row, labels in pairs
        if row["item"] in rules and row["label"] in decided and labels.get(row["item"]) in decided
    ]


def emotion() -> Evaluation:
    """Every labelled turn against the feeling that the model heard in it; a turn it did not judge is wrong."""
    gold = gold_of_lake("emotion")
    recordings = {row["subject_id"].rsplit(":", 1)[0] for row in gold}
    judged = _judged(recordings)
    feelings = {
        f"{recording}:{feeling.turn_no:04d}": feeling for recording, said in judged.items() for feeling in said.feelings
    }
    own = [row for row in gold if row["subject_id"].rsplit(":", 1)[0] in judged]
    if not feelings or not own:
        raise UsageError("no model in force heard a feeling in the labelled recordings, so there is nothing to measure")
    versions = {feeling.model_version for feeling in feelings.values()}
    said = [feelings[row["subject_id"]].feeling if row["subject_id"] in feelings else None for row in own]
    clusters = [row["subject_id"].rsplit(":", 1)[0] for row in own]
    metrics: list[Metric] = classification([row["label"] for row in own], said, clusters, target_of("emotion_accuracy"))
    version = ",".join(sorted(versions))
    return Evaluation("emotion", LAKE, sum_of_rows(gold), "all", None, "emotion", version, tuple(metrics))


def _judged(recordings: set[str], is_whole: bool = False) -> dict[str, Judgement]:
    return {
        told.recording.recording_id: judge(told.conversation)
        for told in conversations(only=recordings)
        if not is_whole or told.transcript["status"] == "ok"
    }
