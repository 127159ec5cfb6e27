"""The emotion model: the feeling of each customer turn, and scores for how the agent answered.

Words are read in emotion_words.py, answers measured in emotion_response.py. The model makes no findings: a feeling is
no rule that was kept or broken; it stands in ``Judgement.feelings``. Where speakers are not told apart it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from asr_jobs.inspection import compliance
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.emotion_packs import feelings, packs_sha256, response
from asr_jobs.inspection.emotion_response import (
    episodes_of,
    missed_parts,
    points_of,
    replies,
    support_parts,
    trajectory,
)
from asr_jobs.inspection.emotion_words import heard_in, read_turn
from asr_jobs.inspection.judgement import Episode, Finding, Judgement, Outcome, Reason, Score, TurnFeeling
from asr_jobs.inspection.rulebook import per_packs
from asr_jobs.inspection.rules import rules_of, version_of

CODE = "1"  # raise it with every change of code that moves a feeling or a score of this model
_SUPPORT_REASONS = {
    "rate": "speech_rate_out_of_band",
    "soothing": "emotion_not_soothed",
    "calm": "emotion_interrupted",
    "reply": "emotion_slow_reply",
}


class Emotion:
    """Feelings 愤怒 困惑 焦虑 失望 满意 中性, their episodes, 情绪响应适当性 (``response``) and 情感支持指数."""

    name = "emotion"

    @property
    def version(self) -> str:
        """Code and packs, and the sum of the packs and of how soothing words are found: later versions sort later."""
        return version_of(
            f"{CODE}.{feelings().version}.{response().version}", packs_sha256(), compliance.CODE, _soothing_rules()
        )

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        if not conversation.turns or not conversation.are_speakers_known:
            return Judgement(scores=tuple(self._unknown(conversation)))
        heard = feel(conversation, self.version)
        episodes = episodes_of(conversation, heard, _soothing_turns(before.findings))
        return Judgement(
            feelings=tuple(heard),
            episodes=tuple(episodes),
            scores=tuple(self._scores(conversation, heard, episodes)),
        )

    def _unknown(self, conversation: Conversation) -> Iterator[Score]:
        code = (conversation.speakers_doubt if conversation.turns else None) or "nothing_heard"
        for item, weight in (*response().total.items(), ("total", None)):
            yield Score(self.name, self.version, item, "undecided", None, weight, (Reason(code),))

    def _scores(
        self, conversation: Conversation, heard: Sequence[TurnFeeling], episodes: Sequence[Episode]
    ) -> Iterator[Score]:
        weights = response().total
        answered = self._response(conversation, episodes)
        support = self._support(conversation, episodes)
        known = {score.item: score.points for score in (answered, support) if score.points is not None}
        weight = sum(weights[item] for item in known)
        points = sum(weights[item] * value for item, value in known.items()) / weight if weight else None
        yield answered
        yield support
        weighed = [
            replace(reason, points=round(reason.points * weights[score.item] / weight, 4))
            for score in (answered, support)
            if score.points is not None
            for reason in score.reasons
            if reason.points
        ]
        yield self._score("total", points, None, (*weighed, *_course(conversation, heard)))

    def _score(self, item: str, points: float | None, weight: float | None, reasons: tuple[Reason, ...]) -> Score:
        if points is None:
            return Score(self.name, self.version, item, "not_applicable", None, weight, reasons)
        outcome: Outcome = "pass" if points >= response().pass_points[item] else "fail"
        return Score(self.name, self.version, item, outcome, round(points, 2), weight, reasons)

    def _response(self, conversation: Conversation, episodes: Sequence[Episode]) -> Score:
        """情绪响应适当性: the mean of the episodes' points by the rubric."""
        weight = response().total["response"]
        if not episodes:
            return self._score("response", None, weight, (Reason("emotion_no_negative"),))
        points = sum(map(points_of, episodes)) / len(episodes)
        reasons = [
            reason
            for one in episodes
            for reason in missed_parts(one, 1 / len(episodes), conversation.turns[one.turn_no - 1].start)
        ]
        return self._score("response", points, weight, tuple(reasons))

    def _support(self, conversation: Conversation, episodes: Sequence[Episode]) -> Score:
        """情感支持指数: the parts that can be measured share the weight of those that can not."""
        shares, waits = response().support_index, replies(conversation)
        parts = support_parts(conversation, episodes, waits)
        known = {name: value for name, value in parts.items() if value is not None}
        weight = sum(shares[name] for name in known)
        if not weight:
            return self._score("support_index", None, response().total["support_index"], (Reason("nothing_heard"),))
        reasons = []
        for name, value in known.items():
            cost = round(100 * shares[name] * (value - 1) / weight, 2)
            if cost:
                number = _place(name, episodes, waits)
                at = None if number is None else conversation.turns[number - 1].start
                reasons.append(Reason(_SUPPORT_REASONS[name], cost, turn_no=number, at_seconds=at))
        points = sum(100 * shares[name] * value for name, value in known.items()) / weight
        return self._score("support_index", points, response().total["support_index"], tuple(reasons))


def feel(conversation: Conversation, version: str) -> list[TurnFeeling]:
    """The feeling of each turn of the customer, in order."""
    found: list[TurnFeeling] = []
    before: list[str] = []
    for number, turn in enumerate(conversation.turns, start=1):
        if turn.speaker != "customer":
            continue
        reading = read_turn(turn.text, conversation.language, before)
        found.append(TurnFeeling(number, reading.feeling, reading.score, version, reading.cue))
        before.append(heard_in(turn.text, conversation.language).sounds)
    return found


@per_packs
def _soothing_rules() -> str:
    return "\n".join(one.model_dump_json() for one in rules_of("compliance") if one.kind == "soothing")


def _soothing_turns(findings: Sequence[Finding]) -> list[int]:
    hits = (one for one in findings if one.rule_kind == "soothing" and one.outcome == "hit")
    return [one.turn_no for one in hits if one.turn_no is not None]


def _course(conversation: Conversation, heard: Sequence[TurnFeeling]) -> Iterator[Reason]:
    """Whether the customer got over the worst moment; nothing where there was none."""
    course = trajectory(heard)
    if course is None or course.is_recovered is None:
        return
    code = "emotion_recovered" if course.is_recovered else "emotion_not_recovered"
    at = conversation.turns[course.lowest.turn_no - 1].start
    yield Reason(code, turn_no=course.lowest.turn_no, at_seconds=at)


def _place(part: str, episodes: Sequence[Episode], waits: Sequence[tuple[int, float]]) -> int | None:
    """The turn at which a part of the support index lost its points, if it is one."""
    if part == "soothing":
        return next(one.turn_no for one in episodes if not one.is_soothed)
    if part == "reply":
        return max(waits, key=lambda wait: wait[1])[0]
    return None
