"""Writes the conversations of one day as text, in place of recordings, and says what was planted in them.

Which calls exist is decided by the event simulator; wordings come from `pools.py`, turn times from `timing.py`.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from json.encoder import encode_basestring
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from lingting.errors import UsageError
from lingting.lake.files import atomic_write
from simulator.conversations.dialogues import MUST_SAY, RULE_IDS, Dialogue, dialogues
from simulator.conversations.feelings import Episode, Said, episodes_of, pace_fits
from simulator.conversations.manner import Manner, manner_of
from simulator.conversations.numbers import SpokenNumber, make_number
from simulator.conversations.pools import SLOT_SETS, WORDINGS, Skeleton, by_queue_and_language, skeleton
from simulator.conversations.timing import at_pace, spread

OMITTED = {"greeting": 0.02, "recording_notice": 0.03, "identity": 0.04, "restatement": 0.05, "closing": 0.03}
OMITTED_WHEN_ANGRY = {"escalation": 0.5, "soothing": 0.15, "forbidden_words": 0.985}
OMITTED_WHEN_CALM = {"forbidden_words": 0.9985}
ANGRY = {"service": (0.05, 0.30), "sales": (0.02, 0.12), "complaint": (0.30, 0.75)}  # resolved, unresolved
READS_NUMBERS = 0.4
LEFT_OUT_BY_TRAINED = 0.3  # of what agents elsewhere leave out, well-trained ones leave out this share
TRAINED_PACE = (146, 156)  # characters (English: words) a minute, well inside the band: short breaks count as speech
COLUMNS = ("recording_id", "call_id", "queue_id", "language", "is_resolved", "talk_seconds")
_LINES_AT_ONCE = 2000


@dataclass(frozen=True)
class Planted:
    """What one day's conversations contain.

    texts: recording_id, call_id, dialogue_id, topic, n_turns, n_characters.
    clauses: recording_id, call_id, rule_id, is_applicable, is_present (one row for each of the nine rules and
    recording). calls: call_id, emotion (calm or angry), pii_kinds (list of kinds), topic, and how the agent spoke
    (manner.py). pii: recording_id, call_id, kind, digits, spoken (as it stands in the text). feelings: recording_id,
    call_id, turn_no, feeling (what the customer felt), heard (what the words tell a lexicon). episodes: recording_id,
    call_id, turn_no, and the parts of the answer that were given (feelings.py).
    """

    texts: pd.DataFrame
    clauses: pd.DataFrame
    calls: pd.DataFrame
    pii: pd.DataFrame
    feelings: pd.DataFrame
    episodes: pd.DataFrame


Worded = tuple[str, str, int, int, int]  # speaker, text escaped for JSON, characters, those of them spoken, words


@dataclass(frozen=True)
class _Call:
    """The decisions for one conversation."""

    recording_id: str
    call_id: str
    talk_seconds: float
    dialogue: Dialogue
    mood: str
    skeleton: Skeleton
    is_trained: bool


def _choose_kinds(dialogue: Dialogue, random: Random) -> tuple[str, ...]:
    """Either all numbers that the dialogue has a place for, or none."""
    return dialogue.pii_kinds if dialogue.pii_kinds and random.random() < READS_NUMBERS else ()


def _decide(row: tuple[Any, ...], random: Random, is_trained: bool) -> _Call:
    """Draws dialogue, mood, omissions and numbers; raises UsageError for a queue and language without dialogues."""
    recording_id, call_id, queue_id, language, is_resolved, talk_seconds = row
    choices = by_queue_and_language().get((queue_id, language))
    if choices is None:
        raise UsageError(
            f"No dialogue for queue {queue_id!r} in {language!r}; add one to simulator/conversations/dialogues."
        )
    index = random.choice(choices)
    dialogue = dialogues()[index]
    resolved = bool(is_resolved)
    mood = "angry" if random.random() < ANGRY[queue_id][0 if resolved else 1] else "calm"
    shares = OMITTED | (OMITTED_WHEN_ANGRY if mood == "angry" else OMITTED_WHEN_CALM)
    factor = dict.fromkeys((*OMITTED, "soothing"), LEFT_OUT_BY_TRAINED) if is_trained else {}
    omit = frozenset(rule for rule, share in shares.items() if random.random() < share * factor.get(rule, 1))
    kinds = _choose_kinds(dialogue, random)
    said = skeleton(index, mood, resolved, kinds, omit, is_trained)
    return _Call(recording_id, call_id, float(talk_seconds), dialogue, mood, said, is_trained)


def _word(call: _Call, random: Random) -> tuple[list[Worded], list[SpokenNumber]]:
    """Picks the wordings of each turn, and the numbers read out."""
    slot_set, first = random.randrange(SLOT_SETS), random.randrange(1 << 20)
    joint = "" if call.dialogue.language == "zh" else " "
    numbers: list[SpokenNumber] = []
    turns, step = [], 0
    for speaker, lines in call.skeleton.turns:
        texts, length, spoken, words = [], 0, 0, 0
        for line in lines:
            step += 1
            wording = line.wordings[slot_set][((first >> (step % 13)) + step) % WORDINGS]
            text = wording.text
            length += wording.length
            spoken += wording.spoken
            words += wording.words
            if wording.pii:
                number = make_number(wording.pii, call.dialogue.language, random)
                written = number.digits if random.random() < 0.5 else number.spoken
                numbers.append(SpokenNumber(number.kind, number.digits, written))
                text, length = f"{text}{written}{wording.after}", length + len(written)
            texts.append(text)
        turns.append((speaker, joint.join(texts), length, spoken, words))
    return turns, numbers


def _times(call: _Call, turns: list[Worded], random: Random) -> list[tuple[float, float]]:
    """Start and end of each turn, in seconds with two decimals as they are written."""
    weights = [1 + int(99 * random.random()) for _ in turns]
    lengths, language = [turn[2] for turn in turns], call.dialogue.language
    if call.is_trained:
        a_second = random.uniform(*TRAINED_PACE) / 60
        spoken = [turn[3] if language == "zh" else turn[4] for turn in turns]
        lasts = [n / a_second if turn[0] == "agent" else None for n, turn in zip(spoken, turns, strict=True)]
        times = at_pace(lasts, lengths, call.talk_seconds, language, weights)
    else:
        times = spread(lengths, call.talk_seconds, language, weights, call.mood == "angry")
    return [(round(start, 2), round(end, 2)) for start, end in times]


def _json_line(call: _Call, turns: list[Worded], times: list[tuple[float, float]]) -> str:
    language = call.dialogue.language
    parts = [
        f'{{"speaker":"{speaker}","start":{start:.2f},"end":{end:.2f},"text":"{text}"}}'
        for (speaker, text, *_), (start, end) in zip(turns, times, strict=True)
    ]
    head = f'{{"recording_id":{encode_basestring(call.recording_id)},"call_id":{encode_basestring(call.call_id)}'
    return f'{head},"language":"{language}","queue_id":"{call.dialogue.queue_id}","turns":[{",".join(parts)}]}}\n'


class _Ledger:
    """Collects what was planted while the lines are written."""

    def __init__(self) -> None:
        self.texts: list[tuple[Any, ...]] = []
        self.calls: list[tuple[Any, ...]] = []
        self.pii: list[tuple[Any, ...]] = []
        self.present: list[frozenset[str]] = []
        self.applicable: list[tuple[str, ...]] = []
        self.feelings: list[tuple[Any, ...]] = []
        self.episodes: list[tuple[Any, ...]] = []

    def note_feelings(self, call: _Call, turns: list[Worded], times: list[tuple[float, float]], manner: Manner) -> None:
        ids = (call.recording_id, call.call_id)
        said = [
            Said(number, turn[0], start, end, felt)
            for number, (turn, (start, end), felt) in enumerate(zip(turns, times, call.skeleton.felt, strict=True), 1)
        ]
        self.feelings.extend(
            (*ids, turn.turn_no, turn.felt.feeling, turn.felt.heard) for turn in said if turn.speaker == "customer"
        )
        spoken = manner.agent_characters
        if spoken is None:
            spoken = sum(turn[4] for turn in turns if turn[0] == "agent")
        fits = pace_fits(spoken, manner.agent_turn_seconds)
        self.episodes.extend((*ids, *episode) for episode in episodes_of(said, fits))

    def note(self, call: _Call, turns: list[Worded], numbers: list[SpokenNumber], manner: Manner) -> None:
        ids = (call.recording_id, call.call_id)
        self.texts.append(
            (*ids, call.dialogue.dialogue_id, call.dialogue.topic, len(turns), sum(turn[2] for turn in turns))
        )
        kinds = [number.kind for number in numbers]
        self.calls.append((call.call_id, call.mood, kinds, call.dialogue.topic, *manner))
        self.pii.extend((*ids, number.kind, number.digits, number.spoken) for number in numbers)
        self.present.append(call.skeleton.present)
        self.applicable.append(call.dialogue.applicable)

    def planted(self) -> Planted:
        texts = pd.DataFrame(
            self.texts, columns=["recording_id", "call_id", "dialogue_id", "topic", "n_turns", "n_characters"]
        )
        angry = np.array([call[1] == "angry" for call in self.calls], dtype=bool)
        always = np.ones(len(self.calls), dtype=bool)
        applicable = [
            np.array([rule in rules for rules in self.applicable], dtype=bool)
            if rule in MUST_SAY
            else (angry if rule == "soothing" else always)
            for rule in RULE_IDS
        ]
        present = [np.array([rule in rules for rules in self.present], dtype=bool) for rule in RULE_IDS]
        clauses = pd.DataFrame(
            {
                "recording_id": texts["recording_id"].repeat(len(RULE_IDS)).to_numpy(),
                "call_id": texts["call_id"].repeat(len(RULE_IDS)).to_numpy(),
                "rule_id": np.tile(np.array(RULE_IDS, dtype=object), len(texts)),
                "is_applicable": np.column_stack(applicable).ravel(),
                "is_present": np.column_stack(present).ravel(),
            }
        )
        calls = pd.DataFrame(self.calls, columns=["call_id", "emotion", "pii_kinds", "topic", *Manner._fields])
        return Planted(
            texts,
            clauses,
            calls,
            pd.DataFrame(self.pii, columns=["recording_id", "call_id", "kind", "digits", "spoken"]),
            pd.DataFrame(self.feelings, columns=["recording_id", "call_id", "turn_no", "feeling", "heard"]),
            pd.DataFrame(self.episodes, columns=["recording_id", "call_id", *Episode._fields]),
        )


def _lines(segments: pd.DataFrame, random: Random, ledger: _Ledger, is_trained: bool) -> Iterator[str]:
    for row in zip(*(segments[column].tolist() for column in COLUMNS), strict=True):
        call = _decide(row, random, is_trained)
        turns, numbers = _word(call, random)
        times = _times(call, turns, random)
        said = [(turn[0], turn[3], start, end) for turn, (start, end) in zip(turns, times, strict=True)]
        manner = manner_of(said, call.dialogue.language)
        ledger.note(call, turns, numbers, manner)
        ledger.note_feelings(call, turns, times, manner)
        yield _json_line(call, turns, times)


def _write(stream: BinaryIO, lines: Iterator[str]) -> None:
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == _LINES_AT_ONCE:
            stream.write("".join(waiting).encode())
            waiting.clear()
    stream.write("".join(waiting).encode())


def write_texts(segments: pd.DataFrame, path: Path, rng: np.random.Generator, is_trained: bool = False) -> Planted:
    """Writes the day's conversations to `path` (gzip JSON lines) and returns what was planted.

    `segments` needs the columns `COLUMNS` (talk_seconds in seconds, not missing); equal segments and an equal generator
    give equal bytes. The words are restricted clear text. Raises UsageError for a missing talk time, or a queue and
    language without dialogues. `is_trained`: the agents forget little, answer every bad feeling, do not interrupt, and
    keep the pace of the rules where the call lasts long enough.
    """
    if segments["talk_seconds"].isna().any():
        raise UsageError(
            "A conversation needs the talk time of its call; talk_seconds is missing in some of the segments."
        )
    ledger = _Ledger()
    random = Random(int(rng.integers(2**63)))

    def fill(temporary: Path) -> None:
        with temporary.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as stream:
            _write(stream, _lines(segments, random, ledger, is_trained))  # type: ignore[arg-type]

    atomic_write(path, fill)
    return ledger.planted()
