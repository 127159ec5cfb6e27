"""The call page's transcript, findings and figures as HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboards.components import palette
from dashboards.components.html import escaped, prose, share_bar
from dashboards.components.jump import to_second
from dashboards.components.numbers import NO_VALUE, clock, moment
from dashboards.data.rows import Call, CallLine, Finding, Rule, Turn
from dashboards.i18n import Texts

if TYPE_CHECKING:
    from dashboards.components.page import Page

_BAD_KINDS = ("risk", "forbidden")


def css_of(finding: Finding) -> str:
    if finding.outcome == "miss":
        return "miss" if finding.is_mandatory else "quiet"
    return "risk" if finding.rule_kind in _BAD_KINDS else "hit"


def why_no_words(call: Call | CallLine, texts: Texts) -> str:
    """How the hearing of a call ended, or that it has not come to it yet: a recording that waits is not missing."""
    if call.transcript_status is None:
        return texts("calls.no_recording" if call.media_kind is None else "calls.not_heard")
    return texts.maybe(f"transcript.{call.transcript_status}", call.transcript_status)


def transcript(
    turns: Sequence[Turn], findings: Sequence[Finding], rules: Mapping[str, Rule], texts: Texts, playable: bool = False
) -> str:
    """Two lanes, the agent left and the customer right; what a rule matched is marked, each turn can be listened to."""
    by_turn: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.outcome == "hit" and finding.turn_no is not None:
            by_turn[finding.turn_no].append(finding)
    drawn = (_turn(turn, by_turn[turn.turn_no], rules, texts, playable) for turn in turns)
    return f'<div class="lt-chat">{"".join(drawn)}</div>'


def _turn(turn: Turn, findings: Sequence[Finding], rules: Mapping[str, Rule], texts: Texts, playable: bool) -> str:
    tags = "".join(
        f'<span class="lt-tag {"risk" if finding.rule_kind in _BAD_KINDS else "ok"}">'
        f"{escaped(_label(finding, rules, texts))}</span>"
        for finding in {item.rule_id: item for item in findings}.values()
    )
    speaker = escaped(texts(f"speaker.{turn.speaker}"))
    jump = to_second(turn.start_seconds, texts, playable)
    return (
        f'<div class="lt-turn {escaped(turn.speaker)}"><small>{speaker} {jump}</small>'
        f'<span class="lt-words">{_marked(turn.text_masked, findings)}</span>'
        f"{f'<div>{tags}</div>' if tags else ''}</div>"
    )


def _marked(text: str, findings: Sequence[Finding]) -> str:
    """The text, escaped, with each matched run marked; where two overlap the first one is marked."""
    spans: list[tuple[int, int, str]] = []
    for finding in findings:
        words = finding.matched_text or ""
        start = text.find(words) if words else -1
        if start >= 0:
            spans.append((start, start + len(words), "risk" if finding.rule_kind in _BAD_KINDS else ""))
    html, place = "", 0
    for start, end, css in sorted(spans):
        if start < place:
            continue
        html += f'{escaped(text[place:start])}<mark class="{css}">{escaped(text[start:end])}</mark>'
        place = end
    return html + escaped(text[place:])


def _label(finding: Finding, rules: Mapping[str, Rule], texts: Texts) -> str:
    rule = rules.get(finding.rule_id)
    return rule.label(texts.language) if rule else finding.rule_id


def finding(found: Finding, rules: Mapping[str, Rule], texts: Texts) -> str:
    """One finding: rule, kind, why it stands here, for a hit the words that matched, the phrase and how alike they are,
    and the rule's id and version."""
    is_optional = found.rule_kind == "must_say" and not found.is_mandatory
    kind = texts.maybe(f"rule_kind.{'optional' if is_optional else found.rule_kind}", found.rule_kind)
    details = [texts(f"outcome.{found.outcome}")]
    if found.at_seconds is not None:
        details.append(texts("call.at_second", second=f"{found.at_seconds:.1f}"))
    if found.phrase:
        details.append(texts("call.phrase", phrase=found.phrase))
    if found.score is not None:
        details.append(texts("call.score", score=f"{found.score:.2f}"))
    words = f"<q>{escaped(texts('call.quoted', words=found.matched_text))}</q> " if found.matched_text else ""
    details += [_why(found, texts).rstrip("。."), trace(found.rule_id, found.rule_version, rules, texts)]
    return (
        f'<div class="lt-find {css_of(found)}"><b>{escaped(_label(found, rules, texts))}</b> '
        f"<small>{escaped(kind)}</small><br>{words}<small>{escaped(' · '.join(details))}</small></div>"
    )


