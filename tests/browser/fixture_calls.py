"""Calls, turns and findings of the fixture, told by the dialogues of simulator/recordings."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.browser import fixture_scores

if TYPE_CHECKING:
    from tests.browser.published_fixture import World

RECORDINGS = Path(__file__).resolve().parent.parent.parent / "simulator" / "recordings"
CALLS_PER_AGENT_AND_DAY = 3
RULES = [
    ("greeting", "must_say", "问候语", "Greeting", r"很高兴为您服务|请问有什么可以帮您|[Tt]hank you for calling"),
    ("recording_notice", "must_say", "录音告知", "Recording notice", r"通话将被录音|call (may|will) be recorded"),
    ("identity", "must_say", "身份核对", "Identity check", r"核对一下您的身份|verify your identity|for your security"),
    ("restatement", "must_say", "复述确认", "Restatement", r"跟您确认一下|跟您复述一下|let me confirm|just to confirm"),
    ("closing", "must_say", "结束语", "Closing", r"感谢您的来电|祝您生活愉快|[Hh]ave a nice day"),
    ("complaint", "risk", "投诉风险", "Complaint", r"我要投诉|make a complaint"),
    ("escalation", "risk", "要求找领导", "Escalation", r"找你们领导|speak to a manager"),
    ("soothing", "soothing", "安抚用语", "Soothing", r"给您带来不便|sorry for the inconvenience"),
    ("forbidden_words", "forbidden", "服务禁语", "Forbidden words", r"不归我管|not my problem"),
]
GONE = "soothing"  # found in the calls, but no longer among the rules
SPEAKER_OF = {"complaint": "customer", "escalation": "customer"}


def call_tables(world: World, audio: Path) -> dict[str, pd.DataFrame]:
    """mart_call, mart_turn, mart_finding and rule_catalogue; copies the two recordings that some calls play."""
    truth = json.loads((RECORDINGS / "truth.json").read_text(encoding="utf-8"))["recordings"]
    dialogues = [item for item in truth if item["status_expected"] == "ok" and item["channels"] == 2]
    playable = {item["file"]: _publish_audio(item["file"], audio) for item in dialogues[:2]}
    calls: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    appeals: list[dict[str, Any]] = []
    for agent, _, team in world.agents:
        for day in world.days:
            for _ in range(CALLS_PER_AGENT_AND_DAY):
                dialogue = dialogues[len(calls) % len(dialogues)]
                call = _call(world, len(calls) + 1, day, agent, team, dialogue, playable.get(dialogue["file"]))
                own_turns = _turns(call, dialogue)
                own = _findings(call, own_turns)
                call["n_clauses_applicable"] = sum(f["is_mandatory"] and f["outcome"] != "not_applicable" for f in own)
                call["n_clauses_hit"] = sum(f["is_mandatory"] and f["outcome"] == "hit" for f in own)
                call["n_risk_hits"] = sum(f["rule_kind"] == "risk" and f["outcome"] == "hit" for f in own)
                calls.append(call)
                turns += own_turns
                findings += own
                scored = fixture_scores.scores_of(call, own)
                scores += scored
                appeals += fixture_scores.appeals_of(call, scored)
    rules = [
        {"rule_id": rule, "rule_kind": kind, "label_zh": zh, "label_en": en, "version": "fixture"}
        for rule, kind, zh, en, _ in RULES
        if rule != GONE
    ]
    return {
        "mart_call": pd.DataFrame(calls),
        "mart_turn": pd.DataFrame(turns),
        "mart_finding": pd.DataFrame(findings),
        "mart_call_score": pd.DataFrame(scores),
        "fct_score_appeal": pd.DataFrame(appeals),
        "rule_catalogue": pd.DataFrame(rules),
    }


def _publish_audio(name: str, audio: Path) -> str:
    content = (RECORDINGS / name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    audio.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(RECORDINGS / name, audio / f"{digest}.opus")
    return digest


def _call(
    world: World, number: int, day: date, agent: str, team: str, dialogue: dict[str, Any], sha256: str | None
) -> dict[str, Any]:
    dice = world.random
    queued = datetime.combine(day, datetime.min.time()) + timedelta(hours=dice.uniform(0.5, 10))  # UTC
    wait, duration = dice.expovariate(1 / 11), dialogue["duration"]
    answered = queued + timedelta(seconds=wait)
    spoken = {
        who: sum(t["end"] - t["start"] for t in dialogue["turns"] if t["speaker"] == who)
        for who in ("agent", "customer")
    }
    wrap, hold = dice.uniform(5, 40), 20.0 if dice.random() < 0.15 else 0.0
    return {
        "call_id": f"C{day:%m%d}{number:05d}",
        "contact_id": f"K{number:06d}",
        "call_date": day,
        "queue_id": dialogue["queue_id"],
        "agent_id": agent,
        "team_id": team,
        "customer_key": hashlib.sha256(str(number).encode()).hexdigest(),
        "queued_at": queued,
        "answered_at": answered,
        "ended_at": answered + timedelta(seconds=duration + hold),
        "wait_seconds": wait,
        "talk_seconds": duration,
        "hold_seconds": hold,
        "wrap_seconds": wrap,
        "handle_seconds": duration + hold + wrap,
        "transfer_kind": "warm" if dice.random() < 0.08 else None,
        "is_callback_promised": dice.random() < 0.05,
        "is_resolved": dialogue["is_resolved"],
        "topic": dialogue["topic"],
        "recording_id": f"R{number:06d}",
        "media_kind": "audio" if sha256 else "text",
        "media_path": f"simulator/audio/{dialogue['file']}" if sha256 else f"simulator/texts/texts_{day}.jsonl.gz",
        "media_sha256": sha256,
        "transcript_status": "ok",
        "engine": "fixture",
        "language": dialogue["language"],
        "speaker_source": "channel",
        "duration_seconds": duration,
        "agent_talk_seconds": spoken["agent"],
        "customer_talk_seconds": spoken["customer"],
        "overlap_seconds": dialogue["overlap_seconds"],
        "silence_seconds": max(0.0, duration - sum(spoken.values())),
        "longest_silence_seconds": dialogue["longest_silence_seconds"],
        "n_interruptions": dialogue["interruptions"],
        "n_masked": 0,
        "csat_answer": dice.choice([5, 5, 4, 4, 3, 2]) if dice.random() < 0.3 else None,
        "nps_answer": dice.choice([10, 9, 8, 7, 5]) if dice.random() < 0.3 else None,
    }


def _shared(call: dict[str, Any]) -> dict[str, Any]:
    return {key: call[key] for key in ("recording_id", "call_id", "call_date", "agent_id", "team_id")}


def _turns(call: dict[str, Any], dialogue: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **_shared(call),
            "turn_id": f"{call['recording_id']}-{number}",
            "turn_no": number,
            "speaker": turn["speaker"],
            "start_seconds": turn["start"],
            "end_seconds": turn["end"],
            "text_masked": re.sub(r"[0-9]{4,}", lambda found: "*" * len(found.group()), turn["text"]),
        }
        for number, turn in enumerate(dialogue["turns"], start=1)
    ]


def _findings(call: dict[str, Any], turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for rule, kind, _, _, pattern in RULES:
        applies = not (rule == "identity" and call["queue_id"] == "sales")
        hits = [
            (turn, found)
            for turn in turns
            if turn["speaker"] == SPEAKER_OF.get(rule, "agent") and (found := re.search(pattern, turn["text_masked"]))
        ]
        base = {
            **_shared(call),
            "rule_id": rule,
            "rule_version": "fixture",
            "rule_kind": kind,
            "is_mandatory": rule in ("greeting", "identity", "restatement", "closing"),
        }
        if not applies or not hits:
            outcome = "miss" if applies else "not_applicable"
            rows.append({**base, **_evidence(call, rule, 0), "outcome": outcome})
        for number, (turn, found) in enumerate(hits if applies else [], start=1):
            evidence = _evidence(call, rule, number, turn, found.group())
            rows.append({**base, **evidence, "outcome": "hit"})
    return rows


def _evidence(
    call: dict[str, Any], rule: str, number: int, turn: dict[str, Any] | None = None, words: str | None = None
) -> dict[str, Any]:
    return {
        "inspection_id": f"{call['recording_id']}-{rule}-{number}",
        "hit_no": number,
        "turn_no": turn["turn_no"] if turn else None,
        "at_seconds": turn["start_seconds"] if turn else None,
        "matched_text": words,
        "phrase": words,
        "score": 0.97 if turn else None,
    }
