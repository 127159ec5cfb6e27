"""The written dialogues: what is in the YAML files, as checked data classes.

Who says which line in a given call is decided in `script.py`; errors of a recogniser are in `noise.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lingting.documents import parse_yaml
from lingting.errors import InputError

FOLDER = Path(__file__).parent
MUST_SAY = ("greeting", "recording_notice", "identity", "restatement", "closing")
RISKS = ("complaint", "escalation")
RULE_IDS = (*MUST_SAY, *RISKS, "soothing", "forbidden_words")
FEELINGS = ("anger", "disappointment", "anxiety", "confusion", "content", "neutral")  # the most severe first
IDENTITY_QUEUES = ("service", "complaint")
PII_KINDS = ("id_card", "bank_card", "phone")
_SPEAKERS = ("agent", "customer")
_MARKS = ("feeling", "heard", "step", "written")
_CLAUSES = {*RULE_IDS, "identity_answer", None}


@dataclass(frozen=True)
class Line:
    """One line; None in `mood`, `resolved` or `pii` means: said in every call.

    `feeling`: what the customer feels who says it; `heard`: what a lexicon makes of the words, where that is something
    else (irony, anger told as a plain fact). `is_step`: the agent says what is being done. `is_spoken` False: only in
    written conversations, not in the recordings.
    """

    speaker: str
    text: str
    clause: str | None = None
    pii: str | None = None
    mood: str | None = None
    resolved: bool | None = None
    sound: dict[str, float] = field(default_factory=dict)
    feeling: str = "neutral"
    heard: str = "neutral"
    is_step: bool = False
    is_spoken: bool = True


@dataclass(frozen=True)
class Dialogue:
    dialogue_id: str
    queue_id: str
    language: str
    topic: str
    lines: tuple[Line, ...]

    @property
    def applicable(self) -> tuple[str, ...]:
        """The must-say clauses that apply to this dialogue's queue."""
        return tuple(rule for rule in MUST_SAY if rule != "identity" or self.queue_id in IDENTITY_QUEUES)

    @property
    def pii_kinds(self) -> tuple[str, ...]:
        """Kinds of numbers that this dialogue has a place for."""
        present = {line.pii for line in self.lines}
        return tuple(kind for kind in PII_KINDS if kind in present)


@dataclass(frozen=True)
class ClauseTexts:
    """Sentences that stand for a clause, those that stand in its place when it is omitted, and the customer's
    answers.
    """

    present: tuple[str, ...]
    omitted: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()


def _read(path: Path) -> Any:
    return parse_yaml(path.read_text(encoding="utf-8"))


def _line(raw: dict[str, Any], where: str) -> Line:
    speakers = [speaker for speaker in _SPEAKERS if speaker in raw]
    unknown = set(raw) - {*_SPEAKERS, "clause", "pii", "emotion", "resolved", "sound", *_MARKS}
    felt = {raw.get("feeling", "neutral"), raw.get("heard", "neutral")}
    if len(speakers) != 1 or unknown or raw.get("clause") not in _CLAUSES or not felt <= set(FEELINGS):
        raise InputError(
            f"{where}: the line {raw} needs one speaker and known keys, clauses, feelings; correct the dialogue file."
        )
    return Line(
        speakers[0],
        raw[speakers[0]],
        raw.get("clause"),
        raw.get("pii"),
        raw.get("emotion"),
        raw.get("resolved"),
        raw.get("sound", {}),
        raw.get("feeling", "neutral"),
        raw.get("heard", raw.get("feeling", "neutral")),
        raw.get("step", False),
        not raw.get("written", False),
    )


@lru_cache(maxsize=1)
def dialogues() -> tuple[Dialogue, ...]:
    """All dialogues in the order of the files; raises InputError for a line that breaks the format."""
    found = []
    for path in sorted((FOLDER / "dialogues").glob("*.yaml")):
        content = _read(path)
        for raw in content["dialogues"]:
            queue_id = raw.get("queue_id", content.get("queue_id"))
            lines = tuple(_line(line, f"{path.name}, {raw['id']}") for line in raw["lines"])
            found.append(Dialogue(raw["id"], queue_id, content["language"], raw["topic"], lines))
    return tuple(found)


@lru_cache(maxsize=1)
def clause_texts() -> dict[str, dict[str, ClauseTexts]]:
    """language -> clause -> sentences (clauses.yaml)."""
    return {
        language: {
            clause: ClauseTexts(**{kind: tuple(texts) for kind, texts in kinds.items()})
            for clause, kinds in clauses.items()
        }
        for language, clauses in _read(FOLDER / "clauses.yaml").items()
    }


@lru_cache(maxsize=1)
def slots() -> dict[str, dict[str, tuple[str, ...]]]:
    """language -> slot -> values (slots.yaml)."""
    return {
        language: {name: tuple(values) for name, values in names.items()}
        for language, names in _read(FOLDER / "slots.yaml").items()
    }
