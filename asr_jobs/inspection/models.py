"""The models of inspection and the order in which they run: each sees the conversation and what was judged before it.

A model is a class of its own module; it is in force when it stands in ``MODELS``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.emotion import Emotion
from asr_jobs.inspection.judgement import Judgement


class Model(Protocol):
    """One model. ``version`` changes with its packs and its code: scores of two versions stand beside each other."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        """Only what this model adds; ``before`` is what the models before it said."""
        ...


MODELS: tuple[Model, ...] = (Compliance(), Emotion())


def models_sha256() -> str:
    """Sum of the versions in force: a change makes every recording be inspected again, but not transcribed again."""
    return hashlib.sha256("\n".join(f"{model.name} {model.version}" for model in MODELS).encode()).hexdigest()


def judge(conversation: Conversation, models: Sequence[Model] | None = None) -> Judgement:
    """All that the models (None: those in force) say of one conversation."""
    said = Judgement()
    for model in MODELS if models is None else models:
        more = model.judge(conversation, said)
        said = Judgement(
            said.findings + more.findings,
            said.scores + more.scores,
            said.feelings + more.feelings,
            said.episodes + more.episodes,
        )
    return said
