"""What the pages of the management ask: the shared questions of lingting/kpi, and calls that show what moved."""

from __future__ import annotations

from datetime import date

from dashboards.data.periods import Period
from dashboards.data.published import ask
from dashboards.data.rows_management import Example
from lingting.kpi import figures, moves
from lingting.kpi.checklist import ChecklistItem, checklist, reader_for
from lingting.kpi.decompose import Contribution, Decomposition
from lingting.rights import Clause, Viewer
from lingting.work import improvements as work

# Which calls show a KPI best, and which of them first. A KPI that is not named: calls with something to be heard.
_SHOWN_BY = {
    "aht": ("true", "handle_seconds desc"),
    "talk_time": ("true", "talk_seconds desc"),
    "hold_time": ("hold_seconds > 0", "hold_seconds desc"),
    "wrap_time": ("true", "wrap_seconds desc"),
    "asa": ("true", "wait_seconds desc"),
    "service_level": ("true", "wait_seconds desc"),
    "csat": ("csat_answer <= 2", "csat_answer, answered_at desc"),
    "nps": ("nps_answer <= 6", "nps_answer, answered_at desc"),
    "transfer_rate": ("transfer_kind is not null", "answered_at desc"),
    "fcr": ("not is_resolved", "answered_at desc"),
    "script_compliance": ("n_clauses_hit < n_clauses_applicable", "n_clauses_hit - n_clauses_applicable, call_id"),
}
_HEARD = (
    "(n_risk_hits > 0 or n_clauses_hit < n_clauses_applicable)",
    "coalesce(n_risk_hits, 0) desc, answered_at desc",
)
_MEMBER = {"queue": "queue_id = ?", "team": "team_id = ?", "agent": "agent_id = ?", "topic": "topic = ?"}


def span(period: Period) -> moves.Span:
    return moves.Span(period.grain, period.start, period.end)


def contributions(
    viewer: Viewer,
    kpi_id: str,
    formula_id: str,
    dimension: moves.Dimension,
    before: Period,
    now: Period,
    is_count: bool,
) -> Decomposition | None:
    """The change of a KPI from one period to another, divided among the members of a dimension."""
    return moves.divide(viewer, (kpi_id, formula_id), dimension, span(before), span(now), is_count)


def main_mover(
    viewer: Viewer, kpi_id: str, formula_id: str, before: Period, now: Period, direction: str
) -> tuple[moves.Dimension, Contribution] | None:
    """Which queue or team contributed most to a change for the worse."""
    return moves.main_mover(viewer, (kpi_id, formula_id), span(before), span(now), direction)


def top_issues(viewer: Viewer, month: date) -> list[figures.TopIssue]:
    return figures.top_issues(viewer, month)


def roi(viewer: Viewer, month: date) -> figures.Roi | None:
    return figures.roi(viewer, month)


def composite(viewer: Viewer, month: date) -> figures.Composite | None:
    return figures.composite(viewer, month)


def attrition(viewer: Viewer, month: date) -> list[figures.Attrition]:
    return figures.attrition(viewer, month)


def improvements(viewer: Viewer, month: date) -> list[work.Improvement]:
    return work.improvements(viewer, month)


def checklist_of(viewer: Viewer, month: date) -> list[ChecklistItem]:
    """The 22 items of a month; empty when the build holds nothing of it."""
    return checklist(reader_for(viewer), month)


def examples(
    viewer: Viewer, kpi_id: str, dimension: moves.Dimension, member: str, period: Period, limit: int = 6
) -> list[Example]:
    """Recorded calls of one member that show what a KPI is about, with the second to begin at."""
    condition, order = _SHOWN_BY.get(kpi_id, _HEARD)
    where = Clause(
        f"call_date between ? and ? and transcript_status = 'ok' and {condition}", (period.start, period.end)
    )
    where = where & Clause(_MEMBER[dimension], (member,))
    return ask(
        viewer,
        Example,
        f"""with page as (
            select * from mart_call where {where.sql} order by {order} limit ?
        ), hit as (
            select call_id, min(at_seconds) filter (where at_seconds >= 5) as first_at,
                min(at_seconds) filter (where rule_kind in ('risk', 'forbidden')) as risk_at
            from mart_finding
            where call_date between ? and ? and outcome = 'hit' and recording_id in (select recording_id from page)
            group by call_id
        ), episode as (
            select e.call_id, min(t.start_seconds) as at from fct_emotion_episode as e
            join mart_turn as t on e.recording_id = t.recording_id and e.turn_no = t.turn_no
            where e.call_date between ? and ? and t.call_date between ? and ?
                and e.recording_id in (select recording_id from page)
            group by e.call_id
        )
        select page.call_id, page.answered_at, a.agent_name, page.queue_id, page.topic, page.handle_seconds,
            page.csat_answer, coalesce(hit.risk_at, episode.at, hit.first_at),
            case when hit.risk_at is not null then 'risk' when episode.at is not null then 'emotion'
                when hit.first_at is not null then 'first' end
        from page left join hit on page.call_id = hit.call_id left join episode on page.call_id = episode.call_id
        left join dim_agent as a on page.agent_id = a.agent_id
        order by {order.replace("call_id", "page.call_id")}""",
        (*where.parameters, limit, *(period.start, period.end) * 3),
    )
