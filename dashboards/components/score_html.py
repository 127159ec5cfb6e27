"""Scores and their reasons as HTML. What has no words here (a reason, a model, an item) is told in a sentence, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.components.call_html import trace
from dashboards.components.html import escaped
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.data.rows import Finding, Reason, Rule, Score, ScoreAppeal
from dashboards.i18n import Texts

VERSION_CHARS = 20


def model_name(model: str, texts: Texts) -> str:
    return texts.maybe(f"score_model.{model}", texts("scores.model_unknown", name=model))


def item_name(item: str, texts: Texts) -> str:
    return texts.maybe(f"score_item.{item}", texts.maybe(f"dimension.{item}", texts("scores.item_unknown", name=item)))


def sentence(reason: Reason, texts: Texts) -> str:
    return texts.maybe(f"reason.{reason.code}", texts("scores.reason_unknown", code=reason.code))


def head(any_score: Score, total: Score | None, full: Sequence[Score], texts: Texts) -> str:
    """The model, its version and its total; what has full points in one line."""
    about = [texts("scores.version", version=any_score.model_version[:VERSION_CHARS])]
    if total is not None:
        about.append(texts(f"score_outcome.{total.outcome}"))
    if not any_score.is_in_force:
        about.append(texts("scores.not_in_force"))
    names = texts("scores.separator").join(item_name(score.item, texts) for score in full)
    line = f"<div class='lt-note'>{escaped(texts('scores.full', items=names))}</div>" if full else ""
    points = _points(total.points) if total is not None else ""
    return (
        f'<div class="lt-score"><b>{escaped(model_name(any_score.model, texts))}</b> '
        f'<span class="lt-points {_css(total)}">{points}</span> <small>{escaped(" · ".join(about))}</small></div>{line}'
    )


def item(score: Score, texts: Texts) -> str:
    about = [texts(f"score_outcome.{score.outcome}")]
    if score.weight_points is not None:
        about.append(texts("scores.weight", weight=f"{score.weight_points:g}"))
    return (
        f'<div class="lt-item"><b>{escaped(item_name(score.item, texts))}</b> '
        f'<span class="lt-points {_css(score)}">{_points(score.points)}</span> '
        f"<small>{escaped(' · '.join(about))}</small></div>"
    )


def reason(one: Reason, finding: Finding | None, rules: Mapping[str, Rule], texts: Texts) -> str:
    """Points, the sentence, and the rule with its version and the words that it rests on."""
    lost = f"<b>{one.points:+.1f}</b> " if one.points else ""
    matched = finding.matched_text if finding else None
    words = f"<q>{escaped(texts('call.quoted', words=matched))}</q> " if matched else ""
    css = "miss" if one.points < 0 else "quiet"
    rule = _rule(one.rule_id, one.rule_version, rules, texts) if one.rule_id else ""
    behind = f"<br>{words}<small>{escaped(rule)}</small>" if rule else ""
    return f'<div class="lt-find {css}">{lost}{escaped(sentence(one, texts))}{behind}</div>'


def _rule(rule_id: str, version: str | None, rules: Mapping[str, Rule], texts: Texts) -> str:
    known = f"{rules[rule_id].label(texts.language)} · " if rule_id in rules else ""
    return known + trace(rule_id, version, rules, texts)


def appeals(own: Sequence[ScoreAppeal], texts: Texts) -> str:
    """The next rows of a score's history: what each upheld appeal gave back. The machine's points stand above."""
    lines = [
        texts(
            "scores.appeal",
            appeal=one.appeal_id,
            points=f"{one.points_returned:+.1f}",
            after=f"{one.points_after:.1f}",
            when=moment(one.decided_at),
        )
        for one in own
    ]
    return "".join(f'<div class="lt-find hit">{escaped(line)}</div>' for line in lines)


def _points(points: float | None) -> str:
    return NO_VALUE if points is None else f"{points:.1f}"


def _css(score: Score | None) -> str:
    return score.outcome if score is not None else ""
