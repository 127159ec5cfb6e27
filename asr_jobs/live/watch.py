"""What was said in one live call so far, and what of it calls for an alert: each finding once, words masked.

Clear words stay in this object, in memory, until the call ends. Whether and when somebody spoke is in calls.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asr_jobs import windows
from asr_jobs.digits import runs
from asr_jobs.inspection.compliance import Compliance
from asr_jobs.inspection.conversation import Conversation, Language, Spoken
from asr_jobs.inspection.judgement import Finding, Judgement
from asr_jobs.inspection.rules import Rule, all_rules
from asr_jobs.live.scripts import LONG_SILENCE, live_rules, scripts
from asr_jobs.pii import LABELS
from asr_jobs.pipeline import masked_turns
from asr_jobs.record import Turn
from lingting.clock import now

ALERTING_KINDS = frozenset({"risk", "forbidden"})
NOTICE = "recording_notice"


@dataclass(frozen=True)
class About:
    """What is known of a call before it begins."""

    call_id: str
    language: Language
    queue_id: str | None = None


@dataclass(frozen=True)
class Alert:
    """One alert. ``at_seconds`` is the second of the call; ``words`` are masked, None where nothing was said.

    ``kind``: risk, forbidden, silence, notice_missing. ``is_partial``: the speaker had not yet finished.
    """

    alert_id: str
    call_id: str
    queue_id: str | None
    language: str
    kind: str
    rule_id: str
    rule_version: str
    at_seconds: float
    raised_at: datetime
    speaker: str | None = None
    words: str | None = None
    phrase: str | None = None
    score: float | None = None
    is_partial: bool = False
    script: str | None = None
    script_version: str | None = None


@dataclass
class _Said:
    """One turn in clear words: the utterances of one speaker with hardly a pause between them, by their number."""

    speaker: str
    start: float
    end: float
    texts: dict[int, str] = field(default_factory=dict)
    raised: set[str] = field(default_factory=set)
    is_final: bool = True

    def text(self, language: Language) -> str:
        return (" " if language == "en" else "").join(self.texts.values())


class Watch:
    """Give it every recognised utterance, in the order of its channel; it gives the alerts that are new."""

    def __init__(self, about: About) -> None:
        self.about = about
        self.is_whole = True  # False: sound was dropped, so that nothing may count as not said
        self.is_notice_given = False
        self._said: list[_Said] = []
        self._model = Compliance()

    def heard(self, speaker: str, number: int, start: float, end: float, text: str, is_final: bool) -> list[Alert]:
        """``text`` in clear words. A partial is replaced by the next text of the same number."""
        turn = self._turn(speaker, number, start)
        turn.texts[number] = text
        turn.end, turn.is_final = max(turn.end, end), is_final
        return list(self._new_alerts())

    def notice_missing(self, at: float) -> Alert | None:
        """The alert that nobody gave the recording notice by second ``at``, where this call needs one."""
        rule = _notice_rule()
        queues = rule.applies_to_queues
        if self.is_notice_given or not self.is_whole or (queues is not None and self.about.queue_id not in queues):
            return None
        return self._alert("notice_missing", rule.id, rule.version, at, speaker=rule.speaker)

    def silence(self, since: float) -> Alert:
        """The alert that nobody has spoken since a second."""
        rule = live_rules()[LONG_SILENCE]
        return self._alert("silence", rule.id, rule.version, since)

    def _turn(self, speaker: str, number: int, start: float) -> _Said:
        """The turn an utterance belongs to; turns are as in a recording (windows.py), so that rules see the same."""
        own = [turn for turn in self._said if turn.speaker == speaker]
        if own and (number in own[-1].texts or start - own[-1].end < windows.PARAMS.bridge):
            return own[-1]
        turn = _Said(speaker, start, start)
        self._said.append(turn)
        self._said.sort(key=lambda one: one.start)
        return turn

    def _new_alerts(self) -> Iterator[Alert]:
        turns, spoken = self._masked()
        about = self.about
        conversation = Conversation(spoken, about.language, about.queue_id, is_whole=self.is_whole)
        for found in self._model.judge(conversation, Judgement()).findings:
            if found.outcome != "hit" or found.turn_no is None:
                continue
            self.is_notice_given = self.is_notice_given or found.rule_id == NOTICE
            turn = turns[found.turn_no - 1]
            if found.rule_kind in ALERTING_KINDS and found.rule_id not in turn.raised:
                turn.raised.add(found.rule_id)
                yield self._of_finding(found, turn)

    def _masked(self) -> tuple[list[_Said], list[Spoken]]:
        """The turns that have words, and the same masked: all of the call together, for a number may run over turns."""
        language = self.about.language
        clear = [Turn(turn.speaker, turn.start, turn.end, turn.text(language)) for turn in self._said]
        masked, _ = masked_turns(clear, language)
        by_place = {(turn.speaker, turn.start): turn for turn in self._said}
        return (
            [by_place[turn.speaker, turn.start] for turn in masked],
            [Spoken(turn.speaker, turn.start, turn.end, turn.text) for turn in masked],
        )

    def _of_finding(self, found: Finding, turn: _Said) -> Alert:
        return self._alert(
            found.rule_kind,
            found.rule_id,
            found.rule_version,
            found.at_seconds or turn.start,
            speaker=turn.speaker,
            words=without_digits(found.matched_text or "", self.about.language),
            phrase=found.phrase,
            score=found.score,
            is_partial=not turn.is_final,
        )

    def _alert(self, kind: str, rule_id: str, rule_version: str, at: float, **evidence: Any) -> Alert:
        script = scripts().get(rule_id)
        return Alert(
            alert_id=str(uuid.uuid4()),
            call_id=self.about.call_id,
            queue_id=self.about.queue_id,
            language=self.about.language,
            kind=kind,
            rule_id=rule_id,
            rule_version=rule_version,
            at_seconds=round(at, 2),
            raised_at=now(),
            script=script.say[self.about.language] if script else None,
            script_version=script.version if script else None,
            **evidence,
        )


def _notice_rule() -> Rule:
    return next(rule for rule in all_rules() if rule.id == NOTICE)


def without_digits(text: str, language: Language) -> str:
    """Masked text with every run of digits hidden, however short: the rest of the number may not have been said yet."""
    for run in reversed(runs(text)):
        text = text[: run.start] + LABELS[language]["number"] + text[run.end :]
    return text
