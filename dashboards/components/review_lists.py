"""Calls that wait for a scoring: the level-2 list by agent, the level-3 queue, blind second ones, own drafts."""

from __future__ import annotations

import streamlit as st

from dashboards.components import address
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import NO_VALUE, clock, moment
from dashboards.components.page import Page, empty, section
from dashboards.data import queries, reviews
from dashboards.data.rows_reviews import Coverage, PlannedCall
from lingting.clock import local, local_day, now
from lingting.rights import Role
from lingting.store import open_store
from lingting.work.drafts import my_drafts
from lingting.work.second_scoring import queue

_SHOWN = 40


def _names(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """Names of agents and of queues."""
    agents = {agent.agent_id: agent.agent_name for agent in queries.agents(page.viewer)}
    return agents, {one.item_id: one.name(page.language) for one in queries.queues(page.viewer)}


def _done(page: Page, rows: list[Coverage]) -> dict[str, int]:
    """Samples of the plan's month by agent: of the build, and those of this cockpit that it does not know yet."""
    if not rows:
        return {}
    ours = reviews.done_since(page.viewer, rows[0].plan_month)
    return {row.agent_id: row.n_done + ours.get(row.agent_id, 0) for row in rows}


def n_level2(page: Page) -> int:
    """Scorings that the quota of the month still asks for."""
    rows = reviews.coverage(page.viewer)
    done = _done(page, rows)
    return sum(max(row.n_due - done[row.agent_id], 0) for row in rows)


def level2(page: Page) -> None:
    texts = page.texts
    rows = reviews.coverage(page.viewer)
    if not rows:
        empty(texts("sampling.no_plan"), texts("sampling.no_plan_advice"))
        return
    month = rows[0].plan_month
    section(texts("sampling.month", year=month.year, month=f"{month.month:02d}"), texts("sampling.level2_note"))
    done = _done(page, rows)
    st.html(_progress(page, rows, done))
    if page.viewer.role is Role.SUPERVISOR:
        _list_of_one(page, rows, done)


def _list_of_one(page: Page, rows: list[Coverage], done: dict[str, int]) -> None:
    """The list of one agent, at first of the one who lacks most samples."""
    texts = page.texts
    known = {row.agent_id: row.agent_name or row.agent_id for row in rows}
    wanted = address.read().get("agent")
    behind = max(rows, key=lambda row: row.n_due - done[row.agent_id]).agent_id
    chosen = st.selectbox(
        texts("sampling.agent"),
        list(known),
        index=list(known).index(wanted if wanted in known else behind),
        format_func=lambda agent: texts(
            "sampling.agent_left", name=known[agent], n=max(_due(rows, agent) - done[agent], 0)
        ),
        key=f"sampling_agent_{page.language}",
        placeholder=texts("filter.choose"),
    )
    address.write({"agent": chosen})
    _planned(page, reviews.sampling_plan(page.viewer, chosen))


def _due(rows: list[Coverage], agent_id: str) -> int:
    return next(row.n_due for row in rows if row.agent_id == agent_id)


def _progress(page: Page, rows: list[Coverage], done: dict[str, int]) -> str:
    texts = page.texts
    body = []
    for row in rows:
        share = min(done[row.agent_id] / row.n_due, 1) if row.n_due else 1
        css = "lt-pass" if share >= 1 else "lt-watch"
        icon, words = ("✓", texts("sampling.met")) if share >= 1 else ("!", texts("sampling.open"))
        bar = f'<div class="lt-rv-bar" role="img" aria-label="{share:.0%}"><i style="width:{share:.0%}"></i></div>'
        tags = "".join(
            f'<span class="lt-tag quiet">{escaped(texts(key))}</span>'
            for key, is_so in (("sampling.new_agent", row.is_new_agent), ("sampling.unstable", row.is_unstable))
            if is_so
        )
        body.append(
            [
                text_cell(row.agent_name or row.agent_id),
                Cell(f"{done[row.agent_id]} / {row.n_due}", "num"),
                Cell(bar),
                Cell(f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{escaped(words)}</span>'),
                text_cell(NO_VALUE if row.n_done_before is None else row.n_done_before, "num"),
                Cell(tags or NO_VALUE),
            ]
        )
    head = ["agent", "done", "progress", "state", "before", "marks"]
    return table(
        [text_cell(texts(f"sampling.head_{name}"), "num" if name in ("done", "before") else "") for name in head], body
    )


def _planned(page: Page, calls: list[PlannedCall]) -> None:
    texts = page.texts
    scored = reviews.reviewed_calls(page.viewer, [call.call_id for call in calls], 2)
    _, queue_names = _names(page)
    body = []
    for call in sorted(calls, key=lambda one: one.call_id in scored):
        is_done = call.call_id in scored
        state = (
            f'<span class="lt-chip lt-pass"><b aria-hidden="true">✓</b>{escaped(texts("sampling.scored"))}</span>'
            if is_done
            else link("review", texts("sampling.score"), call=call.call_id, lang=page.texts.in_links)
        )
        risk = f'<span class="lt-tag risk">{escaped(texts("sampling.high_risk"))}</span>' if call.is_high_risk else ""
        body.append(
            [
                Cell(state),
                text_cell(f"{local(call.answered_at):%m-%d %H:%M}"),
                Cell(risk or NO_VALUE),
                text_cell(queue_names.get(call.queue_id, call.queue_id)),
                text_cell(call.topic or NO_VALUE),
                text_cell(clock(call.handle_seconds), "num"),
            ]
        )
    head = ["score", "time", "risk", "queue", "topic", "length"]
    st.html(
        table([text_cell(texts(f"sampling.head_{name}"), "num" if name == "length" else "") for name in head], body)
    )


def n_level3(page: Page) -> int:
    return len(reviews.level3_queue(page.viewer))


def level3(page: Page) -> None:
    texts, today = page.texts, local_day(now())
    cases = reviews.level3_queue(page.viewer)
    section(texts("sampling.level3"), texts("sampling.level3_note"))
    if not cases:
        empty(texts("sampling.no_level3"), texts("sampling.no_level3_advice"))
        return
    _, queue_names = _names(page)
    body = []
    for case in cases[:_SHOWN]:
        why = [texts("sampling.high_risk")] if case.is_risk else []
        why += [texts("sampling.low_score")] if case.is_low_score else []
        late = case.due_date < today
        due = f'<span class="lt-tag {"risk" if late else "quiet"}">{case.due_date}'
        due += f" {escaped(texts('sampling.late'))}</span>" if late else "</span>"
        body.append(
            [
                Cell(link("review", texts("sampling.score"), call=case.call_id, lang=page.texts.in_links)),
                Cell(due),
                Cell("".join(f'<span class="lt-tag risk">{escaped(one)}</span>' for one in why)),
                text_cell(case.agent_name or case.agent_id),
                text_cell(f"{local(case.answered_at):%m-%d %H:%M}"),
                text_cell(queue_names.get(case.queue_id, case.queue_id)),
                text_cell(case.topic or NO_VALUE),
            ]
        )
    head = ["score", "due", "why", "agent", "time", "queue", "topic"]
    st.html(table([text_cell(texts(f"sampling.head_{name}")) for name in head], body))
    if len(cases) > _SHOWN:
        st.html(f'<div class="lt-note">{escaped(texts("sampling.more", shown=_SHOWN, n=len(cases)))}</div>')


def n_second(page: Page) -> int:
    return len(queue(open_store(), page.viewer))


def second(page: Page) -> None:
    texts = page.texts
    waiting = queue(open_store(), page.viewer)
    section(texts("sampling.second"), texts("sampling.second_note"))
    if not waiting:
        empty(texts("sampling.no_second"), texts("sampling.no_second_advice"))
        return
    body = []
    for review_id, call_id, closes in waiting[:_SHOWN]:
        open_form = link("review", texts("sampling.score"), call=call_id, about=review_id, lang=page.texts.in_links)
        body.append([Cell(open_form), text_cell(call_id), text_cell(moment(closes))])
    st.html(table([text_cell(texts(f"sampling.head_{name}")) for name in ("score", "call", "closes")], body))


def n_drafts(page: Page) -> int:
    return len(my_drafts(open_store(), page.viewer))


def drafts(page: Page) -> None:
    texts = page.texts
    found = my_drafts(open_store(), page.viewer)
    section(texts("sampling.drafts"), texts("sampling.drafts_note"))
    if not found:
        empty(texts("sampling.no_drafts"), texts("sampling.no_drafts_advice"))
        return
    body = [
        [
            Cell(
                link(
                    "review",
                    texts("sampling.resume"),
                    call=one.call_id,
                    about=one.about_review_id,
                    lang=page.texts.in_links,
                )
            ),
            text_cell(texts(f"review_kind.{one.kind}")),
            text_cell(one.call_id),
            text_cell(moment(one.saved_at) if one.saved_at else NO_VALUE),
        ]
        for one in found
    ]
    st.html(table([text_cell(texts(f"sampling.head_{name}")) for name in ("score", "kind", "call", "saved")], body))
