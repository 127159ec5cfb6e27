"""What the pages of teams and their agents ask: weeks and outliers, scorecard, deductions, skills, lost time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.data import rows_supervisor as rows
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer

EXAMPLES = 3
# One reason of a score, as DuckDB reads it from the list of reasons.
_REASONS = '[{"code":"VARCHAR","points":"DOUBLE","rule_id":"VARCHAR","at_seconds":"DOUBLE"}]'


def weeks(viewer: Viewer, first: date, last: date, team_ids: Sequence[str] | None = None) -> list[rows.TeamWeek]:
    """The weeks that begin between two days, newest first."""
    where, bound = ("true", ()) if team_ids is None else ("team_id in (select unnest(?::varchar[]))", (list(team_ids),))
    return ask(
        viewer,
        rows.TeamWeek,
        f"""select {columns_of(rows.TeamWeek)} from mart_team_trend
        where week_start between ? and ? and {where} order by week_start desc, team_id, kpi_id""",
        (first, last, *bound),
    )


def lost_time(viewer: Viewer, months: Sequence[date], team_id: str) -> list[rows.LostTime]:
    """Where a team's planned productive time went in whole months, most first."""
    return ask(
        viewer,
        rows.LostTime,
        """select state, sum(lost_seconds) from mart_lost_time
        where month_start in (select unnest(?::date[])) and team_id = ?
        group by state order by sum(lost_seconds) desc, state""",
        (list(months), team_id),
    )


def scorecard(viewer: Viewer, agent_id: str, month: date) -> list[rows.Dimension]:
    """What people scored of an agent's calls in a month, furthest below the team first."""
    return ask(
        viewer,
        rows.Dimension,
        f"""select {columns_of(rows.Dimension)} from mart_agent_scorecard
        where month_start = ? and agent_id = ? order by mean_points - team_median_points nulls last, dimension""",
        (month, agent_id),
    )


def skills(viewer: Viewer) -> list[rows.Skill]:
    """Who of the viewer's agents can do what."""
    return ask(viewer, rows.Skill, f"select {columns_of(rows.Skill)} from mart_skill_matrix order by skill, agent_id")


def training(viewer: Viewer, agent_id: str) -> rows.Training | None:
    """The newest year of training of an agent."""
    found = ask(
        viewer,
        rows.Training,
        f"""select {columns_of(rows.Training)} from mart_training where employee_id = ?
        order by year_start desc limit 1""",
        (agent_id,),
    )
    return found[0] if found else None


def n_scored(viewer: Viewer, agent_id: str, first: date, last: date) -> int:
    """How many of an agent's calls have a total, by the version in force."""
    return ask(
        viewer,
        int,
        """select count(distinct call_id) from mart_call_score
        where call_date between ? and ? and agent_id = ? and model = 'fusion' and item = 'total' and is_in_force""",
        (first, last, agent_id),
    )[0]


def deductions(viewer: Viewer, agent_id: str, first: date, last: date, limit: int = 8) -> list[rows.Deduction]:
    """What cost an agent's totals most points, each with its newest calls and the second to listen to."""
    found = ask(
        viewer,
        rows.Deduction,
        f"""with reasons as (
            select call_id, call_date, unnest(from_json(reasons, '{_REASONS}')) as reason from mart_call_score
            where call_date between ? and ? and agent_id = ? and model = 'fusion' and item = 'total' and is_in_force
        ), per_call as (
            select reason.code as code, reason.rule_id as rule_id, call_id, call_date,
                sum(reason.points) as points, min(reason.at_seconds) as at_seconds
            from reasons where reason.points < 0 group by all
        )
        select code, rule_id, count(*), sum(points),
            list(call_id order by at_seconds is null, call_date desc, call_id)[:{EXAMPLES}],
            list(at_seconds order by at_seconds is null, call_date desc, call_id)[:{EXAMPLES}]
        from per_call group by code, rule_id order by sum(points), code, rule_id limit ?""",
        (first, last, agent_id, limit),
    )
    return found
