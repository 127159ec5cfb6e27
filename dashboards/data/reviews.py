"""Questions about manual reviews: those of the published build beside those of the store, and what is to be scored.

A review that was loaded back stands once: the store's own row counts, with its blindness (lingting/work/review_views).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime

from dashboards.data.published import ask, columns_of
from dashboards.data.rows_reviews import (
    Coverage,
    DimensionMonth,
    Evidence,
    ItemRow,
    Level3Case,
    PlannedCall,
    ReviewRow,
    StepRow,
)
from lingting.rights import Clause, Viewer
from lingting.store import open_store
from lingting.work import review_views
from lingting.work.review_views import ReviewView, StepView
from lingting.work.scoring import Item, Total, Weight


def reviews(
    viewer: Viewer, agent_id: str | None = None, since: datetime | None = None, limit: int = 50
) -> list[ReviewView]:
    """The reviews that the person may see, newest first, wherever they were made."""
    store = open_store()
    ours = review_views.reviews_of(store, viewer, agent_id=agent_id, since=since)
    known = review_views.ids_in_store(store)
    others = [one for one in historic(viewer, agent_id, since, limit) if one.review_id not in known]
    return sorted([*ours, *others], key=lambda one: (one.reviewed_at, one.review_id), reverse=True)[:limit]


def review(viewer: Viewer, review_id: str) -> ReviewView | None:
    """One review, or None: one that does not exist, is somebody else's or still blind look the same."""
    store = open_store()
    if review_id in review_views.ids_in_store(store):
        found = review_views.reviews_of(store, viewer, review_id=review_id)
        return next((one for one in found if one.review_id == review_id), None)
    return next(iter(_read(viewer, Clause("review_id = ?", (review_id,)), 1)), None)


def historic(
    viewer: Viewer, agent_id: str | None = None, since: datetime | None = None, limit: int = 50
) -> list[ReviewView]:
    """Reviews as the published build has them, newest first; an agent gets those that were fed back."""
    where = Clause("true")
    if agent_id is not None:
        where = where & Clause("agent_id = ?", (agent_id,))
    if since is not None:
        where = where & Clause("reviewed_at >= ?", (since,))
    return _read(viewer, where, limit)


def _read(viewer: Viewer, where: Clause, limit: int) -> list[ReviewView]:
    if viewer.may("acknowledge_feedback"):
        told = "(select review_id from fct_review_step where step = 'fed_back')"
        where = where & Clause(
            f"(review_kind = 'first' and review_id in {told}) or (review_kind = 'appeal' and about_review_id in {told})"
        )
    rows = ask(
        viewer,
        ReviewRow,
        f"""select {columns_of(ReviewRow)} from fct_review where {where.sql}
        order by reviewed_at desc, review_id limit ?""",
        (*where.parameters, limit),
    )
    ids = [row.review_id for row in rows]
    of_ids = "review_id in (select unnest(?::varchar[]))"
    items: dict[str, list[ItemRow]] = defaultdict(list)
    for item in ask(
        viewer, ItemRow, f"select {columns_of(ItemRow)} from fct_review_item where {of_ids} order by dimension", (ids,)
    ):
        items[item.review_id].append(item)
    steps: dict[str, list[StepRow]] = defaultdict(list)
    for step in ask(
        viewer,
        StepRow,
        f"select {columns_of(StepRow)} from fct_review_step where {of_ids} order by happened_at",
        (ids,),
    ):
        steps[step.review_id].append(step)
    return [_view(row, items[row.review_id], steps[row.review_id]) for row in rows]


def _view(row: ReviewRow, items: list[ItemRow], steps: list[StepRow]) -> ReviewView:
    return ReviewView(
        review_id=row.review_id,
        call_id=row.call_id,
        called_at=None,
        queue_id=row.queue_id,
        agent_id=row.agent_id,
        evaluator_id=row.evaluator_id,
        review_level=row.review_level,
        review_kind=row.review_kind,
        about_review_id=row.about_review_id,
        method=row.method,
        scorecard_version=row.scorecard_version,
        reviewed_at=row.reviewed_at,
        feedback_due_at=row.feedback_due_at,
        items={
            item.dimension: Item(
                item.score_points if item.is_applicable else None,
                item.error_kind,
                item.evidence_text,
                item.evidence_at_seconds,
            )
            for item in items
        },
        weights={item.dimension: Weight(item.weight_points, item.pass_points, item.is_behaviour) for item in items},
        total=Total(row.weighted_points, row.score_points, row.pass_points),
        steps=tuple(StepView(step.step, step.happened_at, step.by_id, step.reason) for step in steps),
        is_ours=False,
    )


