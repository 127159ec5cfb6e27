"""The models of inspection and the order in which they run: each sees the conversation and what was judged before it.

A model is a class of its own module; it is in force when it stands in ``MODELS``, or when it was trained on a
user's data and the settings name it (trained.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from asr_jobs.inspection.business import Business
from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.emotion import Emotion
from asr_jobs.inspection.fusion import Fusion
from asr_jobs.inspection.judgement import Judgement
from asr_jobs.inspection.opinion import Opinion
from asr_jobs.inspection.trained import trained_models


class Model(Protocol):
    """One model. ``version`` changes with its packs and its code: scores of two versions stand beside each other."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        """Only what this model adds; ``before`` is what the models before it said."""
        ...


MODELS: tuple[Model, ...] = (Compliance(), Business(), Emotion(), Fusion(), Opinion())


def judge(conversation: Conversation, models: Sequence[Model] | None = None) -> Judgement:
    """All that the models (None: those in force) say of one conversation."""
    said = Judgement()
    for model in (*MODELS, *trained_models()) if models is None else models:
        more = model.judge(conversation, said)
        said = Judgement(
            said.findings + more.findings,
            said.scores + more.scores,
            said.feelings + more.feelings,
            said.episodes + more.episodes,
        )
    return said
