"""A second opinion on business quality by a language model behind any OpenAI-compatible endpoint; off by default.

It adds scores of its own and never changes what a rule found. Only masked turns are sent. Whatever goes wrong ends as
one score "undecided" with its reason, and the run goes on. Settings: inspection.opinion; words: packs/opinion.yaml.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asr_jobs.inspection import opinion_answers
from asr_jobs.inspection.business_pack import business_pack
from asr_jobs.inspection.conversation import Conversation, Language
from asr_jobs.inspection.judgement import Judgement, Reason, Score
from asr_jobs.inspection.rulebook import per_packs, read_pack
from asr_jobs.inspection.rules import Strict, pack_sha256, version_of
from asr_jobs.inspection.scoring import Scorer
from lingting.errors import UsageError
from lingting.settings import OpinionSettings, settings

CODE = "1"  # raise it with every change of this module that moves a score
_LONG_NUMBER = re.compile(r"\d{7,}")
_UNREACHED = ("opinion_timeout", "opinion_unreachable")


class Pack(Strict):
    version: str
    prompt: dict[Language, str]
    left_out: dict[Language, str]
    speakers: dict[Language, dict[str, str]]
    failures_in_a_row: int = Field(ge=1)
    quiet_seconds: float = Field(ge=0)


class _Given(BaseModel):
    """One dimension of the answer."""

    model_config = ConfigDict(strict=True)
    points: float
    turn: int | None = None


class _Failed(Exception):
    """No opinion was had; the argument is the reason's code."""


@per_packs
def _pack() -> Pack:
    return read_pack(Pack, "opinion.yaml")


class Opinion:
    """The second opinion. It keeps count of failures, so that a dead endpoint is left alone for a while."""

    name = "opinion"

    def __init__(self) -> None:
        self._failures, self._quiet_until = 0, 0.0

    @property
    def version(self) -> str:
        return version_of(CODE, str(settings().inspection.opinion.model), pack_sha256("opinion", "business"))

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        asked = settings().inspection.opinion
        if not asked.enabled:
            return Judgement()
        scorer = Scorer(self.name, self.version, business_pack().pass_points)
        if not conversation.turns:
            return Judgement(scores=(scorer.nothing("total", "no_words"),))
        if conversation.are_speakers_guessed:
            return Judgement(scores=(scorer.nothing("total", "speakers_guessed"),))
        try:
            answer = self._answer(_messages(conversation, asked.max_turns), asked)
            return Judgement(scores=_scores(answer, len(conversation.turns), scorer))
        except _Failed as failed:
            return Judgement(scores=(scorer.nothing("total", str(failed)),))

    def _answer(self, messages: list[dict[str, str]], asked: OpinionSettings) -> dict[str, Any]:
        """The kept answer to this question, else a new one, which is kept whatever it says."""
        if any(_LONG_NUMBER.search(message["content"]) for message in messages):
            raise _Failed("opinion_not_masked")
        question = json.dumps([asked.model, messages], ensure_ascii=False)
        prompt_sha256 = hashlib.sha256(question.encode("utf-8")).hexdigest()
        if known := opinion_answers.kept(prompt_sha256):
            return known
        if self._failures >= _pack().failures_in_a_row and time.monotonic() < self._quiet_until:
            raise _Failed("opinion_endpoint_left_alone")
        try:
            said = _ask(messages, asked)
        except _Failed as failed:
            self._failures = self._failures + 1 if str(failed) in _UNREACHED else 0
            self._quiet_until = time.monotonic() + _pack().quiet_seconds
            raise
        self._failures = 0
        record = {
            "prompt_sha256": prompt_sha256,
            "prompt_version": _pack().version,
            "model": asked.model,
            "asked_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "messages": messages,
            **said,
        }
        opinion_answers.keep(record)
        return record


