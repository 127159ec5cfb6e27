"""What the emotion model knows, as data: packs/emotion/*.yaml, read and checked. Nothing is judged here."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict, Field, model_validator

from asr_jobs.inspection.conversation import Language
from asr_jobs.inspection.judgement import Feeling
from asr_jobs.inspection.rulebook import per_packs, read_pack

Words = dict[Language, tuple[str, ...]]
Band = tuple[float, float]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Repeated(_Strict):
    """The same demand made again: at least ``least`` sounds long and as similar as ``similarity``."""

    feeling: Feeling
    points: float = Field(ge=0)
    similarity: float = Field(gt=0, le=1)
    least: dict[Language, int]


class Requests(_Strict):
    """Cues that only ask for haste: beside a word of ``polite`` in the turn they count ``factor`` of their weight."""

    cues: Words
    polite: Words
    factor: float = Field(ge=0, le=1)


class Feelings(_Strict):
    """feelings.yaml: the words of each feeling, and what strengthens, weakens or turns them."""

    version: str
    weights: dict[str, float]
    threshold: float = Field(gt=0)
    intensified: float = Field(ge=1)
    conceded: float = Field(ge=0, le=1)
    exclaimed: float = Field(ge=0)
    asked: float = Field(ge=0)
    repeated: Repeated
    cues: dict[Feeling, dict[str, Words]]
    negations: Words
    negated_is: dict[Feeling, Feeling]
    degrees: Words
    intensifiers: dict[str, Words]
    contrasts: Words
    requests: Requests | None = Field(None, description="None: packs from before there was such a rule")
    severity: tuple[Feeling, ...]

    @model_validator(mode="after")
    def _whole(self) -> Feelings:
        for language in ("zh", "en"):
            said = [cue for groups in self.cues.values() for words in groups.values() for cue in words[language]]
            twice = {cue for cue in said if said.count(cue) > 1}
            if twice:
                raise ValueError(f"{sorted(twice)} stand twice in feelings.yaml; keep each cue once")
            strangers = set(self.requests.cues[language]) - set(said) if self.requests else set()
            if strangers:
                raise ValueError(f"{sorted(strangers)} stand in requests and are no cue of a feeling")
        if any(set(groups) != set(self.weights) for groups in self.cues.values()):
            raise ValueError(f"each feeling needs the groups {sorted(self.weights)}")
        return self


class Response(_Strict):
    """response.yaml: the rubric of an episode, the support index and the marks. Points 0-100; seconds."""

    version: str
    rubric: dict[str, float]
    soothed_within: int = Field(ge=1)
    calm_turns: int = Field(ge=1)
    levels: dict[Feeling, int]
    speech_rate: dict[Language, Band]
    speech_rate_of_queue: dict[str, dict[Language, Band]]
    support_index: dict[str, float]
    reply_seconds: float = Field(gt=0)
    interruptions: int = Field(ge=1)
    total: dict[str, float]
    pass_points: dict[str, float]
    solution: Words

    @model_validator(mode="after")
    def _whole(self) -> Response:
        for name in ("rubric", "support_index", "total"):
            if sum(getattr(self, name).values()) != 100:
                raise ValueError(f"the shares of {name} in response.yaml must be 100 together")
        return self

    def band(self, queue_id: str | None, language: Language) -> Band:
        """Characters (English: words) a minute, both ends inside."""
        own = self.speech_rate_of_queue.get(queue_id or "", {})
        return own.get(language, self.speech_rate[language])


@per_packs
def feelings() -> Feelings:
    return read_pack(Feelings, "emotion/feelings.yaml")


@per_packs
def response() -> Response:
    return read_pack(Response, "emotion/response.yaml")


@per_packs
def packs_sha256() -> str:
    text = feelings().model_dump_json() + response().model_dump_json()
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
