"""Service star of a month, quality model of a quarter: who may be ranked and why not, nominations and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from dashboards.components import loop_html
from dashboards.components.filters import _named_filter
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import NO_VALUE
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.work_form import Sent, WorkForm, handle
from dashboards.data import loop
from dashboards.data.people import names as named
from dashboards.data.rows import Named
from dashboards.data.rows_loop import Star
from lingting.store import open_store
from lingting.work import nominations as work

_CHIPS = {"nominated": ("open", "◷"), "granted": ("pass", "★"), "declined": ("open", "✕")}


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    with refusals(texts):
        handle(page, "star_new", lambda sent: _nominate(page, sent), texts("loop.kept"))
        handle(page, "star_step", lambda sent: _decide(page, sent), texts("loop.kept"))
        title(texts("nav.stars"), texts("stars.lead"))
        periods = loop.star_periods(viewer)
        if not periods:
            empty(texts("stars.none"), texts("stars.none_advice"))
            return
        options = {f"{grain}:{start}": (grain, start) for grain, start in periods}
        named = [Named(key, *(_period(page, *found),) * 2) for key, found in options.items()]
        grain, start = options[_named_filter(page, "period", named, None) or next(iter(options))]
        ranking = loop.stars(viewer, grain, start)
        made = work.list_nominations(open_store(), viewer, grain, start)
        names = {star.agent_id: star.agent_name or star.agent_id for star in ranking}
        _nominations(page, made, names)
        _ranking(page, ranking, grain)
        if viewer.may("nominate"):
            _new(page, ranking, {file.nomination.agent_id for file in made}, f"{grain}:{start}")


def _period(page: Page, grain: str, start: date) -> str:
    if grain == "quarter":
        return page.texts("stars.quarter", year=start.year, quarter=(start.month + 2) // 3)
    return page.texts("stars.month", year=start.year, month=f"{start.month:02d}")


def _nominate(page: Page, sent: Sent) -> str:
    grain, _, start = sent.case_id.partition(":")
    return work.nominate(open_store(), page.viewer, sent.text("agent"), grain, date.fromisoformat(start),
                         sent.text("reason"), sent.form)  # fmt: skip


def _decide(page: Page, sent: Sent) -> None:
    work.decide_nomination(open_store(), page.viewer, sent.case_id, sent.step, sent.text("reason"), sent.form)


def _nominations(page: Page, made: list[work.NominationFile], names: Mapping[str, str]) -> None:
    texts, viewer = page.texts, page.viewer
    section(texts("stars.nominations"))
    if not made:
        st.html(f'<div class="lt-note">{escaped(texts("stars.no_nomination"))}</div>')
    shown = named()
    for file in made:
        one = file.nomination
        with card(f"star_{one.nomination_id}"):
            chip = loop_html.tag(*_CHIPS[one.stage], texts(f"loop.step_{one.stage}"))
            st.html(f'<div class="lt-score"><b>{escaped(names.get(one.agent_id, one.agent_id))}</b> {chip}</div>')
            st.html(loop_html.history(page, file.steps, shown))
            if one.stage != "nominated" or not viewer.may("decide_nomination"):
                continue
            form = WorkForm(page, "star_step", one.nomination_id, one.version)
            with st.expander(texts("stars.decide")), st.form(form.name, border=False):
                form.words("reason", texts("stars.reason"))
                form.send(texts("loop.do_granted"), "granted")
                form.send(texts("loop.do_declined"), "declined", primary=False)


def _ranking(page: Page, ranking: list[Star], grain: str) -> None:
    texts = page.texts
    section(texts("stars.ranking"), texts(f"stars.rule_{grain}"))
    if not ranking:
        empty(texts("stars.nobody"), texts("stars.none_advice"))
        return
    head = [text_cell(texts(f"stars.{name}"), css) for name, css in
            (("place", "num"), ("agent", ""), ("score", "num"), ("quality", "num"), ("calls", "num"),
             ("eligible", ""))]  # fmt: skip
    st.html(table(head, [_row(page, star) for star in ranking]))


def _row(page: Page, star: Star) -> list[Cell]:
    def points(value: float | None) -> Cell:
        return text_cell(NO_VALUE if value is None else f"{value:.1f}", "num" if star.is_eligible else "num lt-thin")

    name = f"{escaped(star.agent_name or star.agent_id)} <small>{escaped(star.agent_id)}</small>"
    return [
        text_cell(star.place or NO_VALUE, "num"),
        Cell(name),
        points(star.score),
        points(star.quality_score),
        text_cell(f"{star.n_calls:,}", "num"),
        Cell(_eligible(page, star)),
    ]


def _eligible(page: Page, star: Star) -> str:
    texts = page.texts
    if star.is_eligible:
        return loop_html.tag("pass", "✓", texts("stars.may"))
    reasons = []
    if star.has_critical_failure:
        reasons.append(texts("stars.critical", n=star.n_critical))
    if star.has_few_calls:
        reasons.append(texts("stars.few_calls"))
    if star.is_scheme_short:
        reasons.append(texts("stars.scheme"))
    return "".join(loop_html.tag("open", "✕", reason) for reason in reasons)


def _new(page: Page, ranking: list[Star], nominated: set[str], period: str) -> None:
    texts = page.texts
    open_to = {star.agent_id: star.agent_name or star.agent_id for star in ranking
               if star.is_eligible and star.agent_id not in nominated}  # fmt: skip
    section(texts("stars.new"), texts("stars.new_note"))
    if not open_to:
        st.html(f'<div class="lt-note">{escaped(texts("stars.nobody_left"))}</div>')
        return
    form = WorkForm(page, "star_new", period)
    with card("star_new"), st.form(form.name, border=False):
        form.pick("agent", texts("stars.agent"), list(open_to), lambda one: open_to.get(one, one))
        form.words("reason", texts("stars.reason"))
        form.send(texts("stars.nominate"), "nominated")
