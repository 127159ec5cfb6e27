"""Everything that a report tells of a month, asked within the rights of who makes it. No words, no layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lingting.kpi import figures, moves, staffing
from lingting.kpi.asked import ask, columns_of
from lingting.kpi.change import Step, Verdict, step_of, verdict_of, worsened
from lingting.kpi.checklist import ChecklistItem, checklist, reader_for
from lingting.kpi.decompose import Contribution
from lingting.kpi.staffing import Gap
from lingting.rights import Viewer
from lingting.warehouse import Build, published_connection
from lingting.work.improvements import Improvement, improvements

WORSE_SHOWN = 8


@dataclass(frozen=True)
class Row:
    """One KPI of the centre by its default formula over the month, with its definition."""

    kpi_id: str
    formula_id: str
    section: str
    label_zh: str
    label_en: str
    meaning_zh: str
    meaning_en: str
    formula_zh: str
    formula_en: str
    source_clause: str
    minimum_n: int
    numerator: float | None
    denominator: float | None
    n: int
    value: float | None
    ci_low: float | None
    ci_high: float | None
    target: float | None
    direction: str
    unit: str
    status: str


@dataclass(frozen=True)
class Named:
    item_id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Worse:
    """A KPI that became worse by more than chance, and the group that contributed most (never one person)."""

    row: Row
    step: Step
    member: Named | None
    part: Contribution | None


@dataclass(frozen=True)
class Facts:
    month: date
    end: date
    build: Build
    verdict: Verdict
    rows: tuple[Row, ...]
    steps: dict[str, Step]
    worse: tuple[Worse, ...]
    issues: tuple[figures.TopIssue, ...]
    items: tuple[ChecklistItem, ...]
    improvements: tuple[Improvement, ...]
    roi: figures.Roi | None
    composite: figures.Composite | None
    staffing: tuple[Gap, ...]
    attrition: figures.Attrition | None
    sources: tuple[figures.DataQuality, ...]


def facts_of(viewer: Viewer, month: date) -> Facts | None:
    """The facts of the month that begins on ``month``; None when the build holds no KPI of it."""
    rows = kpi_rows(viewer, month)
    if not rows:
        return None
    before = kpi_rows(viewer, _previous(month))
    earlier = {row.kpi_id: row for row in before}
    steps = {row.kpi_id: step_of(earlier[row.kpi_id], row) for row in rows if row.kpi_id in earlier}
    cursor, build = published_connection()
    cursor.close()
    return Facts(
        month,
        _last_day(month),
        build,
        verdict_of(rows),
        tuple(rows),
        {kpi: step for kpi, step in steps.items() if step},
        tuple(_worse(viewer, rows, before, month)),
        tuple(issue for issue in figures.top_issues(viewer, month) if issue.is_top3),
        tuple(checklist(reader_for(viewer), month)),
        tuple(improvements(viewer, month)),
        figures.roi(viewer, month),
        figures.composite(viewer, month),
        tuple(staffing.of_centre(viewer, month)),
        next((row for row in figures.attrition(viewer, month) if row.role == "all"), None),
        tuple(figures.data_quality(viewer, month)),
    )


def kpi_rows(viewer: Viewer, month: date) -> list[Row]:
    """The default formula of every KPI of the management's tier, for the centre, as stored for the month."""
    plain = columns_of(Row, "k.")
    of_catalogue = (
        "section", "label_zh", "label_en", "meaning_zh", "meaning_en", "formula_zh", "formula_en", "source_clause",
        "minimum_n",
    )  # fmt: skip
    for name in of_catalogue:
        plain = plain.replace(f"k.{name}", f"c.{name}")
    return ask(
        viewer,
        Row,
        f"""with worded as (
            select * from kpi_catalogue where valid_from <= ?
            qualify row_number() over (partition by kpi_id, formula_id order by valid_from desc) = 1
        )
        select {plain} from mart_kpi as k join worded as c on k.kpi_id = c.kpi_id and k.formula_id = c.formula_id
        where k.grain = 'month' and k.period_start = ? and k.scope = 'centre' and c.is_default
            and list_contains(string_split_regex(c.tiers, '[|;, ]+'), 'management')
        order by c.section, k.kpi_id""",
        [_last_day(month), month],
    )


def _worse(viewer: Viewer, rows: list[Row], before: list[Row], month: date) -> list[Worse]:
    by_kpi = {row.kpi_id: row for row in rows}
    names = {
        ("queue", one.item_id): one
        for one in ask(viewer, Named, "select queue_id, name_zh, name_en from dim_queue order by queue_id")
    } | {
        ("team", one.item_id): one
        for one in ask(viewer, Named, "select team_id, team_name_zh, team_name_en from dim_team order by team_id")
    }
    previous = _previous(month)
    spans = moves.Span("month", previous, _last_day(previous)), moves.Span("month", month, _last_day(month))
    found = []
    for measured, step in worsened(before, rows)[:WORSE_SHOWN]:
        row = by_kpi[measured.kpi_id]
        moved = moves.main_mover(viewer, (row.kpi_id, row.formula_id), *spans, row.direction)
        # A group with too few cases is not named: it could be one person's bad week.
        is_sure = moved is not None and moved[1].n >= row.minimum_n
        member = names.get((moved[0], moved[1].member)) if moved and is_sure else None
        found.append(Worse(row, step, member, moved[1] if moved and member else None))
    return found


def _previous(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
