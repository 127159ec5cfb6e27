"""What a well-trained agent adds to a dialogue: an answer to each bad feeling that the dialogue leaves without one.

The sentences are in answers.yaml. Which agents are trained is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from lingting.documents import parse_yaml
from simulator.conversations.dialogues import FOLDER
from simulator.conversations.feelings import LEVELS, Felt

STEP = "step"


class Answer(NamedTuple):
    """One sentence of the agent, said before the line with number ``before`` (from 0)."""

    before: int
    text: str
    soothes: bool


@lru_cache(maxsize=1)
def sentences() -> dict[str, dict[str, tuple[str, ...]]]:
    """language -> feeling (or ``step``) -> sentences (answers.yaml)."""
    raw = parse_yaml((FOLDER / "answers.yaml").read_text(encoding="utf-8"))
    return {language: {name: tuple(texts) for name, texts in known.items()} for language, known in raw.items()}


def answers(lines: Sequence[tuple[str, Felt]], language: str, turn: int) -> Iterator[Answer]:
    """What is missing in ``lines`` (speaker, what is felt), in their order. A customer who goes on complaining is heard
    out first. ``turn`` chooses among the sentences, the same number the same ones."""
    for place, (speaker, felt) in enumerate(lines):
        feeling = _bad(felt) if speaker == "customer" else None
        after = lines[place + 1 :]
        if feeling is None or not after or (after[0][0] == "customer" and _bad(after[0][1])):
            continue
        reply = [said for _, said in takewhile(lambda line: line[0] == "agent", after)]
        if not any(said.soothes for said in reply):
            yield Answer(place + 1, _chosen(language, feeling, turn + place), True)
        elif not any(said.is_step for said in reply):
            yield Answer(place + 1 + len(reply), _chosen(language, STEP, turn + place), False)


def _bad(felt: Felt) -> str | None:
    """The bad feeling that an attentive agent notices: what is felt, else what the words tell."""
    return next((name for name in (felt.feeling, felt.heard) if LEVELS[name] > 0), None)


def _chosen(language: str, kind: str, number: int) -> str:
    texts = sentences()[language][kind]
    return texts[number % len(texts)]
