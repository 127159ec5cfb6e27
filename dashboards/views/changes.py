"""What changed, and where it lies: one KPI, two periods, the contributions of queues, teams, topics or agents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import address, cards, contribution, links
from dashboards.components.filters import kpi_filter, period_filter
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.kpi_set import shown_to
from dashboards.components.numbers import NO_VALUE, amount, clock, interval, period_name, step_words
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.status import chip
from dashboards.data import management, queries
from dashboards.data.periods import Period, period_of, periods
from dashboards.data.rows import Formula, Kpi
from dashboards.data.rows_management import Example
from lingting.clock import local
from lingting.kpi.change import step_of
from lingting.kpi.decompose import Decomposition
from lingting.kpi.moves import DIMENSIONS, Dimension


def render(page: Page) -> None:
    texts, days = page.texts, page.days
    if days is None:
        title(texts("nav.changes"))
        empty(texts("error.no_build"), texts("error.no_build_advice"))
        return
    cards.style()
    heading = st.container()
    which, against = st.columns([3, 1.2], vertical_alignment="bottom")
    with which:
        now = period_filter(page, *days)
    with against:
        before = _other_period(page, now, *days)
    formulas = shown_to(queries.catalogue(page.viewer), page.viewer.role)
    what, how = st.columns([1.4, 1.6], vertical_alignment="bottom")
    with what:
        formula = kpi_filter(page, formulas, label=True)
    with heading:
        title(texts("nav.changes"), formula.label(page.language))
    divided = _divided(page, formula, before, now)
    with how:
        dimension = _dimension(page, list(divided))
    ends = [_centre(page, formula, period) for period in (before, now)]
    names = _names(page, dimension)
    found = divided.get(dimension) if dimension else None
    with card("change"):
        _whole(page, formula, ends, found, names)
        _parts(page, formula, found, dimension, names, (before, now))
    if found is not None and dimension is not None:
        _examples(page, formula, found, dimension, names, now)


def _other_period(page: Page, now: Period, first: date, last: date) -> Period:
    """The period to compare with: the one before, or another of the same length; it stands in the address."""
    if now.grain == "range":
        return now.previous
    options = [period for period in periods(now.grain, first, last) if period != now]
    if not options:
        return now.previous
    wanted = address.read().get("vs", "")
    default = next((period for period in options if period.start.isoformat() == wanted), now.previous)
    chosen: Period = st.selectbox(
        page.texts("changes.against"),
        options,
        index=options.index(default) if default in options else 0,
        format_func=lambda period: period_name(period, page.texts),
        placeholder=page.texts("filter.choose"),
        key=f"changes_vs_{now.grain}_{now.start}_{page.language}",
    )
    address.write({"vs": chosen.start.isoformat() if chosen != now.previous else None})
    return period_of(now.grain, chosen.start)


def _divided(page: Page, formula: Formula, before: Period, now: Period) -> dict[Dimension, Decomposition]:
    """The change by each dimension that the KPI is kept by: what can not be chosen is not offered."""
    found = {
        dimension: management.contributions(
            page.viewer, formula.kpi_id, formula.formula_id, dimension, before, now, formula.unit == "count"
        )
        for dimension in DIMENSIONS
    }
    return {dimension: parts for dimension, parts in found.items() if parts is not None}


def _dimension(page: Page, options: Sequence[Dimension]) -> Dimension | None:
    if not options:
        return None
    wanted = address.read().get("by")
    chosen: Dimension = st.segmented_control(
        page.texts("changes.by"),
        options,
        default=next((known for known in options if known == wanted), options[0]),
        required=True,
        format_func=lambda item: page.texts(f"changes.by_{item}"),
        key=f"changes_by_{'_'.join(options)}_{page.language}",
    )
    address.write({"by": chosen if chosen != options[0] else None})
    return chosen


def _centre(page: Page, formula: Formula, period: Period) -> Kpi | None:
    rows = queries.kpis(page.viewer, period, "centre", ["centre"])
    key = (formula.kpi_id, formula.formula_id)
    return next((row for row in rows if (row.kpi_id, row.formula_id) == key), None)


def _names(page: Page, dimension: Dimension | None) -> dict[str, str]:
    viewer = page.viewer
    if dimension == "queue":
        return {queue.item_id: queue.name(page.language) for queue in queries.queues(viewer)}
    if dimension == "team":
        return {team.item_id: team.name(page.language) for team in queries.teams(viewer)}
    if dimension == "agent":
        return {agent.agent_id: agent.agent_name for agent in queries.agents(viewer)}
    return {}


def _whole(
    page: Page, formula: Formula, ends: Sequence[Kpi | None], found: Decomposition | None, names: dict[str, str]
) -> None:
    """From where to where, whether chance alone would do it, and who contributed most."""
    texts = page.texts
    before, now = ends
    if before is None or now is None or before.value is None or now.value is None:
        st.html(f'<div class="lt-note">{escaped(texts("changes.no_value"))}</div>')
        return
    moved = step_of(before, now)
    step = step_words(now.value - before.value, formula.unit, texts)
    first = texts(
        "changes.whole",
        kpi=formula.label(page.language),
        before=amount(before.value, formula.unit, texts),
        now=amount(now.value, formula.unit, texts),
        step=step,
    )
    judged = texts(f"changes.judged_{moved.judged}") if moved else texts("changes.judged_few")
    if moved and moved.low is not None and moved.high is not None:
        low, high = step_words(moved.low, formula.unit, texts), step_words(moved.high, formula.unit, texts)
        judged += texts("changes.interval", low=low, high=high)
    if found is not None and found.parts and found.change:
        most = max(found.parts, key=lambda part: part.total * found.change)
        judged += " " + texts(
            "changes.most",
            member=names.get(most.member, most.member) or texts("changes.rest"),
            step=step_words(most.total, formula.unit, texts),
        )
    cases = [texts("changes.cases", n=f"{row.n:,}", range=interval(row, texts) or NO_VALUE) for row in (before, now)]
    small = texts("changes.both_cases", before=cases[0], now=cases[1])
    st.html(
        f'<div class="lt-section"><h2 style="font-size:1.15rem">{escaped(first)}</h2></div>{chip(now.status, texts)}'
        f'<p style="margin:.3rem 0 .1rem">{escaped(judged)}</p><div class="lt-note">{escaped(small)}</div>'
    )


def _parts(
    page: Page,
    formula: Formula,
    found: Decomposition | None,
    dimension: Dimension | None,
    names: dict[str, str],
    spans: tuple[Period, Period],
) -> None:
    texts = page.texts
    if found is None or dimension is None:
        empty(texts("changes.not_divided"), texts("changes.not_divided_advice"))
        return
    st.html(contribution.html(page, formula, found, dimension, names, spans))
    with st.expander(texts("changes.how")):
        st.html(f'<div class="lt-note">{escaped(texts("changes.method"))}</div>')


def _examples(
    page: Page, formula: Formula, found: Decomposition, dimension: Dimension, names: dict[str, str], now: Period
) -> None:
    """Calls to listen to: of the member that the address names, else of the one that contributed most for the worse."""
    texts = page.texts
    members = [part.member for part in found.parts if part.member]
    if not members:
        return
    sign = 1 if formula.direction == "lower" else -1
    worst = max((part for part in found.parts if part.member), key=lambda part: sign * part.total).member
    wanted = st.query_params.get("member")
    member = wanted if wanted in members else worst
    calls = management.examples(page.viewer, formula.kpi_id, dimension, member, now)
    with card("examples"):
        section(texts("changes.examples", member=names.get(member, member)), texts("changes.examples_note"))
        if not calls:
            empty(texts("changes.no_examples"), texts("changes.no_examples_advice"))
            return
        head = ("time", "begin", "agent", "queue", "topic", "length", "csat")
        queues = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
        numbers = ("length", "csat")
        st.html(
            table(
                [text_cell(texts(f"changes.call_{name}"), "num" if name in numbers else "") for name in head],
                [_call(page, one, queues) for one in calls],
            )
        )


def _call(page: Page, one: Example, queues: dict[str, str]) -> list[Cell]:
    texts = page.texts
    at = None if one.at_seconds is None else str(int(one.at_seconds))
    words = texts("changes.call_open") if at is None else texts(f"changes.begin_{one.what}", at=clock(one.at_seconds))
    return [
        text_cell(f"{local(one.answered_at):%m-%d %H:%M}"),
        Cell(links.to(page, "call", words, call=one.call_id, at=at)),
        text_cell(one.agent_name or NO_VALUE),
        text_cell(queues.get(one.queue_id, one.queue_id)),
        text_cell(one.topic or NO_VALUE),
        text_cell(clock(one.handle_seconds), "num"),
        text_cell(NO_VALUE if one.csat_answer is None else str(one.csat_answer), "num"),
    ]
