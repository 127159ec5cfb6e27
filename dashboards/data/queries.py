"""What every page asks: KPIs, lists, calls. Each question takes the Viewer first; `ask` puts the limits of the role on
every table it names (lingting/rights), so a row that the viewer may not see is never read, whatever the page asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path

from dashboards.data import lists, rows
from dashboards.data.periods import Period
from dashboards.data.published import ask, columns_of
from lingting.kpi.asked import added_up
from lingting.rights import Clause, Viewer
from lingting.vault import VaultMedia, vault_media
from lingting.warehouse import Build, published_connection
from lingting.warehouse.audio import audio_file

ALL = Clause("true")


def build(_viewer: Viewer) -> Build:
    """The build that is served. Raises lingting.warehouse.NoBuild before the first one."""
    cursor, current = published_connection()
    cursor.close()
    return current


def catalogue(viewer: Viewer) -> list[rows.Formula]:
    """Each formula of each KPI as it is worded on the last day of the data; definitions are no secret."""
    return ask(
        viewer,
        rows.Formula,
        f"""select {columns_of(rows.Formula)} from kpi_catalogue
        where valid_from <= coalesce((select max(data_to) from build_info), valid_from)
        qualify row_number() over (partition by kpi_id, formula_id order by valid_from desc) = 1
        order by kpi_id, not is_default, formula_id""",
    )


def queues(viewer: Viewer) -> list[rows.Named]:
    """The queues by name; their figures are asked for elsewhere."""
    return ask(viewer, rows.Named, "select queue_id, name_zh, name_en from dim_queue order by queue_id")


def rules(viewer: Viewer) -> list[rows.Rule]:
    """The rules by name."""
    return ask(viewer, rows.Rule, f"select {columns_of(rows.Rule)} from rule_catalogue order by rule_id")


def teams(viewer: Viewer) -> list[rows.Named]:
    return ask(viewer, rows.Named, "select team_id, team_name_zh, team_name_en from dim_team order by team_id")


def agents(viewer: Viewer, team_id: str | None = None) -> list[rows.Agent]:
    where = ALL if team_id is None else Clause("team_id = ?", (team_id,))
    return ask(
        viewer,
        rows.Agent,
        f"select {columns_of(rows.Agent)} from dim_agent where {where.sql} order by agent_id",
        where.parameters,
    )


def kpis(viewer: Viewer, period: Period, scope: str, scope_ids: Sequence[str] | None = None) -> list[rows.Kpi]:
    """Each KPI by each formula over the whole period, for the scopes that the viewer may see."""
    where = Clause("scope = ?", (scope,))
    if scope_ids is not None:
        where = where & Clause("scope_id in (select unnest(?::varchar[]))", (list(scope_ids),))
    if period.grain == "range":
        return _added_up(viewer, where, scope, period)
    where = where & Clause("grain = ? and period_start = ?", (period.grain, period.start))
    return _kpi_rows(viewer, where)


def _added_up(viewer: Viewer, where: Clause, scope: str, period: Period) -> list[rows.Kpi]:
    """The days added up, only for the members of the scope that ``where`` lets through."""
    days = where & Clause("grain = 'day' and period_start between ? and ?", (period.start, period.end))
    visible = ask(
        viewer, str, f"select distinct scope_id from mart_kpi where {days.sql} order by scope_id", days.parameters
    )
    found = [row for scope_id in visible for row in added_up(scope, scope_id, period.start, period.end)]
    names = [field.name for field in fields(rows.Kpi)]
    return [rows.Kpi(**{name: getattr(row, name) for name in names}) for row in found]


def kpi_days(
    viewer: Viewer, start: date, end: date, scope: str, scope_ids: Sequence[str], kpi_id: str | None = None
) -> list[rows.Kpi]:
    """The day rows from ``start`` to ``end``, in their order: every KPI, or one."""
    where = Clause("scope = ? and scope_id in (select unnest(?::varchar[]))", (scope, list(scope_ids)))
    where = where & Clause("grain = 'day' and period_start between ? and ?", (start, end))
    if kpi_id is not None:
        where = where & Clause("kpi_id = ?", (kpi_id,))
    return _kpi_rows(viewer, where)


def _kpi_rows(viewer: Viewer, where: Clause) -> list[rows.Kpi]:
    return ask(
        viewer,
        rows.Kpi,
        f"select {columns_of(rows.Kpi)} from mart_kpi where {where.sql} "
        "order by scope_id, kpi_id, not is_default, formula_id, period_start",
        where.parameters,
    )


def heatmap(viewer: Viewer, months: Sequence[date], queue_id: str | None = None) -> list[rows.HeatCell]:
    """Answered share by weekday and half hour over whole months, of the centre or one queue."""
    where = Clause("month_start in (select unnest(?::date[]))", (list(months),))
    scope = ("queue", queue_id) if queue_id else ("centre", "centre")
    where = where & Clause("scope = ? and scope_id = ?", scope)
    return ask(
        viewer,
        rows.HeatCell,
        f"""select weekday, half_hour, sum(n_offered)::bigint, sum(n_answered)::bigint,
            sum(n_answered) / sum(n_offered) as answer_rate
        from mart_answer_heatmap where {where.sql}
        group by weekday, half_hour having sum(n_offered) > 0 order by weekday, half_hour""",
        where.parameters,
    )


def n_calls(viewer: Viewer, period: Period, agent_ids: Sequence[str] | None = None, flagged: bool = False) -> int:
    """How many calls ``calls`` would list without a limit."""
    where = lists.condition(period, agent_ids, flagged)
    return ask(viewer, int, f"select count(*) from mart_call as c where {where.sql}", where.parameters)[0]


def calls(
    viewer: Viewer,
    period: Period,
    agent_ids: Sequence[str] | None = None,
    flagged: bool = False,
    limit: int = 20,
    offset: int = 0,
) -> list[rows.CallLine]:
    """Answered calls, newest first; ``flagged``: with a missed mandatory clause, a risk or a forbidden word."""
    where = lists.condition(period, agent_ids, flagged)
    plain = columns_of(rows.CallLine, "page.").replace("page.agent_name", "a.agent_name")
    plain = plain.replace("page.missed", "coalesce(found.missed, [])").replace(
        "page.risks", "coalesce(found.risks, [])"
    )
    return ask(
        viewer,
        rows.CallLine,
        f"""with page as (
            select * from mart_call as c where {where.sql}
            order by answered_at desc, call_id limit ? offset ?
        ), found as (
            select call_id,
                list_sort(list(distinct rule_id) filter (where is_mandatory and outcome = 'miss')) as missed,
                list_sort(list(distinct rule_id) filter (
                    where rule_kind in ('risk', 'forbidden') and outcome = 'hit')) as risks
            from mart_finding where call_id in (select call_id from page) group by call_id
        )
        select {plain} from page
        left join found on page.call_id = found.call_id
        left join dim_agent as a on page.agent_id = a.agent_id
        order by page.answered_at desc, page.call_id""",
        (*where.parameters, limit, offset),
    )


def call(viewer: Viewer, call_id: str) -> rows.Call | None:
    """The call, or None: one that does not exist and one of somebody else look the same."""
    where = Clause("call_id = ?", (call_id,))
    columns = columns_of(rows.Call, "c.").replace("c.agent_name", "a.agent_name")
    found = ask(
        viewer,
        rows.Call,
        f"""select {columns} from (select * from mart_call where {where.sql}) as c
        left join dim_agent as a on c.agent_id = a.agent_id""",
        where.parameters,
    )
    return found[0] if found else None


def customer_mark(viewer: Viewer, call_id: str) -> str | None:
    """The short mark of the customer of a call; None for a call that is not there or not the viewer's."""
    found = ask(viewer, str, "select coalesce(customer_key, '-') from mart_call where call_id = ?", [call_id])
    return found[0] if found else None


