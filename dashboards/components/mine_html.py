"""What an agent is told about the own work, as HTML: places, deductions with seconds to listen to, praise, growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.kpi_set import KpiView
from dashboards.components.numbers import NO_VALUE, amount, clock, goal, interval
from dashboards.components.score_html import item_name, model_name
from dashboards.components.status import mark
from dashboards.data.rows import Rule
from dashboards.data.rows_agents import Certificate, Deduction, Example, GoodCall, Place, Remark
from dashboards.i18n import Texts

if TYPE_CHECKING:
    from dashboards.components.page import Page

_SOON_DAYS = 30
_STOPS = ".\u3002"


def place_words(place: Place, texts: Texts) -> str:
    """The place, or that there is no real difference: two people whose intervals touch are not told apart."""
    if place.rank_low is None or place.rank_high is None:
        return texts("mine.no_place")
    if not place.is_told_apart:
        return texts("mine.no_difference", n=place.n_agents)
    if place.rank_low == place.rank_high:
        return texts("mine.at_place", place=place.rank_low, n=place.n_agents)
    return texts("mine.places", first=place.rank_low, last=place.rank_high, n=place.n_agents)


def places(page: Page, found: Sequence[tuple[KpiView, Place]]) -> str:
    """One row a KPI."""
    names = ("kpi", "mine", "interval", "target", "median", "place")
    css = {"mine": "num", "interval": "num", "median": "num"}
    head = [text_cell(page.texts(f"mine.{name}"), css.get(name, "")) for name in names]
    return table(head, [_place(view, place, page) for view, place in found])


def _place(view: KpiView, place: Place, page: Page) -> list[Cell]:
    texts, formula, kpi, unit = page.texts, view.formula, view.now, view.formula.unit
    told = "<b>{}</b>" if place.is_told_apart else '<span class="lt-faint">{}</span>'
    label, words = escaped(formula.label(page.language)), escaped(formula.formula(page.language))
    return [
        Cell(f'<span title="{words}">{label}</span>', "wrap"),
        Cell(f"{escaped(amount(place.value, unit, texts))}{mark(view.status, texts)}", "num"),
        Cell(escaped((interval(kpi, texts) if kpi else None) or NO_VALUE), "num"),
        Cell(escaped(goal(kpi.target if kpi else None, formula.direction, unit, texts) or NO_VALUE)),
        Cell(escaped(amount(place.team_median, unit, texts)), "num"),
        Cell(told.format(escaped(place_words(place, texts)))),
    ]


def deductions(page: Page, found: Sequence[Deduction], rules: Mapping[str, Rule], n_calls: int) -> str:
    """Each reason: what it is, how many calls, how many points a call, and where to listen."""
    texts, parts = page.texts, []
    for one in found:
        rule = rules.get(one.rule_id or "")
        named = f" · {rule.label(page.language)}" if rule else ""
        words = texts.maybe(f"reason.{one.code}", texts("scores.reason_unknown", code=one.code))
        about = texts(
            "mine.deduction",
            model=model_name(one.model, texts),
            n=one.n_calls,
            of=max(n_calls, one.n_calls),
            points=f"{one.lost / max(n_calls, one.n_calls):.1f}",
        )
        parts.append(_improve(f"{words.rstrip(_STOPS)}{named}", about, "", one.examples, page))
    return "".join(parts)


def remarks(page: Page, found: Sequence[Remark]) -> str:
    """The same for reviews by people, with the evidence that reviewers wrote most often."""
    texts = page.texts
    return "".join(
        _improve(
            item_name(one.dimension, texts),
            texts("mine.remark", n=one.n_deducted, of=one.n, points=f"{one.lost / one.n:.1f}"),
            one.evidence_text or "",
            one.examples,
            page,
        )
        for one in found
    )


def _improve(heading: str, about: str, quoted: str, examples: Sequence[Example], page: Page) -> str:
    words = f"<q>{escaped(quoted)}</q> " if quoted else ""
    heard = " ".join(listen(example, page) for example in examples or ())
    return (
        f'<div class="lt-find miss lt-gap"><b>{escaped(heading)}</b><br>{words}<small>{escaped(about)}</small>'
        f'<div class="lt-leads">{heard}</div></div>'
    )


def listen(example: Example, page: Page) -> str:
    """A link to the very second."""
    second = example["at_seconds"]
    day = f"{example['call_date']:%m-%d}"
    label = "▶ " + (day if second is None else page.texts("mine.call_at", day=day, at=clock(second)))
    return link(
        "call",
        label,
        title=page.texts("mine.listen"),
        call=example["call_id"],
        at=f"{int(second)}" if second is not None else None,
        lang=page.texts.in_links,
    )


def good_calls(page: Page, found: Sequence[GoodCall]) -> str:
    parts = []
    for one in found:
        opened = link("call", f"{one.call_date:%m-%d}", call=one.call_id, lang=page.texts.in_links)
        words = page.texts(f"mine.good_{one.why}", points=f"{one.points:.0f}")
        topic = f" <small>{escaped(one.topic)}</small>" if one.topic else ""
        parts.append(f'<div class="lt-find hit lt-gap">{opened} {escaped(words)}{topic}</div>')
    return "".join(parts)


def certificate(one: Certificate, today: date, texts: Texts) -> str:
    """The certificate with its expiry as a word and a colour. ``today``: the last day of data."""
    if one.valid_to_date is None:
        state, css = texts("mine.certificate_for_ever"), "ok"
    else:
        left = (one.valid_to_date - today).days
        css = "risk" if left < 0 else "miss" if left <= _SOON_DAYS else "ok"
        key = "expired" if left < 0 else "soon" if left <= _SOON_DAYS else "valid"
        state = texts(f"mine.certificate_{key}", day=one.valid_to_date.isoformat(), days=left)
    return f'<div class="lt-gap"><b>{escaped(one.kind)}</b> <span class="lt-tag {css}">{escaped(state)}</span></div>'
