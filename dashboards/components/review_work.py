"""What is to be settled behind reviews: results to give, appeals to decide, and a new version of the scorecard."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import streamlit as st

from dashboards.components import review_html
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.components.page import Page, empty, refusals, section
from dashboards.components.review_detail import do, overdue_first
from dashboards.data import queries
from lingting import audit
from lingting.clock import local_day, now
from lingting.rights import Role
from lingting.store import open_store
from lingting.work.appeals import may_judge
from lingting.work.feedback import feed_back
from lingting.work.review_views import ReviewView, reviews_of
from lingting.work.scorecards import ScorecardVersion, add_version, versions
from lingting.work.scoring import DIMENSIONS, Weight

_SHOWN = 20


def _waiting(page: Page) -> list[ReviewView]:
    """Reviews whose result the person has to give: a supervisor those of the teams, quality the own ones."""
    viewer = page.viewer
    found = [one for one in reviews_of(open_store(), viewer) if one.may_follow("fed_back")]
    if viewer.role is not Role.SUPERVISOR:
        found = [one for one in found if one.evaluator_id == viewer.person]
    return overdue_first(found, now())


def n_feedback(page: Page) -> int:
    return len(_waiting(page))


def feedback(page: Page) -> None:
    texts = page.texts
    waiting = _waiting(page)
    section(texts("sampling.feedback"), texts("sampling.feedback_note"))
    if not waiting:
        empty(texts("sampling.no_feedback"), texts("sampling.no_feedback_advice"))
        return
    names = {agent.agent_id: agent.agent_name for agent in queries.agents(page.viewer)}
    for one in waiting[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"rvrow_{one.review_id}"):
            st.html(_line(page, one, names), width="stretch")
            if st.button(texts("reviews.feed_back"), key=f"feed_back_{one.review_id}"):
                do(page, one.review_id, partial(feed_back, open_store(), page.viewer, one.review_id))


def _line(page: Page, one: ReviewView, names: dict[str, str]) -> str:
    texts = page.texts
    lang = page.texts.in_links
    shown = link("review", names.get(one.agent_id, one.agent_id), review=one.review_id, lang=lang)
    due = texts("sampling.due_at", at=moment(one.feedback_due_at)) if one.feedback_due_at else NO_VALUE
    n = sum(item.is_deducted for item in one.items.values())
    words = texts("sampling.points_and_deductions", points=review_html.points(one.total.score_points), n=n)
    return (
        f'<div class="lt-find quiet">{shown} {review_html.state_chip(one, now(), texts)}<br>'
        f"<small>{escaped(words)} · {escaped(due)} · {escaped(one.call_id)}</small></div>"
    )


def _appealed(page: Page) -> list[ReviewView]:
    return [one for one in reviews_of(open_store(), page.viewer) if one.may_follow("appeal_dismissed")]


def n_appeals(page: Page) -> int:
    return sum(may_judge(page.viewer, one.evaluator_id, one.agent_id) for one in _appealed(page))


def appeals(page: Page) -> None:
    texts = page.texts
    found = _appealed(page)
    section(texts("sampling.appeals"), texts("sampling.appeals_note"))
    if not found:
        empty(texts("sampling.no_appeals"), texts("sampling.no_appeals_advice"))
        return
    names = {agent.agent_id: agent.agent_name for agent in queries.agents(page.viewer)}
    lang = page.texts.in_links
    body = []
    for one in sorted(found, key=lambda one: one.steps[-1].happened_at):
        may = may_judge(page.viewer, one.evaluator_id, one.agent_id)
        label = texts("sampling.decide" if may else "sampling.see")
        body.append(
            [
                Cell(link("review", label, review=one.review_id, lang=lang)),
                text_cell(names.get(one.agent_id, one.agent_id)),
                text_cell(moment(one.steps[-1].happened_at)),
                text_cell(review_html.points(one.total.score_points), "num"),
                Cell(f'<span class="lt-words">{escaped(one.steps[-1].reason or "")}</span>', "wrap"),
                text_cell(NO_VALUE if may else texts("sampling.not_you")),
            ]
        )
    head = ["decide", "agent", "filed", "points", "reason", "who"]
    st.html(
        table([text_cell(texts(f"sampling.head_{name}"), "num" if name == "points" else "") for name in head], body)
    )


def n_versions(page: Page) -> int:
    return len(versions(open_store(), page.viewer))


def scorecard(page: Page) -> None:
    """The versions with their weights, and the form of a new one."""
    texts = page.texts
    known = versions(open_store(), page.viewer)
    section(texts("sampling.scorecard"), texts("sampling.scorecard_note"))
    st.html(_versions(page, known))
    with st.expander(texts("sampling.new_version")), st.form("new_scorecard", border=False):
        name = st.text_input(texts("sampling.version_name"), max_chars=100)
        today = local_day(now())
        begins = st.date_input(
            texts("sampling.begins"),
            today + timedelta(days=1),
            min_value=today + timedelta(days=1),
            format="YYYY-MM-DD",
        )
        weights = {one: _weight(page, one, known[-1].weights[one]) for one in DIMENSIONS}
        if st.form_submit_button(texts("sampling.add_version"), type="primary"):
            with refusals(texts):
                assert isinstance(begins, date)
                add_version(open_store(), page.viewer, name, begins, weights)
                audit.note(page.viewer, "change", "scorecard", name)
                st.rerun()


def _weight(page: Page, dimension: str, before: Weight) -> Weight:
    texts = page.texts
    left, right = st.columns(2)
    label = texts(f"dimension.{dimension}")
    weight = left.number_input(
        texts("sampling.weight_of", name=label),
        0.0,
        100.0,
        before.weight_points,
        5.0,
        format="%g",
        key=f"sc_w_{dimension}",
    )
    passing = right.number_input(
        texts("sampling.pass_of", name=label), 0.0, 100.0, before.pass_points, 5.0, format="%g", key=f"sc_p_{dimension}"
    )
    return Weight(float(weight), float(passing), before.is_behaviour)


def _versions(page: Page, known: list[ScorecardVersion]) -> str:
    texts = page.texts
    head = [text_cell(texts("sampling.head_version")), text_cell(texts("sampling.head_from"))]
    head += [text_cell(texts(f"dimension.{one}"), "num") for one in DIMENSIONS]
    body = [
        [
            text_cell(one.version),
            text_cell(one.valid_from.isoformat()),
            *(
                text_cell(
                    f"{review_html.points(one.weights[name].weight_points)} "
                    f"(≥{review_html.points(one.weights[name].pass_points)})",
                    "num",
                )
                for name in DIMENSIONS
            ),
        ]
        for one in reversed(known)
    ]
    return table(head, body)