def _messages(conversation: Conversation, max_turns: int) -> list[dict[str, str]]:
    """The question in the words of the pack, and the masked turns, numbered as the findings number them."""
    pack, language = _pack(), conversation.language
    named = [(dimension.id, dimension.label) for dimension in business_pack().dimensions]
    dimensions = "\n".join(f"- {one} ({label.zh if language == 'zh' else label.en})" for one, label in named)
    speakers = pack.speakers[language]
    lines = [f"{no} {speakers[turn.speaker]}: {turn.text}" for no, turn in enumerate(conversation.turns, start=1)]
    if len(lines) > max_turns:
        head, tail = max_turns - max_turns // 2, max_turns // 2
        cut = pack.left_out[language].format(n=len(lines) - max_turns)
        lines = [*lines[:head], cut, *lines[len(lines) - tail :]]
    return [
        {"role": "system", "content": pack.prompt[language].format(dimensions=dimensions)},
        {"role": "user", "content": "\n".join(lines)},
    ]


def _key(asked: OpinionSettings) -> str:
    """The key from the environment. Raises UsageError where a variable is named and not set."""
    if asked.api_key_env is None:
        return "none"  # the client wants a text; an endpoint without keys does not look at it
    key = os.environ.get(asked.api_key_env)
    if not key:
        raise UsageError(
            f"inspection.opinion.api_key_env names {asked.api_key_env}, which is not set; set it, or unset the name"
        )
    return key


def _ask(messages: list[dict[str, str]], asked: OpinionSettings) -> dict[str, Any]:
    """One question over the chat-completions protocol, without retries. Raises _Failed with the code of the fault."""
    import openai

    client = openai.OpenAI(base_url=asked.base_url, api_key=_key(asked), timeout=asked.timeout_seconds, max_retries=0)
    try:
        reply = client.chat.completions.create(model=asked.model or "", messages=messages, temperature=0)  # type: ignore[arg-type]
        choice = reply.choices[0]
        message = choice.message
        return {"answer": message.content, "refusal": message.refusal, "finish_reason": choice.finish_reason}
    except openai.APITimeoutError as error:
        raise _Failed("opinion_timeout") from error
    except openai.APIConnectionError as error:
        raise _Failed("opinion_unreachable") from error
    except openai.APIStatusError as error:
        raise _Failed(_code_of(error.status_code)) from error
    except (openai.OpenAIError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise _Failed("opinion_bad_reply") from error
    finally:
        client.close()


def _code_of(status: int) -> str:
    """The reason's code for an HTTP status that is no success."""
    if status in (401, 403):
        return "opinion_not_allowed"
    if status == 429:
        return "opinion_too_many_requests"
    return "opinion_server_error" if status >= 500 else "opinion_request_refused"


def _scores(answer: dict[str, Any], n_turns: int, scorer: Scorer) -> tuple[Score, ...]:
    """The scores of an answer. Raises _Failed where it refuses, is empty, of another form, or out of range."""
    content = answer.get("answer")
    if answer.get("refusal") or answer.get("finish_reason") == "content_filter":
        raise _Failed("opinion_refused")
    if not content or not content.strip():
        raise _Failed("opinion_empty")
    given = _parsed(content)
    items: list[Score] = []
    for dimension in business_pack().dimensions:
        one = given[dimension.id]
        if not 0 <= one.points <= 100 or not 1 <= (one.turn or 1) <= n_turns:
            raise _Failed("opinion_out_of_range")
        reason = Reason("opinion_says", round(one.points - 100, 2), turn_no=one.turn)
        items.append(scorer.item(dimension.id, [reason], dimension.weight))
    return (*items, scorer.total(items))


def _parsed(content: str) -> dict[str, _Given]:
    """Dimension -> what was given. Models wrap JSON in fences and words: the first brace to the last is read."""
    try:
        value = json.loads(content[content.index("{") : content.rindex("}") + 1])
        scores = value["scores"]
        return {one.id: _Given.model_validate(scores[one.id]) for one in business_pack().dimensions}
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise _Failed("opinion_bad_json") from error
