"""Did last month's improvement work? The projects of a month, each with its KPI before and since (effect.py).

The projects page, the management's screen and the report all ask here, so that they give one answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lingting.kpi.asked import ask, columns_of
from lingting.rights import Viewer
from lingting.work.effect import WINDOW_DAYS, Effect, compared

Answer = Literal["better", "worse", "unclear", "too_early"]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Project:
    project_id: str
    title_zh: str
    title_en: str
    kpi_id: str
    formula_id: str
    queue_id: str | None
    improve_date: date
    control_date: date
    target_value: float | None


@dataclass(frozen=True)
class Improvement:
    """A project that reached control, and what became of its KPI since."""

    project_id: str
    title_zh: str
    title_en: str
    improve_date: date
    target_value: float | None
    effect: Effect

    @property
    def answer(self) -> Answer:
        """Too few cases and no days since are no answer yet; a difference that chance could make is not clear."""
        match self.effect.verdict:
            case "better" | "worse" as clear:
                return clear
            case "no_clear_change":
                return "unclear"
            case _:
                return "too_early"

    @property
    def is_target_met(self) -> bool | None:
        value = self.effect.after.value
        if self.target_value is None or value is None:
            return None
        sign = 1 if self.effect.direction == "higher" else -1
        return sign * value >= sign * self.target_value

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en


def project_effect(
    viewer: Viewer,
    kpi_id: str,
    formula_id: str,
    queue_id: str | None,
    improved_on: date,
    settled_on: date,
    until: date = date.max,
) -> Effect:
    """The four weeks before the improvement began beside the four weeks since it is in place, where there is data."""
    before = (improved_on - WINDOW_DAYS * _DAY, improved_on - _DAY)
    return compared(
        viewer, kpi_id, formula_id, queue_id, before, (settled_on, min(settled_on + (WINDOW_DAYS - 1) * _DAY, until))
    )


def improvements(viewer: Viewer, month: date) -> list[Improvement]:
    """The projects that were in control, or were closed, in the month; days after its end are not looked at."""
    end = (month.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
    found = ask(
        viewer,
        _Project,
        f"""select {columns_of(_Project)} from fct_project
        where improve_date is not null and control_date <= ? and (closed_date is null or closed_date >= ?)
        order by control_date, project_id""",
        [end, month.replace(day=1)],
    )
    return [
        Improvement(
            one.project_id,
            one.title_zh,
            one.title_en,
            one.improve_date,
            one.target_value,
            project_effect(
                viewer, one.kpi_id, one.formula_id, one.queue_id, one.improve_date, one.control_date, until=end
            ),
        )
        for one in found
    ]
