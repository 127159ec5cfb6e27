"""Questions of the agent's page. Colleagues' figures are never read: medians and places come from the warehouse."""

from __future__ import annotations

from dashboards.data.periods import Period
from dashboards.data.published import ask, columns_of
from dashboards.data.rows_agents import (
    Certificate,
    Course,
    Deduction,
    GoodCall,
    Place,
    Practice,
    Remark,
    Star,
    Training,
)
from lingting.rights import Viewer

GOOD_POINTS = 90.0
_MOST = 5
_EXAMPLES = """(list(struct_pack(call_id := call_id, call_date := call_date, at_seconds := at_seconds)
    order by at_seconds is null, call_date desc, call_id))[1:3]"""
_REASONS = '[{"code": "VARCHAR", "points": "DOUBLE", "at_seconds": "DOUBLE", "rule_id": "VARCHAR"}]'


def places(viewer: Viewer, agent_id: str, period: Period) -> list[Place]:
    """The agent among the team, for a week or a month; other periods have no places."""
    return ask(
        viewer,
        Place,
        f"""select {columns_of(Place)} from mart_agent_rank
        where agent_id = ? and grain = ? and period_start = ? order by kpi_id""",
        [agent_id, period.grain, period.start],
    )


def deductions(viewer: Viewer, agent_id: str, period: Period) -> list[Deduction]:
    """What cost the most points in the scores in force, with calls to listen to."""
    return ask(
        viewer,
        Deduction,
        f"""with reasons as (
            select call_id, call_date, model, weight_points, unnest(from_json(reasons, '{_REASONS}')) as reason
            from mart_call_score
            where agent_id = ? and call_date between ? and ? and is_in_force and item <> 'total' and weight_points > 0
        ), lost as (
            select model, reason.code as code, reason.rule_id as rule_id, call_id, call_date,
                min(reason.at_seconds) as at_seconds, sum(-reason.points * weight_points / 100) as points
            from reasons where reason.points < 0 group by all
        )
        select model, code, rule_id, count(*), sum(points), {_EXAMPLES}
        from lost group by model, code, rule_id order by sum(points) desc, code limit ?""",
        [agent_id, period.start, period.end, _MOST],
    )


def remarks(viewer: Viewer, agent_id: str, period: Period) -> list[Remark]:
    """The dimensions that lost the most points in reviews by people, with their evidence."""
    return ask(
        viewer,
        Remark,
        """with lost as (
            select dimension, call_id, review_date as call_date, evidence_at_seconds as at_seconds, evidence_text,
                is_deducted,
                (100 - score_points) * weight_points / 100 as points
            from fct_review_item
            where agent_id = ? and review_date between ? and ? and is_applicable and is_sample
        )
        select dimension, count(*), count(*) filter (where is_deducted), sum(points) as points_lost,
            mode(evidence_text) filter (where is_deducted),
            (list(struct_pack(call_id := call_id, call_date := call_date, at_seconds := at_seconds)
                order by at_seconds is null, call_date desc, call_id) filter (where is_deducted))[1:3]
        from lost group by dimension having count(*) filter (where is_deducted) > 0
        order by points_lost desc, dimension limit ?""",
        [agent_id, period.start, period.end, _MOST],
    )


def good_calls(viewer: Viewer, agent_id: str, period: Period) -> list[GoodCall]:
    """The best calls of a period: three by a reviewer, three by the customer's answer, three by the machine's total."""
    return ask(
        viewer,
        GoodCall,
        """with candidates as (
            select 'review' as why, call_id, call_date, score_points as points
            from fct_review
            where agent_id = ? and review_date between ? and ? and review_kind = 'first' and score_points >= ?
            union all
            select 'customer' as why, call_id, call_date, csat_answer as points
            from mart_call where agent_id = ? and call_date between ? and ? and csat_answer = 5
            union all
            select 'machine' as why, call_id, call_date, points
            from mart_call_score
            where agent_id = ? and call_date between ? and ? and is_in_force
                and model = 'fusion' and item = 'total' and points >= ?
        ), placed as (
            select *, row_number() over (partition by why order by points desc, call_date desc, call_id) as place
            from candidates
        )
        select p.why, p.call_id, p.call_date, c.topic, p.points
        from placed as p inner join mart_call as c on p.call_id = c.call_id and p.call_date = c.call_date
        where p.place <= 3 order by p.why desc, p.place""",
        [*_within(agent_id, period), GOOD_POINTS, *_within(agent_id, period), *_within(agent_id, period), GOOD_POINTS],
    )


def _within(agent_id: str, period: Period) -> list[object]:
    return [agent_id, period.start, period.end]


def practices(viewer: Viewer, agent_id: str) -> list[Practice]:
    """The most used approved practice of each topic, of the own calls first, then of colleagues."""
    return ask(
        viewer,
        Practice,
        """with own as (select call_id from mart_call where agent_id = ?),
        marked as (
            select *, call_id in (select call_id from own) as is_own from mart_practice where state = 'approved'
        ),
        best as (
            select *, row_number() over (
                partition by topic, is_own order by n_users desc, approved_date desc, practice_id
            ) as place
            from marked
        )
        select practice_id, topic, approved_date, n_uses, n_users, case when is_own then call_id end, is_own
        from best where place = 1 order by is_own desc, n_users desc, topic limit 10""",
        [agent_id],
    )


def star(viewer: Viewer, agent_id: str, period: Period) -> Star | None:
    """How the agent stands for the service star of the month in which the period ends."""
    found = ask(
        viewer,
        Star,
        f"""select {columns_of(Star)} from mart_service_star
        where agent_id = ? and grain = 'month' and month_start <= ? order by month_start desc limit 1""",
        [agent_id, period.end],
    )
    return found[0] if found else None


def training(viewer: Viewer, employee_id: str) -> Training | None:
    found = ask(
        viewer,
        Training,
        f"""select {columns_of(Training)} from mart_training
        where employee_id = ? order by year_start desc limit 1""",
        [employee_id],
    )
    return found[0] if found else None


def courses(viewer: Viewer, employee_id: str) -> list[Course]:
    """The latest courses."""
    return ask(
        viewer,
        Course,
        f"""select {columns_of(Course)} from mart_growth_record
        where employee_id = ? and kind = 'training' order by event_date desc, event_id limit 4""",
        [employee_id],
    )


def certificates(viewer: Viewer, employee_id: str) -> list[Certificate]:
    """The newest certificate of each kind."""
    return ask(
        viewer,
        Certificate,
        f"""with numbered as (
            select *, row_number() over (partition by kind order by issued_date desc, certificate_id) as place
            from fct_certificate where employee_id = ?
        )
        select {columns_of(Certificate)} from numbered where place = 1 order by valid_to_date nulls last, kind""",
        [employee_id],
    )
