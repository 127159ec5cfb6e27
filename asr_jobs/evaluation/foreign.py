"""Data of others: rated dialogues (JSON) and labelled texts (CSV), read as conversations.

What is measured on them is in texts.py. Numbers are masked as in calls, so that models see what they will see.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr_jobs.evaluation.sheets import read_rows
from asr_jobs.inspection.conversation import Conversation, Spoken
from asr_jobs.pipeline import masked_turns
from asr_jobs.record import Turn
from lingting.errors import InputError

SPEAKERS = {"customer": "customer", "helpdesk": "agent", "agent": "agent"}
SECONDS_A_CHARACTER = 0.25  # written turns carry no times: as if spoken at 240 characters a minute
POLARITIES = {"1": True, "0": False, "positive": True, "negative": False}


@dataclass(frozen=True)
class Dialogue:
    """A conversation and what every rater gave it: rating -> one value a rater, all raters in the same order."""

    case_id: str
    conversation: Conversation
    ratings: dict[str, tuple[float, ...]]

    def mean(self, rating: str) -> float:
        values = self.ratings[rating]
        return sum(values) / len(values)


@dataclass(frozen=True)
class Text:
    """A text of one customer and whether it is positive."""

    case_id: str
    conversation: Conversation
    is_positive: bool


def conversation_of_turns(turns: list[tuple[str, str]]) -> Conversation:
    """(speaker, clear text) in order -> a masked conversation in Chinese."""
    clear, at = [], 0.0
    for speaker, text in turns:
        end = at + max(1, len(text)) * SECONDS_A_CHARACTER
        clear.append(Turn(speaker, at, end, text))
        at = end
    masked, _ = masked_turns(clear, "zh")
    return Conversation([Spoken(turn.speaker, turn.start, turn.end, turn.text) for turn in masked], "zh")


def read_dialogues(path: Path) -> list[Dialogue]:
    """A JSON list of {id, turns: [{sender, utterances}], annotations: [{quality: {rating: number}}]}."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON ({error}); give a list of dialogues") from error
    if not isinstance(listed, list) or not listed:
        raise InputError(f"{path} is no list of dialogues; docs/accuracy.md shows the form")
    found = []
    for number, raw in enumerate(listed, start=1):
        try:
            found.append(_dialogue(raw))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"{path}, dialogue {number}: {type(error).__name__} {error}; each needs id, turns (sender, utterances) "
                "and annotations (quality)"
            ) from error
    if len({dialogue.case_id for dialogue in found}) != len(found):
        raise InputError(f"{path} names two dialogues alike; ids must differ, since they choose tune or test")
    return found


def _dialogue(raw: dict[str, Any]) -> Dialogue:
    turns = [(SPEAKERS[turn["sender"]], "。".join(turn["utterances"])) for turn in raw["turns"]]
    given = [one["quality"] for one in raw["annotations"]]
    ratings = {name: tuple(float(one[name]) for one in given) for name in given[0]} if given else {}
    if not ratings:
        raise ValueError("without annotations")
    return Dialogue(str(raw["id"]), conversation_of_turns(turns), ratings)


def read_texts(path: Path) -> list[Text]:
    """CSV or XLSX with the columns label (1 or positive, 0 or negative) and review or text; id where there is one.

    Without an id the text itself decides tune or test, so that a text that stands twice is on one side only.
    """
    rows = read_rows(path, ("label",))
    name = next((name for name in ("review", "text") if rows and name in rows[0][1]), None)
    if name is None:
        raise InputError(f"{path} has no column 'review' or 'text'; name the column of the texts so")
    found = []
    for line, row in rows:
        label, text = row["label"], row[name]
        if label not in POLARITIES:
            raise InputError(f"{path}, line {line}: label is {label!r}; write 1 for positive and 0 for negative")
        if text:
            conversation = conversation_of_turns([("customer", text)])
            found.append(Text(str(row.get("id") or text), conversation, POLARITIES[label]))
    return found
