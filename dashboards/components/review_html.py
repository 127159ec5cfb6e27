"""A review as HTML: its score, its items with evidence and the second to listen to, and the steps that followed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dashboards.components.html import escaped, link, prose
from dashboards.components.numbers import NO_VALUE, clock, moment
from dashboards.i18n import Texts
from lingting.work.review_views import ReviewView, StepView
from lingting.work.scoring import DIMENSIONS, Item, Total, Weight

_STATE_CSS = {
    None: ("lt-watch", "◷"),
    "fed_back": ("lt-open", "→"),
    "acknowledged": ("lt-pass", "✓"),
    "appeal_filed": ("lt-watch", "!"),
    "appeal_upheld": ("lt-pass", "✓"),
    "appeal_dismissed": ("lt-open", "✕"),
}


def chip(css: str, icon: str, words: str) -> str:
    return f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{escaped(words)}</span>'


def state_chip(review: ReviewView, at: datetime, texts: Texts) -> str:
    """Where the review stands; overdue feedback is said in so many words."""
    if review.is_overdue(at):
        return chip("lt-fail", "✕", texts("reviews.overdue"))
    css, icon = _STATE_CSS[review.state]
    return chip(css, icon, texts(f"review_step.{review.state or 'scored'}"))


def points(value: float) -> str:
    """100, 92.5: at most one place behind the point."""
    return f"{value:.1f}".removesuffix(".0")


def score(total: Total, texts: Texts) -> str:
    """The score with whether it passes; a critical error says what it would have been."""
    passed = (
        chip("lt-pass", "✓", texts("reviews.passed"))
        if total.is_passed
        else chip("lt-fail", "✕", texts("reviews.failed"))
    )
    note = texts("reviews.pass_from", points=points(total.pass_points))
    if total.score_points != total.weighted_points:
        note = f"{texts('reviews.critical_zero', points=points(total.weighted_points))} · {note}"
    return (
        f'<div class="lt-rv-score"><b>{points(total.score_points)}</b>'
        f"<span>{passed}<small>{escaped(note)}</small></span></div>"
    )


def items(review: ReviewView, texts: Texts) -> str:
    """Every dimension, those with deductions first: points, weight, evidence, and a link to the very second."""
    order = sorted(
        (name for name in DIMENSIONS if name in review.items), key=lambda name: not review.items[name].is_deducted
    )
    parts = [_item(review, name, review.items[name], review.weights, texts) for name in order]
    return f'<div class="lt-rv-items">{"".join(parts)}</div>'


def _item(review: ReviewView, name: str, item: Item, weights: Mapping[str, Weight], texts: Texts) -> str:
    weight = texts("reviews.weight", points=points(weights[name].weight_points)) if name in weights else ""
    if item.score_points is None:
        value, css = texts("reviews.not_applicable"), "quiet"
    else:
        value, css = points(item.score_points), "miss" if item.is_deducted else "hit"
    error = ""
    if item.error_kind:
        error = f'<span class="lt-tag risk">{escaped(texts(f"error_kind.{item.error_kind}"))}</span>'
    words = f'<q class="lt-words">{escaped(item.evidence_text)}</q>' if item.evidence_text else ""
    return (
        f'<div class="lt-find {css}"><b>{escaped(texts(f"dimension.{name}"))}</b> <b>{escaped(value)}</b> '
        f"<small>{escaped(weight)}</small> {error}<br>{words} {_place(review.call_id, item, texts)}</div>"
    )


def _place(call_id: str, item: Item, texts: Texts) -> str:
    return "" if item.evidence_at_seconds is None else listen(call_id, item.evidence_at_seconds, texts)


def listen(call_id: str, second: float | None, texts: Texts, label: str | None = None) -> str:
    """A link to the call, at its second where there is one."""
    lang = texts.in_links
    at = None if second is None else str(int(second))
    return link("call", label or f"▶ {clock(second or 0)}", texts("reviews.listen"), call=call_id, at=at, lang=lang)


def facts(review: ReviewView, agent: str, names: Mapping[str, str], texts: Texts) -> str:
    """Who scored what, when, by which scorecard."""
    shown = [
        ("reviews.agent", agent),
        ("reviews.kind", texts(f"review_kind.{review.review_kind}")),
        ("reviews.level", texts(f"review_level.{review.review_level}")),
        ("reviews.method", texts(f"review_method.{review.method}")),
        ("reviews.evaluator", names.get(review.evaluator_id, review.evaluator_id)),
        ("reviews.scored_at", moment(review.reviewed_at)),
        ("reviews.scorecard", review.scorecard_version),
        ("reviews.due", moment(review.feedback_due_at) if review.feedback_due_at else NO_VALUE),
    ]
    cells = "".join(f"<div><small>{escaped(texts(key))}</small>{prose(value)}</div>" for key, value in shown)
    return f'<div class="lt-facts">{cells}</div>'


def steps(review: ReviewView, texts: Texts, names: Mapping[str, str] | None) -> str:
    """What followed, in order, with the reasons given. ``names``: None on the agent's page, which names nobody."""
    parts = "".join(_step(step, texts, names) for step in review.steps)
    return f'<div class="lt-rv-steps">{parts}</div>' if parts else ""


def own_step(step: str, texts: Texts) -> str:
    """The step as the agent reads it, who is "you" there."""
    return texts.maybe(f"my_reviews.step_{step}", texts(f"review_step.{step}"))


def _step(step: StepView, texts: Texts, names: Mapping[str, str] | None) -> str:
    who = f" · {escaped(names.get(step.by_id, step.by_id))}" if names is not None and step.by_id else ""
    word = own_step(step.step, texts) if names is None else texts(f"review_step.{step.step}")
    why = f'<br><q class="lt-words">{escaped(step.reason)}</q>' if step.reason else ""
    return (
        f'<div class="lt-find quiet"><b>{escaped(word)}</b> '
        f"<small>{escaped(moment(step.happened_at))}{who}</small>{why}</div>"
    )
