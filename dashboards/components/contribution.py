"""The table of contributions to a change: bars by size, the two effects, cases, links. Words say "contributed"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards.components import links
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import NO_VALUE, amount, step_words
from dashboards.data.periods import Period
from dashboards.data.rows import Formula
from dashboards.navigation import pages_for
from lingting.kpi.decompose import Contribution, Decomposition, Sums
from lingting.kpi.moves import Dimension

if TYPE_CHECKING:
    from dashboards.components.page import Page

PAGES = {"queue": "management", "team": "team"}  # where a member has a page of its own
_HEAD = ("bar", "total", "rate", "mix", "before", "now", "more")
_NUMBERS = ("total", "rate", "mix", "before", "now")


def html(
    page: Page,
    formula: Formula,
    found: Decomposition,
    dimension: Dimension,
    names: dict[str, str],
    periods: tuple[Period, Period],
) -> str:
    texts = page.texts
    first = text_cell(texts(f"changes.by_{dimension}"))
    head = [first, *(text_cell(texts(f"changes.{name}"), "num" if name in _NUMBERS else "") for name in _HEAD)]
    widest = max((abs(part.total) for part in found.parts), default=0.0)
    body = [_row(page, formula, part, dimension, names, periods, widest) for part in found.parts]
    unit = formula.unit
    body.append(
        [
            text_cell(texts("changes.sum")),
            text_cell(""),
            text_cell(step_words(found.change, unit, texts), "num"),
            text_cell(_sum(found.parts, "rate", unit, page), "num"),
            text_cell(_sum(found.parts, "mix", unit, page), "num"),
            text_cell(amount(found.before, unit, texts), "num"),
            text_cell(amount(found.now, unit, texts), "num"),
            text_cell(""),
        ]
    )
    return table(head, body, row_css=[*("" for _ in found.parts), "lt-sum"])


def _sum(parts: Sequence[Contribution], what: str, unit: str, page: Page) -> str:
    values = [getattr(part, what) for part in parts if getattr(part, what) is not None]
    return step_words(sum(values), unit, page.texts) if values else NO_VALUE


def _row(
    page: Page,
    formula: Formula,
    part: Contribution,
    dimension: Dimension,
    names: dict[str, str],
    periods: tuple[Period, Period],
    widest: float,
) -> list[Cell]:
    texts, unit = page.texts, formula.unit
    thin = part.n < formula.minimum_n
    name = names.get(part.member, part.member) or texts("changes.rest")
    css = "num lt-thin" if thin else "num"

    def step(value: float | None) -> str:
        return NO_VALUE if value is None else step_words(value, unit, texts)

    label = f"<span{_title(texts('changes.few', n=formula.minimum_n)) if thin else ''}>{escaped(name)}</span>"
    return [
        Cell(label, "lt-thin" if thin else ""),
        Cell(_bar(part.total, widest, formula.direction, thin)),
        text_cell(step(part.total), css),
        text_cell(step(part.rate), css),
        text_cell(step(part.mix), css),
        text_cell(_side(part.before, unit, page), css),
        text_cell(_side(part.now, unit, page), css),
        Cell(_links(page, formula, part, dimension, periods) if part.member else ""),
    ]


def _title(words: str) -> str:
    return f' title="{escaped(words)}"'


def _side(sums: Sums, unit: str, page: Page) -> str:
    if sums.denominator == 0 and not sums.numerator:
        return NO_VALUE
    shown = amount(sums.rate, unit, page.texts)
    return shown if unit == "count" else page.texts("changes.side", value=shown, n=f"{sums.n:,}")


def _links(
    page: Page, formula: Formula, part: Contribution, dimension: Dimension, periods: tuple[Period, Period]
) -> str:
    before, now = periods
    hear = links.to(
        page,
        "changes",
        page.texts("changes.hear"),
        now,
        kpi=formula.kpi_id,
        by=dimension,
        vs=before.start.isoformat(),
        member=part.member,
    )
    place = PAGES.get(dimension)
    if place is None or place not in pages_for(page.viewer.role):
        return hear
    own = links.to(page, place, page.texts("changes.open"), now, **{str(dimension): part.member})
    return f"{hear} · {own}"


def _bar(value: float, widest: float, direction: str, thin: bool) -> str:
    """From the middle to the right for more, to the left for less; the colour is good or bad, never alone."""
    share = abs(value) / widest * 50 if widest else 0.0
    side = "left:50%" if value >= 0 else "right:50%"
    good = "same" if direction == "none" else "better" if (value > 0) == (direction == "higher") else "worse"
    css = "thin" if thin else good
    return f'<span class="lt-bars" aria-hidden="true"><i class="{css}" style="{side};width:{share:.1f}%"></i></span>'
