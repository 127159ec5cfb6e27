"""Scores of the fixture's calls: an earlier version beside the one in force, an upheld appeal, an unknown reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

COST, EARLIER_COST = 20.0, 10.0
UNKNOWN = "reason_of_a_pack"  # a centre's own packs may give reasons that the cockpit has no words for


def scores_of(call: dict[str, Any], findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compliance by two versions: each missed clause costs points, each forbidden word too."""
    rows = []
    for version, cost, is_in_force in (("v1-old", EARLIER_COST, False), ("v2-new", COST, True)):
        missed = [f for f in findings if f["is_mandatory"] and f["outcome"] == "miss"]
        said = [f for f in findings if f["rule_kind"] in ("forbidden", "risk") and f["outcome"] == "hit"]
        clauses = [_reason("clause_missing", -cost, f) for f in missed]
        words = [_reason("forbidden_said", -cost, f) for f in said]
        odd = [{"code": UNKNOWN, "points": 0.0}]
        items = [("must_say", clauses, 60.0), ("forbidden", words, 20.0), ("recording_consent", [], 10.0)]
        items += [("pii_read_back", odd, 10.0), ("total", [*clauses, *words], 100.0)]
        for item, reasons, weight in items:
            points = max(0.0, 100.0 + sum(reason["points"] for reason in reasons))
            outcome = "pass" if points >= 80 else "fail"
            rows.append(_row(call, version, item, outcome, points, weight, reasons, is_in_force))
    return rows


def _row(
    call: dict[str, Any],
    version: str,
    item: str,
    outcome: str,
    points: float,
    weight: float,
    reasons: list[dict[str, Any]],
    is_in_force: bool,
) -> dict[str, Any]:
    own = {key: call[key] for key in ("recording_id", "call_id", "call_date", "agent_id", "team_id")}
    return {
        **own,
        "score_id": f"{call['recording_id']}:key:compliance:{version}:{item}",
        "model": "compliance",
        "model_version": version,
        "item": item,
        "outcome": outcome,
        "points": points,
        "weight_points": weight,
        "reasons": json.dumps(reasons),
        "transcript_key": "key",
        "is_in_force": is_in_force,
    }


def _reason(code: str, points: float, finding: dict[str, Any]) -> dict[str, Any]:
    told = {"code": code, "points": points, "rule_id": finding["rule_id"], "rule_version": finding["rule_version"]}
    if finding["outcome"] == "hit":
        told |= {key: finding[key] for key in ("hit_no", "turn_no", "at_seconds")}
    return told


def appeals_of(call: dict[str, Any], scores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first missed clause of each call was appealed against with success."""
    found = next((row for row in scores if row["is_in_force"] and row["item"] == "must_say"), None)
    if found is None or found["points"] == 100.0:
        return []
    return [
        {
            "score_id": found["score_id"],
            "appeal_id": f"RA-{call['recording_id']}",
            "recording_id": call["recording_id"],
            "call_date": call["call_date"],
            "agent_id": call["agent_id"],
            "decided_at": call["ended_at"] + timedelta(days=1),
            "decided_date": call["call_date"] + timedelta(days=1),
            "points_before": found["points"],
            "points_returned": COST,
            "points_after": found["points"] + COST,
        }
    ]