def _of_call(viewer: Viewer, call_id: str) -> Clause:
    """Rows of the one recording that mart_call names for the call. The day lets DuckDB skip all other days."""
    found = call(viewer, call_id)
    if found is None or found.recording_id is None:
        return Clause("false")
    return Clause("call_id = ? and call_date = ? and recording_id = ?", (call_id, found.call_date, found.recording_id))


def turns(viewer: Viewer, call_id: str) -> list[rows.Turn]:
    where = _of_call(viewer, call_id)
    return ask(
        viewer,
        rows.Turn,
        f"select {columns_of(rows.Turn)} from mart_turn where {where.sql} order by turn_no",
        where.parameters,
    )


def findings(viewer: Viewer, call_id: str) -> list[rows.Finding]:
    """What the rules found, hits in the order of their second, then what is missing."""
    where = _of_call(viewer, call_id)
    return ask(
        viewer,
        rows.Finding,
        f"""select {columns_of(rows.Finding)} from mart_finding where {where.sql}
        order by at_seconds nulls last, rule_id, hit_no""",
        where.parameters,
    )


def scores(viewer: Viewer, call_id: str) -> list[rows.Score]:
    """What every version of every model scored, of every transcript of the recording."""
    where = _of_call(viewer, call_id)
    columns = columns_of(rows.Score).replace("reasons_json", "reasons")
    return ask(
        viewer,
        rows.Score,
        f"select {columns} from mart_call_score where {where.sql} order by model, model_version, score_id",
        where.parameters,
    )


def score_appeals(viewer: Viewer, call_id: str) -> list[rows.ScoreAppeal]:
    """The scores of the call after each upheld appeal, in order of time."""
    where = _of_call(viewer, call_id)
    return ask(
        viewer,
        rows.ScoreAppeal,
        f"""select {columns_of(rows.ScoreAppeal)} from fct_score_appeal
        where score_id in (select score_id from mart_call_score where {where.sql})
        order by score_id, decided_at, appeal_id""",
        where.parameters,
    )


def recording(viewer: Viewer, call_id: str) -> Path | VaultMedia | None:
    """The call's sound: the vault's object or the published copy; None: text only, gone, or not the viewer's call."""
    found = call(viewer, call_id)
    if found is None or found.media_kind != "audio" or not found.media_sha256 or not found.media_path:
        return None
    vaulted = vault_media(found.media_path, found.recording_id)
    if vaulted is not None:
        return vaulted
    path = audio_file(found.media_sha256, found.media_path)
    return path if path.is_file() else None
