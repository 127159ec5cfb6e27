"""The filters above a page: period, queue, team. Each is kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

import streamlit as st

from dashboards.components import address
from dashboards.components.numbers import period_name, weekday
from dashboards.components.page import Page
from dashboards.data.periods import GRAINS, Grain, Period, period_from, period_of, periods, url_of
from dashboards.data.rows import Formula, Named
from dashboards.i18n import Texts

PERIOD_KEYS = ("grain", "from", "to")
T = TypeVar("T")


def period_filter(page: Page, first: date, last: date) -> Period:
    """Day, week, month or any range; the choice goes into the address."""
    texts = page.texts
    chosen = period_from(address.read(), first, last)
    kind, which, until = st.columns([1.35, 1.1, 1.1], vertical_alignment="bottom")
    grain: Grain = kind.segmented_control(
        texts("filter.period"),
        GRAINS,
        default=chosen.grain,
        required=True,
        format_func=lambda item: texts(f"period.{item}"),
        key=f"filter_grain_{texts.language}",
        width="stretch",
    )
    if grain != chosen.grain:
        chosen = _as_grain(chosen, grain, first, last)
    if grain == "range":
        with which:
            start = _day_box("from", chosen.start, first, last, texts)
        with until:
            end = _day_box("to", chosen.end, first, last, texts)
        chosen = Period("range", min(start, end), max(start, end))
    else:
        options = periods(grain, first, last)
        with which:
            chosen = _box(texts, grain, options, chosen, lambda item: period_name(item, texts))
    address.write({**dict.fromkeys(PERIOD_KEYS), **url_of(chosen)}, keep=PERIOD_KEYS)
    return chosen


def _as_grain(chosen: Period, grain: Grain, first: date, last: date) -> Period:
    """The same time seen in another grain: a month becomes its last week or day with data."""
    if grain == "range":
        return Period("range", max(chosen.start, first), min(chosen.end, last))
    return period_of(grain, min(chosen.end, last))


def _day_box(what: str, chosen: date, first: date, last: date, texts: Texts) -> date:
    days = [last - timedelta(days=back) for back in range((last - first).days + 1)]
    return _box(texts, what, days, chosen, lambda day: f"{day.isoformat()} {weekday(day, texts)}")


def _box(texts: Texts, what: str, options: Sequence[T], chosen: T, shown: Callable[[T], str], label: bool = True) -> T:
    """A box of one filter. Streamlit keeps the shown words of a box under its key, so each language has its own key."""
    return st.selectbox(
        texts(f"filter.{what}"),
        options,
        index=options.index(chosen) if chosen in options else 0,
        format_func=shown,
        key=f"filter_{what}_{texts.language}",
        placeholder=texts("filter.choose"),
        label_visibility="visible" if label else "collapsed",
    )


def queue_filter(page: Page, queues: Sequence[Named]) -> str | None:
    """One queue, or None for the whole centre."""
    return _named_filter(page, "queue", queues, page.texts("filter.all_queues"))


def team_filter(page: Page, teams: Sequence[Named]) -> str:
    """One of the viewer's teams; no box when there is only one."""
    if len(teams) == 1:
        return teams[0].item_id
    return _named_filter(page, "team", teams, None) or teams[0].item_id


def _named_filter(page: Page, what: str, items: Sequence[Named], everything: str | None) -> str | None:
    names = {item.item_id: item.name(page.language) for item in items}
    options: list[str | None] = [*([None] if everything else []), *names]
    wanted = address.read().get(what)
    chosen = _box(
        page.texts,
        what,
        options,
        wanted if wanted in names else options[0],
        lambda item: names[item] if item else everything or "",
    )
    address.write({what: chosen}, keep=(what,))
    return chosen


def kpi_filter(page: Page, formulas: Sequence[Formula], label: bool = False) -> Formula:
    """The KPI of the trend chart."""
    by_id = {formula.kpi_id: formula for formula in formulas if formula.is_default}
    wanted = address.read().get("kpi")
    options = list(by_id)
    chosen = _box(
        page.texts,
        "kpi",
        options,
        wanted if wanted in by_id else options[0],
        lambda item: by_id[item].label(page.language),
        label=label,
    )
    address.write({"kpi": chosen if chosen != options[0] else None}, keep=("kpi",))
    return by_id[chosen]
