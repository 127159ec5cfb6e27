"""Improvement projects by DMAIC: what they want to move, how far they are, and whether it moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from sqlalchemy import select

from lingting.clock import local_day, now
from lingting.rights import Viewer
from lingting.store import Store
from lingting.store.models import Project, ProjectStep
from lingting.work.cases import Form, moved, new_id, opened, sent_before, step_of, taken
from lingting.work.machines import next_steps
from lingting.work.people import must_be_one
from lingting.work.published import formula_of, must_know_queue
from lingting.work.refused import Refused, must
from lingting.work.transaction import writing
from lingting.work.words import LONGEST_TOPIC, needed

PHASES = ("define", "measure", "analyse", "improve", "control", "closed")


@dataclass(frozen=True)
class NewProject:
    """Values are in the unit of the KPI (shares 0-1)."""

    title_zh: str
    title_en: str
    text: str
    owner_id: str
    kpi_id: str
    target_value: float
    baseline_value: float
    queue_id: str | None = None


@dataclass(frozen=True)
class ProjectFile:
    project: Project
    steps: tuple[ProjectStep, ...]

    @property
    def next_phases(self) -> tuple[str, ...]:
        return next_steps("project", self.project.stage)


def list_projects(store: Store, viewer: Viewer) -> list[Project]:
    must(viewer, "project")
    with store() as session:
        return list(session.scalars(select(Project).order_by(Project.opened_at.desc())))


def read_project(store: Store, viewer: Viewer, project_id: str) -> ProjectFile | None:
    must(viewer, "project")
    with store() as session:
        project = session.get(Project, project_id)
        if project is None:
            return None
        wanted = select(ProjectStep).where(ProjectStep.project_id == project_id).order_by(ProjectStep.seq_no)
        return ProjectFile(project, tuple(session.scalars(wanted)))


def open_project(store: Store, viewer: Viewer, new: NewProject, form: Form, at: datetime | None = None) -> str:
    """Define a project; gives its id."""
    must(viewer, "project")
    must_be_one(store, new.owner_id, "project")
    if new.queue_id:
        must_know_queue(viewer, new.queue_id)
    for value in (new.target_value, new.baseline_value):
        _check_number(value)
    titles = needed(new.title_zh, LONGEST_TOPIC), needed(new.title_en, LONGEST_TOPIC)
    text, formula_id = needed(new.text), formula_of(viewer, new.kpi_id)
    with writing(store, form.key) as session:
        before = sent_before(session, ProjectStep, form, viewer)
        if before is not None:
            return before.project_id
        project = Project(
            project_id=new_id("LP", local_day(at or now())),
            title_zh=titles[0],
            title_en=titles[1],
            owner_id=new.owner_id,
            kpi_id=new.kpi_id,
            formula_id=formula_id,
            queue_id=new.queue_id,
            baseline_value=new.baseline_value,
            target_value=new.target_value,
            result_value=None,
            **opened(viewer, "define", at),
        )
        session.add(project)
        session.flush()
        session.add(_step(project, viewer, form, "define", text))
        return project.project_id


def begin_phase(
    store: Store,
    viewer: Viewer,
    project_id: str,
    phase: str,
    text: str,
    form: Form,
    result_value: float | None = None,
    at: datetime | None = None,
) -> None:
    """Begin the next phase. Closing names the result, and is done by somebody else than the owner."""
    must(viewer, "project")
    words = needed(text)
    _check_number(result_value)
    with writing(store, form.key) as session:
        if sent_before(session, ProjectStep, form, viewer) is not None:
            return
        project = taken(session, Project, project_id, form, ProjectStep, ProjectStep.project_id)
        if phase == "closed":
            if result_value is None:
                raise Refused("no_result", "a project is closed with the value that was reached")
            if viewer.person == project.owner_id:
                raise Refused("same_person", "who leads the project can not confirm its result; ask somebody else")
            project.result_value = result_value
        moved(project, "project", phase, at)
        session.add(_step(project, viewer, form, phase, words))


def _step(project: Project, viewer: Viewer, form: Form, phase: str, text: str) -> ProjectStep:
    common = step_of(project, viewer, form, phase, text)
    return ProjectStep(project_id=project.project_id, result_value=project.result_value, **common)


def _check_number(value: float | None) -> None:
    if value is not None and not isfinite(value):
        raise Refused("bad_number", "a value of a KPI is a number")
