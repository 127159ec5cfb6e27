"""What the pages of the closed loop ask the build: issues, projects, clips, ledger and stars of every system.

What people entered since the last run is asked from the store (lingting/work).
"""

from __future__ import annotations

from datetime import date

from dashboards.data import rows_loop as rows
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer


def issues(viewer: Viewer) -> list[rows.IssueLine]:
    """Issues, open and overdue ones first."""
    return ask(
        viewer,
        rows.IssueLine,
        f"select {columns_of(rows.IssueLine)} from mart_issue_loop "
        "order by is_closed, overdue_days desc, due_date, found_date desc, issue_id",
    )


def kpi_choices(viewer: Viewer) -> list[rows.KpiChoice]:
    """KPIs that a before and after can be told of: no counts, and with a value for each day."""
    return ask(
        viewer,
        rows.KpiChoice,
        f"""select {columns_of(rows.KpiChoice)} from kpi_catalogue
        where is_default and smallest_grain = 'day' and unit <> 'count'
        qualify row_number() over (partition by kpi_id order by valid_from desc) = 1 order by section, kpi_id""",
    )


def projects(viewer: Viewer) -> list[rows.ProjectLine]:
    return ask(
        viewer,
        rows.ProjectLine,
        f"select {columns_of(rows.ProjectLine)} from fct_project "
        "order by closed_date is not null, began_date desc, project_id",
    )


def control_chart(viewer: Viewer, project_id: str) -> list[rows.ChartDay]:
    return ask(
        viewer,
        rows.ChartDay,
        f"select {columns_of(rows.ChartDay)} from mart_control_chart where project_id = ? order by kpi_date",
        (project_id,),
    )


def practices(viewer: Viewer) -> list[rows.PracticeLine]:
    """The library. A practice is for everybody; which call it came from is told to those who may open the call."""
    columns = columns_of(rows.PracticeLine, "p.").replace("p.call_id", "own.call_id")
    return ask(
        viewer,
        rows.PracticeLine,
        f"""select {columns} from mart_practice as p
        left join (select call_id from mart_call where call_id in (select call_id from mart_practice)) as own
            on p.call_id = own.call_id
        order by p.state <> 'approved', p.n_uses desc, p.proposed_date desc, p.practice_id""",
    )


def duties(viewer: Viewer) -> list[rows.Duty]:
    """Duties that return: never done and overdue ones first."""
    return ask(
        viewer,
        rows.Duty,
        f"""select {columns_of(rows.Duty)} from mart_governance
        order by list_position(['never_done', 'overdue', 'due_this_month', 'on_track'], state), next_due_date,
            duty_id""",
    )


def entries(viewer: Viewer) -> list[rows.EntryLine]:
    return ask(
        viewer,
        rows.EntryLine,
        f"select {columns_of(rows.EntryLine)} from fct_ledger_entry order by done_date desc, ledger_entry_id desc",
    )


def star_periods(viewer: Viewer) -> list[tuple[str, date]]:
    """(grain, first day) of the months and quarters with a ranking, newest first."""
    return [
        (period.grain, period.month_start)
        for period in ask(
            viewer, rows.StarPeriod, "select distinct grain, month_start from mart_service_star order by all desc"
        )
    ]


def stars(viewer: Viewer, grain: str, period_start: date) -> list[rows.Star]:
    """The ranking of a period as far as the viewer may see it; who is not eligible stands below."""
    columns = columns_of(rows.Star, "s.").replace("s.agent_name", "a.agent_name")
    return ask(
        viewer,
        rows.Star,
        f"""select {columns} from mart_service_star as s left join dim_agent as a on s.agent_id = a.agent_id
        where s.grain = ? and s.month_start = ? order by s.place nulls last, s.score desc nulls last, s.agent_id""",
        (grain, period_start),
    )