def coverage(viewer: Viewer) -> list[Coverage]:
    """The level-2 plan by agent: how many calls are on the list, how many are due, and how many are done."""
    return ask(
        viewer,
        Coverage,
        """with planned as (
            select agent_id, plan_month, count(*) as n_planned,
                bool_or(is_new_agent) as is_new_agent, bool_or(is_unstable) as is_unstable
            from mart_sampling_plan group by agent_id, plan_month
        ), done as (
            select agent_id, date_trunc('month', review_date) as month_start, count(distinct call_id) as n_done
            from fct_review where is_sample group by all
        ), quota as (
            select agent_id, max_by(n_level2_due, month_start) as n_due from mart_qc_coverage group by agent_id
        )
        select p.agent_id, a.agent_name, p.plan_month, p.n_planned, coalesce(q.n_due, max(q.n_due) over ()),
            coalesce(d.n_done, 0), b.n_done, p.is_new_agent, p.is_unstable
        from planned as p
        left join dim_agent as a on p.agent_id = a.agent_id
        left join quota as q on p.agent_id = q.agent_id
        left join done as d on p.agent_id = d.agent_id and p.plan_month = d.month_start
        left join done as b on p.agent_id = b.agent_id and p.plan_month - interval 1 month = b.month_start
        order by p.agent_id""",
    )


def done_since(viewer: Viewer, month_start: date) -> dict[str, int]:
    """Level-2 samples of each agent from the first day of the month on that the published build does not know yet."""
    since = datetime.combine(month_start, datetime.min.time())
    ours = review_views.scored_agents(open_store(), viewer, 2, since)
    known = ask(
        viewer,
        str,
        "select distinct call_id from fct_review where is_sample and review_date >= ? "
        "and call_id in (select unnest(?::varchar[]))",
        (month_start, sorted(ours)),
    )
    return dict(Counter(agent for call_id, agent in ours.items() if call_id not in set(known)))


def sampling_plan(viewer: Viewer, agent_id: str) -> list[PlannedCall]:
    """The level-2 list of an agent, high risk first, then in the random order of the draw."""
    return ask(
        viewer,
        PlannedCall,
        """select p.call_id, c.answered_at, p.agent_id, p.queue_id, c.topic, c.handle_seconds, p.is_high_risk,
            c.media_kind
        from mart_sampling_plan as p join mart_call as c on p.call_id = c.call_id
        where p.agent_id = ? order by not p.is_high_risk, p.draw_no, p.call_id""",
        (agent_id,),
    )


def reviewed_calls(viewer: Viewer, call_ids: list[str], level: int) -> set[str]:
    """Which of the calls have a first scoring of the level, by whomever: nothing is told of its result."""
    done = ask(
        viewer,
        str,
        "select distinct call_id from fct_review where review_kind = 'first' and review_level = ? "
        "and call_id in (select unnest(?::varchar[]))",
        (level, call_ids),
    )
    return {*done, *(set(call_ids) & review_views.scored_calls(open_store(), viewer, level))}


def level3_queue(viewer: Viewer, limit: int = 10_000) -> list[Level3Case]:
    """Calls that level 3 has not scored, those that are due first at the top."""
    found = ask(
        viewer,
        Level3Case,
        """select l.call_id, c.answered_at, l.agent_id, a.agent_name, l.queue_id, c.topic, l.is_risk, l.is_low_score,
            l.due_date
        from fct_level3_case as l
        join mart_call as c on l.call_id = c.call_id
        left join dim_agent as a on l.agent_id = a.agent_id
        where l.outcome = 'open' and not exists (
            select 1 from fct_review as r where r.call_id = l.call_id and r.review_level = 3 and r.review_kind = 'first'
        ) order by l.due_date, l.call_id limit ?""",
        (limit,),
    )
    done = review_views.scored_calls(open_store(), viewer, 3)
    return [case for case in found if case.call_id not in done]


def dimensions_of(viewer: Viewer, agent_id: str) -> list[DimensionMonth]:
    """The agent's dimensions in the newest month that has any, beside the team's median."""
    return ask(
        viewer,
        DimensionMonth,
        """with latest as (select max(month_start) as month_start from mart_agent_scorecard where agent_id = ?),
        spread as (
            select dimension, stddev_samp(score_points) as deviation
            from fct_review_item join latest on date_trunc('month', review_date) = latest.month_start
            where agent_id = ? and is_sample and is_applicable group by dimension
        )
        select s.month_start, s.dimension, s.n, s.mean_points, s.team_median_points, d.deviation
        from mart_agent_scorecard as s join latest on s.month_start = latest.month_start
        left join spread as d on s.dimension = d.dimension
        where s.agent_id = ? order by s.dimension""",
        (agent_id, agent_id, agent_id),
    )


def evidence_of(
    viewer: Viewer, agent_id: str, dimension: str, month_start: date, is_deducted: bool, limit: int = 3
) -> list[Evidence]:
    """Calls of the month to listen to: the worst of a dimension with their evidence, or those without a deduction."""
    return ask(
        viewer,
        Evidence,
        """select i.review_id, i.call_id, i.dimension, r.reviewed_at, i.score_points, i.evidence_text,
            i.evidence_at_seconds
        from fct_review_item as i join fct_review as r on i.review_id = r.review_id
        where i.agent_id = ? and i.dimension = ? and i.is_sample and i.is_applicable and i.is_deducted = ?
            and date_trunc('month', i.review_date) = ?
        order by i.score_points, r.reviewed_at desc, i.review_id limit ?""",
        (agent_id, dimension, is_deducted, month_start, limit),
    )
