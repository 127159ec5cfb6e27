"""The models of inspection and the order in which they run: each sees the conversation and what was judged before it.

A model is a class of its own module; it is in force when it stands in ``MODELS``, or when it was trained on a
user's data and the settings name it (trained.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

from asr_jobs.inspection.business import Business
from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.emotion import Emotion
from asr_jobs.inspection.fusion import Fusion
from asr_jobs.inspection.judgement import Judgement
from asr_jobs.inspection.opinion import Opinion
from asr_jobs.inspection.rulebook import Packs, judging_by, note_of, packs_in_force
from asr_jobs.inspection.trained import trained_models


class Model(Protocol):
    """One model. ``version`` changes with its packs, its code (``CODE`` of its module) and the models that it rests on:
    scores of two versions stand beside each other. tests/contracts/test_versions_of_judging.py watches over it."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        """Only what this model adds; ``before`` is what the models before it said."""
        ...


MODELS: tuple[Model, ...] = (Compliance(), Business(), Emotion(), Fusion(), Opinion())


def in_force() -> tuple[Model, ...]:
    """The shipped models, and the trained ones that the settings name."""
    return (*MODELS, *trained_models())


def judge(conversation: Conversation, models: Sequence[Model] | None = None, packs: Packs | None = None) -> Judgement:
    """All that the models (None: those in force) say of one conversation by some packs (None: those in force)."""
    said = Judgement()
    with judging_by(packs or packs_in_force()):
        for model in in_force() if models is None else models:
            more = model.judge(conversation, said)
            said = Judgement(
                said.findings + more.findings,
                said.scores + more.scores,
                said.feelings + more.feelings,
                said.episodes + more.episodes,
            )
    return said


def offline() -> list[Model]:
    """The models in force that ask nobody outside: what is judged for comparison only costs no question."""
    return [model for model in in_force() if not isinstance(model, Opinion)]


def versions(packs: Packs | None = None) -> dict[str, str]:
    """Version by name of the models in force by some packs (None: those in force)."""
    with judging_by(packs or packs_in_force()):
        return {model.name: model.version for model in in_force()}


def other_code(packs: Packs) -> dict[str, tuple[str, str]]:
    """Model -> its version when these packs last judged, and now, where they differ: the packs are the same, so it is
    the code that is not. Models that were trained, or that ask outside, rest on more than packs and are left out."""
    then, now = (note_of(packs) or {}).get("models", {}), versions(packs)
    names = [model.name for model in MODELS if not isinstance(model, Opinion)]
    return {name: (then[name], now[name]) for name in names if name in then and then[name] != now[name]}


def models_sha256() -> str:
    """Sum of the versions in force: a change makes every recording be inspected again, but not transcribed again."""
    text = "\n".join(f"{name} {version}" for name, version in versions().items())
    return hashlib.sha256(text.encode()).hexdigest()