def _why(found: Finding, texts: Texts) -> str:
    return texts.maybe(f"why.{found.rule_kind}_{found.outcome}", texts(f"why.{found.outcome}"))


def trace(rule_id: str, version: str | None, rules: Mapping[str, Rule], texts: Texts) -> str:
    """The rule by id and version; one that the list no longer has is said to be gone."""
    named = texts("call.rule", rule=rule_id, version=version or NO_VALUE)
    return named if rule_id in rules else f"{named} · {texts('call.rule_gone')}"


def facts(page: Page, call: Call, queue: str, team: str) -> str:
    """Who, when and how long."""
    texts = page.texts
    transfer = (
        texts.maybe(f"transfer.{call.transfer_kind}", call.transfer_kind or "") if call.transfer_kind else NO_VALUE
    )
    shown = [
        ("call.answered_at", moment(call.answered_at)),
        ("call.agent", call.agent_name or call.agent_id),
        ("call.team", team),
        ("call.queue", queue),
        ("call.topic", call.topic or NO_VALUE),
        ("call.wait", _seconds(call.wait_seconds, texts)),
        ("call.talk", clock(call.talk_seconds)),
        ("call.hold", clock(call.hold_seconds)),
        ("call.wrap", clock(call.wrap_seconds)),
        ("call.transfer", transfer),
        ("call.resolved", _yes_no(call.is_resolved, texts)),
        ("call.callback", _yes_no(call.is_callback_promised, texts)),
        ("call.csat", NO_VALUE if call.csat_answer is None else f"{call.csat_answer:.0f}"),
        ("call.nps", NO_VALUE if call.nps_answer is None else f"{call.nps_answer:.0f}"),
    ]
    return _facts([(texts(key), value) for key, value in shown])


def _facts(shown: Sequence[tuple[str, str]]) -> str:
    return (
        '<div class="lt-facts">'
        + "".join(f"<div><small>{escaped(label)}</small>{prose(value)}</div>" for label, value in shown)
        + "</div>"
    )


def _seconds(value: float | None, texts: Texts) -> str:
    return NO_VALUE if value is None else texts("unit.seconds", value=f"{value:.1f}")


def _yes_no(value: bool | None, texts: Texts) -> str:
    return NO_VALUE if value is None else texts("call.yes" if value else "call.no")


def speech(call: Call, texts: Texts) -> str | None:
    """Shares of agent, customer, both at once and silence; None where speech was not told apart by channel."""
    length = call.duration_seconds
    known = (call.agent_talk_seconds, call.customer_talk_seconds, call.overlap_seconds, call.silence_seconds)
    if not length or any(value is None for value in known):
        return None
    agent, customer, overlap, silence = (float(value or 0.0) for value in known)
    parts = [
        (texts("call.agent_talk"), max(0.0, agent - overlap), palette.SERIES[0]),
        (texts("call.customer_talk"), max(0.0, customer - overlap), "#C9A227"),
        (texts("call.overlap"), overlap, palette.SERIES[1]),
        (texts("call.silence"), silence, "#C8D0DA"),
    ]
    total = sum(seconds for _, seconds, _ in parts) or 1.0
    bar = share_bar([(label, seconds / total, colour) for label, seconds, colour in parts])
    figures = [
        (texts("call.length"), clock(length)),
        (texts("call.overlap"), _seconds(overlap, texts)),
        (texts("call.silence"), _seconds(silence, texts)),
        (texts("call.longest_silence"), _seconds(call.longest_silence_seconds, texts)),
        (texts("call.interruptions"), NO_VALUE if call.n_interruptions is None else str(call.n_interruptions)),
        (texts("call.masked"), NO_VALUE if call.n_masked is None else str(call.n_masked)),
    ]
    return f"{bar}<div style='height:.8rem'></div>{_facts(figures)}"
