"""The models of inspection and the order in which they run: each sees the conversation and what was judged before it.

A model is a class of its own module; it is in force when it stands in ``MODELS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.emotion import Emotion
from asr_jobs.inspection.judgement import Judgement
from asr_jobs.inspection.rulebook import Packs


class Model(Protocol):
    """One model, made with the packs that it shall judge by (None: those in force). ``version`` changes with its packs
    and its code: scores of two versions stand beside each other."""

    @property
    def packs(self) -> Packs | None: ...

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        """Only what this model adds; ``before`` is what the models before it said."""
        ...


MODELS: tuple[Model, ...] = (Compliance(), Emotion())


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


def with_packs(packs: Packs) -> tuple[Model, ...]:
    """The models as they are, judging by these packs."""
    return tuple(type(model)(packs) for model in MODELS)  # type: ignore[call-arg]


def versions(models: Sequence[Model] | None = None) -> dict[str, str]:
    """Version by name of the models (None: those in force)."""
    return {model.name: model.version for model in (MODELS if models is None else models)}
