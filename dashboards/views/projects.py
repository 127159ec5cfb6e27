"""Improvement projects by DMAIC: the list, one project with its control chart and what it changed, a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

import streamlit as st

from dashboards.components import address, control_chart, loop_html
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.loop_html import fact_grid
from dashboards.components.numbers import amount, name_of
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.work_form import Sent, WorkForm, handle
from dashboards.data import loop, queries
from dashboards.data.people import names as named
from dashboards.data.rows_loop import KpiChoice, ProjectLine
from lingting.clock import local_day
from lingting.store import open_store
from lingting.store.models import Project, ProjectStep
from lingting.work import Refused
from lingting.work import projects as work
from lingting.work.improvements import project_effect
from lingting.work.people import people


def render(page: Page) -> None:
    with refusals(page.texts):
        _act(page)
        wanted = address.read()
        kpis = {kpi.kpi_id: kpi for kpi in loop.kpi_choices(page.viewer)}
        if wanted.get("new"):
            _new(page, kpis)
        elif wanted.get("project"):
            _one(page, wanted["project"], kpis)
        else:
            _list(page, kpis)


def _act(page: Page) -> None:
    opened = handle(page, "project_new", lambda sent: _open(page, sent), page.texts("projects.opened"))
    if opened:
        address.write({"new": None, "project": opened})
    handle(page, "project_phase", lambda sent: _begin(page, sent), page.texts("loop.kept"))


def _open(page: Page, sent: Sent) -> str:
    kpi_id = sent.text("kpi")
    choice = next((kpi for kpi in loop.kpi_choices(page.viewer) if kpi.kpi_id == kpi_id), None)
    scale = _scale(choice)
    new = work.NewProject(
        title_zh=sent.text("title_zh"),
        title_en=sent.text("title_en"),
        text=sent.text("text"),
        owner_id=sent.text("owner"),
        kpi_id=kpi_id,
        target_value=_needed(sent.number("target"), scale),
        baseline_value=_needed(sent.number("baseline"), scale),
        queue_id=sent.choice("queue"),
    )
    return work.open_project(open_store(), page.viewer, new, sent.form)


def _begin(page: Page, sent: Sent) -> None:
    file = work.read_project(open_store(), page.viewer, sent.case_id)
    choice = next((kpi for kpi in loop.kpi_choices(page.viewer) if file and kpi.kpi_id == file.project.kpi_id), None)
    result = _scaled(sent.number("result"), _scale(choice))
    work.begin_phase(open_store(), page.viewer, sent.case_id, sent.step, sent.text("text"), sent.form, result)


def _scale(kpi: KpiChoice | None) -> float:
    """People type shares as per cent."""
    return 100.0 if kpi is not None and kpi.unit == "ratio" else 1.0


def _needed(value: float | None, scale: float) -> float:
    if value is None:
        raise Refused("bad_number", "a project has a baseline and a target")
    return value / scale


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value / scale


def _lines(page: Page) -> tuple[list[ProjectLine], set[str]]:
    """The store's projects first, then those of other systems; and which are the store's."""
    own = work.list_projects(open_store(), page.viewer)
    ids = {project.project_id for project in own}
    return [_line(project, ()) for project in own] + [
        line for line in loop.projects(page.viewer) if line.project_id not in ids
    ], ids


def _line(project: Project, steps: tuple[ProjectStep, ...]) -> ProjectLine:
    days = {f"{step.step}_date": local_day(step.happened_at) for step in steps}
    same = {field.name: getattr(project, field.name) for field in fields(ProjectLine) if hasattr(project, field.name)}
    dates = dict.fromkeys((f"{phase}_date" for phase in work.PHASES), None)
    return ProjectLine(**{**dates, **days, **same, "phase": project.stage})


def _list(page: Page, kpis: dict[str, KpiChoice]) -> None:
    texts = page.texts
    lines, own = _lines(page)
    n_open = sum(line.phase != "closed" for line in lines)
    title(texts("nav.projects"), texts("projects.tally", open=n_open, closed=len(lines) - n_open))
    st.html(
        f'<div class="lt-note">{link("projects", texts("projects.new"), new="1", lang=page.texts.in_links)} · '
        f"{escaped(texts('projects.note'))}</div>"
    )
    if not lines:
        empty(texts("projects.none"), texts("projects.none_advice"))
        return
    names = named()
    head = [text_cell(texts(f"projects.{name}"), css) for name, css in
            (("title", ""), ("phase", ""), ("kpi", ""), ("baseline_entered", "num"), ("target", "num"),
             ("result_entered", "num"), ("owner", ""), ("from", ""))]  # fmt: skip
    rows = []
    for line in lines:
        unit, label = _kpi(page, line, kpis)
        rows.append(
            [
                Cell(link("projects", line.title(page.language), line.project_id, project=line.project_id,
                          lang=page.texts.in_links)),
                text_cell(texts.maybe(f"loop.step_{line.phase}", line.phase)),
                text_cell(label),
                *(text_cell(amount(value, unit, texts), "num")
                  for value in (line.baseline_value, line.target_value, line.result_value)),
                text_cell(name_of(names, line.owner_id)),
                text_cell(texts("loop.by_store") if line.project_id in own else texts("loop.by_load")),
            ]
        )  # fmt: skip
    st.html(table(head, rows))


def _kpi(page: Page, line: ProjectLine, kpis: dict[str, KpiChoice]) -> tuple[str, str]:
    found = kpis.get(line.kpi_id)
    return (found.unit, found.label(page.language)) if found else ("", line.kpi_id)


def _one(page: Page, project_id: str, kpis: dict[str, KpiChoice]) -> None:
    texts = page.texts
    file = work.read_project(open_store(), page.viewer, project_id)
    if file is not None:
        line: ProjectLine | None = _line(file.project, file.steps)
    else:
        line = next((found for found in loop.projects(page.viewer) if found.project_id == project_id), None)
    title(line.title(page.language) if line else texts("nav.projects"), project_id)
    st.html(f'<div class="lt-note">{link("projects", texts("projects.back"), lang=page.texts.in_links)}</div>')
    if line is None:
        empty(texts("refused.unknown_case"), texts("projects.unknown_advice"))
        return
    unit, label = _kpi(page, line, kpis)
    names = named()
    with card("project_facts"):
        st.html(loop_html.way(page, work.PHASES, line.phase))
        owner = name_of(names, line.owner_id)
        pairs = [(texts("loop.owner"), owner), (texts("projects.kpi"), label)]
        for name, value in (
            ("baseline_entered", line.baseline_value),
            ("target", line.target_value),
            ("result_entered", line.result_value),
        ):
            pairs.append((texts(f"projects.{name}"), amount(value, unit, texts)))
        st.html(fact_grid([(name, escaped(value)) for name, value in pairs]))
    _chart(page, line, unit)
    _before_after(page, line)
    if file is not None:
        _work(page, file, unit, names)


def _phases(line: ProjectLine) -> list[tuple[str, date]]:
    days = (line.define_date, line.measure_date, line.analyse_date, line.improve_date, line.control_date,
            line.closed_date)  # fmt: skip
    found = [(name, day) for name, day in zip(work.PHASES, days, strict=True) if day is not None]
    return sorted(found, key=lambda phase: phase[1])


def _chart(page: Page, line: ProjectLine, unit: str) -> None:
    texts = page.texts
    with card("project_chart"):
        section(texts("projects.chart"), texts("projects.chart_note"))
        days = loop.control_chart(page.viewer, line.project_id)
        if not days:
            empty(texts("projects.no_chart"), texts("projects.no_chart_advice"))
            return
        drawn = control_chart.chart(days, _phases(line), unit, texts)
        st.altair_chart(drawn, theme=None, width="stretch", key="project_chart")
        n_beyond = sum(day.is_beyond_limits for day in days)
        n_runs = sum(day.is_run_of_eight for day in days)
        note = texts("projects.signals", beyond=n_beyond, run=n_runs, kind=texts(f"projects.kind_{days[0].chart_kind}"))
        st.html(f'<div class="lt-note">{escaped(note)}</div>')


def _before_after(page: Page, line: ProjectLine) -> None:
    """The weeks before the improvement began beside the days since it is in place."""
    begun, settled = line.improve_date, line.control_date or line.improve_date
    if begun is None or settled is None:
        return
    found = project_effect(page.viewer, line.kpi_id, line.formula_id, line.queue_id, begun, settled)
    with card("project_effect"):
        section(page.texts("loop.effect"), page.texts("projects.effect_note"))
        st.html(loop_html.effect(page, found))


def _work(page: Page, file: work.ProjectFile, unit: str, names: Mapping[str, str]) -> None:
    texts, project = page.texts, file.project
    left, right = st.columns([3, 2])
    with left, card("project_history"):
        section(texts("loop.history"))
        st.html(loop_html.history(page, file.steps, names))
    if not file.next_phases:
        return
    with right, card("project_next"):
        section(texts("issues.next"))
        form = WorkForm(page, "project_phase", project.project_id, project.version)
        with st.form(form.name, border=False):
            form.words("text", texts("projects.say"))
            if "closed" in file.next_phases:
                form.number("result", texts("projects.result_in", unit=_unit(page, unit)))
            for at, phase in enumerate(file.next_phases):
                form.send(texts(f"loop.do_{phase}"), phase, primary=at == len(file.next_phases) - 1)


def _unit(page: Page, unit: str) -> str:
    return page.texts.maybe(f"projects.unit_{unit}", unit)


def _new(page: Page, kpis: dict[str, KpiChoice]) -> None:
    texts, viewer = page.texts, page.viewer
    title(texts("projects.new"), texts("projects.new_note"))
    st.html(f'<div class="lt-note">{link("projects", texts("projects.back"), lang=page.texts.in_links)}</div>')
    queue_names = {queue.item_id: queue.name(page.language) for queue in queries.queues(viewer)}
    owners = {person.person: person.name for person in people(open_store(), "project")}
    form = WorkForm(page, "project_new")
    with card("project_new"), st.form(form.name, border=False):
        left, right = st.columns(2)
        with left:
            form.line("title_zh", texts("projects.title_zh"))
            form.line("title_en", texts("projects.title_en"))
            form.words("text", texts("projects.say_define"))
        with right:
            form.pick("kpi", texts("projects.kpi"), list(kpis), lambda one: _kpi_with_unit(page, kpis[one]),
                      address.read().get("kpi"))  # fmt: skip
            form.pick("queue", texts("filter.queue"), ["", *queue_names],
                      lambda one: queue_names.get(one, texts("filter.all_queues")))  # fmt: skip
            form.number("baseline", texts("projects.baseline"))
            form.number("target", texts("projects.target"))
            form.pick("owner", texts("loop.owner"), list(owners), lambda one: owners[one], viewer.person)
        form.send(texts("projects.open"), "define")


def _kpi_with_unit(page: Page, kpi: KpiChoice) -> str:
    return f"{kpi.label(page.language)} · {_unit(page, kpi.unit)}"
