"""Quality issues from finding to verified closure: the board, one issue with its history and next step, a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from dashboards.components import address, issue_html, loop_html
from dashboards.components.html import escaped, link
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.work_form import Sent, WorkForm, handle
from dashboards.data import loop, queries
from dashboards.data.people import names as named
from dashboards.data.rows_loop import IssueLine
from lingting.clock import today
from lingting.store import open_store
from lingting.work import issues as work
from lingting.work.cases import Evidence
from lingting.work.people import people

DUE_DAYS, LAST_DUE_DAYS = 14, 180


def render(page: Page) -> None:
    with refusals(page.texts):
        _act(page)
        wanted = address.read()
        if wanted.get("new"):
            _new(page, wanted)
        elif wanted.get("issue"):
            _one(page, wanted["issue"])
        else:
            _board(page)


def _act(page: Page) -> None:
    """Do what was sent; then the page is drawn over the new state."""
    opened = handle(page, "issue_new", lambda sent: _open(page, sent), page.texts("issues.opened"))
    if opened:
        address.write({"new": None, "call": None, "rule": None, "kpi": None, "queue": None, "at": None,
                       "issue": opened})  # fmt: skip
    handle(page, "issue_step", lambda sent: _advance(page, sent), page.texts("loop.kept"))


def _open(page: Page, sent: Sent) -> str:
    new = work.NewIssue(
        topic=sent.text("topic"),
        text=sent.text("text"),
        issue_kind=sent.text("kind"),
        found_by=sent.text("found_by"),
        owner_id=sent.text("owner"),
        queue_id=sent.choice("queue"),
        kpi_id=sent.choice("kpi"),
        rule_id=sent.choice("rule"),
        due_date=sent.day("due"),
        evidence=Evidence(sent.choice("call"), sent.number("second"), sent.choice("link")),
    )
    return work.open_issue(open_store(), page.viewer, new, sent.form)


def _advance(page: Page, sent: Sent) -> None:
    move = work.Move(
        step=sent.step,
        text=sent.text("text"),
        owner_id=sent.choice("owner"),
        due_date=sent.day("due"),
        evidence=Evidence(sent.choice("call"), sent.number("second"), sent.choice("link")),
    )
    work.advance(open_store(), page.viewer, sent.case_id, move, sent.form)


def _board(page: Page) -> None:
    texts, store = page.texts, open_store()
    own = work.list_issues(store, page.viewer)
    names = named()
    others = _lines_of_others(page, {issue.issue_id for issue in own})
    overdue = sum(work.is_overdue(issue, today()) for issue in own) + sum(line.days_late > 0 for line in others)
    n_open = sum(issue.stage != "verified" for issue in own) + sum(not line.is_closed for line in others)
    title(texts("nav.issues"), texts("issues.tally", open=n_open, overdue=overdue))
    st.html(
        f'<div class="lt-note">{link("issues", texts("issues.new"), new="1", lang=page.texts.in_links)} · '
        f"{escaped(texts('issues.note'))}</div>"
    )
    if own:
        st.html(issue_html.board(page, own, names, today()))
    else:
        empty(texts("issues.none"), texts("issues.none_advice"))
    if others:
        _others(page, others, names)


def _lines_of_others(page: Page, own: set[str]) -> list[IssueLine]:
    """Issues of other systems; one that was entered here and is loaded back is not among them."""
    return [line for line in loop.issues(page.viewer) if line.issue_id not in own]


def _others(page: Page, lines: Sequence[IssueLine], names: Mapping[str, str]) -> None:
    texts = page.texts
    section(texts("issues.others"), texts("issues.others_note"))
    only_open = st.toggle(texts("issues.only_open"), value=True, key="issues_only_open")
    shown = [line for line in lines if not (only_open and line.is_closed)]
    queue_names = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
    st.html(issue_html.others(page, shown[:50], names, queue_names))
    if len(shown) > 50:
        st.html(f'<div class="lt-note">{escaped(texts("loop.more", n=len(shown) - 50))}</div>')


def _one(page: Page, issue_id: str) -> None:
    texts, store = page.texts, open_store()
    file = work.read_issue(store, page.viewer, issue_id)
    if file is None:
        _one_of_others(page, issue_id)
        return
    names = named()
    queue_names = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
    title(file.issue.topic, issue_id)
    st.html(_back(page))
    with card("issue_facts"):
        st.html(loop_html.way(page, issue_html.WAY, file.issue.stage))
        st.html(issue_html.facts(page, file.issue, names, queue_names, loop.kpi_choices(page.viewer), today()))
    left, right = st.columns([3, 2])
    with left, card("issue_history"):
        section(texts("loop.history"))
        kept = {step.seq_no: loop_html.effect_json(page, step.effect) for step in file.steps if step.effect}
        st.html(loop_html.history(page, file.steps, names, kept))
    with right:
        _effect(page, file)
        _next(page, file)


def _one_of_others(page: Page, issue_id: str) -> None:
    found = next((line for line in loop.issues(page.viewer) if line.issue_id == issue_id), None)
    title(found.topic if found else page.texts("nav.issues"), issue_id)
    st.html(_back(page))
    if found is None:
        empty(page.texts("refused.unknown_case"), page.texts("issues.unknown_advice"))
        return
    with card("issue_facts"):
        st.html(loop_html.way(page, issue_html.WAY, found.stage))
        st.html(issue_html.facts_of_other(page, found, named()))
        st.html(f'<div class="lt-note">{escaped(page.texts("issues.read_only"))}</div>')


def _back(page: Page) -> str:
    return f'<div class="lt-note">{link("issues", page.texts("issues.back"), lang=page.texts.in_links)}</div>'


def _effect(page: Page, file: work.IssueFile) -> None:
    """What the verifier decides on, before it is kept with the decision."""
    if file.issue.stage != "implemented":
        return
    effect = work.measured(page.viewer, file)
    if effect is not None:
        with card("issue_effect"):
            section(page.texts("loop.effect"))
            st.html(loop_html.effect(page, effect))


def _next(page: Page, file: work.IssueFile) -> None:
    texts = page.texts
    steps = [step for step in file.next_steps if step != "verified" or page.viewer.may("verify_issue")]
    with card("issue_next"):
        section(texts("issues.next"))
        if "verified" in file.next_steps and not page.viewer.may("verify_issue"):
            st.html(f'<div class="lt-note">{escaped(texts("issues.others_verify"))}</div>')
        if "verified" in steps and page.viewer.person in file.may_not_verify:
            st.html(f'<div class="lt-note">{escaped(texts("refused.same_person"))}</div>')
            steps.remove("verified")
        form = WorkForm(page, "issue_step", file.issue.issue_id, file.issue.version)
        with st.form(form.name, border=False):
            form.words("text", texts(f"issues.say_{steps[0]}"))
            if not {"verified"} & set(steps):
                _owner(form, page, file.issue.owner_id)
            if {"measures_set", "reopened"} & set(steps):
                _due(form, page, file.issue.due_date, steps)
            _evidence(form)
            for step in steps:
                form.send(texts(f"loop.do_{step}"), step, primary=step == steps[0])


def _due(form: WorkForm, page: Page, due_date: date | None, steps: list[str]) -> None:
    """Measures need a due date; a reopened issue may keep the one it had."""
    if "measures_set" in steps:
        chosen = max(due_date or today() + timedelta(days=DUE_DAYS), today())
        form.day("due", page.texts("issues.due"), today(), _last_due(), chosen)
    else:
        label, none = page.texts("issues.due_if_reopened"), page.texts("issues.due_as_before")
        form.day("due", label, today(), _last_due(), None, none)


def _owner(form: WorkForm, page: Page, chosen: str) -> None:
    options = people(open_store(), "work_issue")
    names = {person.person: f"{person.name} · {page.texts(f'role.{person.role}')}" for person in options}
    if chosen not in names:
        names[chosen] = chosen
    form.pick("owner", page.texts("loop.owner"), list(names), lambda one: names[one], chosen)


def _evidence(form: WorkForm, call_id: str = "", second: float | None = None) -> None:
    words = form.page.texts
    with st.expander(words("loop.add_evidence"), expanded=bool(call_id) or form.has_typed("call", "link")):
        form.line("call", words("loop.call"), call_id)
        form.number("second", words("loop.second"), second)
        form.line("link", words("loop.link"))


def _new(page: Page, wanted: dict[str, str]) -> None:
    texts, viewer = page.texts, page.viewer
    title(texts("issues.new"), texts("issues.new_note"))
    st.html(_back(page))
    queue_names = {queue.item_id: queue.name(page.language) for queue in queries.queues(viewer)}
    kpis = {kpi.kpi_id: kpi.label(page.language) for kpi in loop.kpi_choices(viewer)}
    rules = {rule.rule_id: rule.label(page.language) for rule in queries.rules(viewer)}
    none = texts("loop.none")
    at = wanted.get("at", "")
    form = WorkForm(page, "issue_new")
    with card("issue_new"), st.form(form.name, border=False):
        left, right = st.columns(2)
        with left:
            form.line("topic", texts("issues.topic"), rules.get(wanted.get("rule", ""), ""))
            form.words("text", texts("issues.say_found"))
            form.pick("kind", texts("issues.kind"), work.KINDS, lambda one: texts(f"issues.kind_{one}"),
                      "compliance" if wanted.get("rule") else "service")  # fmt: skip
            form.pick("found_by", texts("issues.found_by"), work.SOURCES, lambda one: texts(f"issues.by_{one}"),
                      "inspection" if wanted.get("rule") else "review")  # fmt: skip
        with right:
            _owner(form, page, viewer.person)
            form.day("due", texts("issues.due"), today(), _last_due(), today() + timedelta(days=DUE_DAYS))
            form.pick("queue", texts("filter.queue"), ["", *queue_names], lambda one: queue_names.get(one, none),
                      wanted.get("queue"))  # fmt: skip
            form.pick("kpi", texts("issues.kpi"), ["", *kpis], lambda one: kpis.get(one, none), wanted.get("kpi"))
            form.pick("rule", texts("issues.rule"), ["", *rules], lambda one: rules.get(one, none),
                      wanted.get("rule"))  # fmt: skip
        _evidence(form, wanted.get("call", ""), float(at) if at.isdecimal() else None)
        form.send(texts("issues.open"), "found")


def _last_due() -> date:
    return today() + timedelta(days=LAST_DUE_DAYS)
