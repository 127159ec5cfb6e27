"""What the reasons of a score mean, in words: read from reasons.yaml. Which there are is for the models to say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from asr_jobs.inspection.conversation import Language
from asr_jobs.inspection.rules import Label
from lingting.documents import parse_yaml


@cache
def reasons() -> dict[str, Label]:
    """Code -> its sentence in both languages."""
    text = Path(__file__).with_name("reasons.yaml").read_text(encoding="utf-8")
    return {code: Label.model_validate(label) for code, label in parse_yaml(text).items()}


def in_words(code: str, language: Language) -> str:
    """The sentence of a reason; the code itself where it has none yet."""
    label = reasons().get(code)
    return code if label is None else label.zh if language == "zh" else label.en
