"""What the page of data asks: builds, doors, freshness, quality of the sources, rejected rows, gaps, lineage."""

from __future__ import annotations

from datetime import date

from dashboards.data import rows_builds as rows
from dashboards.data.published import ask, ask_if_there, columns_of
from lingting.rights import Viewer
from lingting.warehouse import HeldBack, KeptBuild, current_build, held_back, kept_builds

_ROOM = "door_results"  # who may read this may know of builds and doors, too


def builds(viewer: Viewer) -> list[KeptBuild]:
    """The builds that are kept, newest first."""
    _must_read_doors(viewer)
    return kept_builds()


def shut(viewer: Viewer) -> list[HeldBack]:
    """What the doors hold back since the build that is served."""
    _must_read_doors(viewer)
    build = current_build()
    return held_back(build) if build else []


def _must_read_doors(viewer: Viewer) -> None:
    """Raise Forbidden as a question to the table of the doors would."""
    ask(viewer, int, f"select 1 from {_ROOM} limit 0")


def suites(viewer: Viewer) -> list[rows.SuiteLine]:
    return ask(
        viewer,
        rows.SuiteLine,
        """select door, suite, count(distinct partition), max(partition), count(*),
            count(*) filter (where kind <> 'ok') as n_warned
        from door_results group by door, suite order by n_warned desc, door, suite""",
    )


def warned(viewer: Viewer, limit: int = 30) -> list[rows.Warned]:
    """Expectations that warned, newest partitions first."""
    return ask(
        viewer,
        rows.Warned,
        f"""select {columns_of(rows.Warned)} from door_results where kind <> 'ok'
        order by partition desc, suite, expectation limit ?""",
        (limit,),
    )


def newest_days(viewer: Viewer) -> list[rows.Newest]:
    """The newest day of each source that went through door one."""
    return ask(
        viewer,
        rows.Newest,
        """with newest as (
            select suite, max(try_cast(partition as date)) as day from door_results
            where door = 'door_one' group by suite
        ), quality as (
            select source_name, bool_or(n_days_expected is not null) as is_daily,
                sum(days_late * n_rows) / nullif(sum(n_rows) filter (where days_late is not null), 0) as days_late
            from mart_data_quality group by source_name
        )
        select n.suite, n.day, coalesce(q.is_daily, false), q.days_late from newest as n
        left join quality as q on n.suite = q.source_name where n.day is not null order by n.day, n.suite""",
    )


def months(viewer: Viewer) -> list[date]:
    """Months of which every day is expected of some source, newest first."""
    found = ask(
        viewer,
        rows.Month,
        "select distinct month_start from mart_data_quality where n_days_expected is not null order by 1 desc",
    )
    return [row.month_start for row in found]


def source_quality(viewer: Viewer, month: date) -> list[rows.SourceQuality]:
    """The sources of one month, worst first."""
    return ask(
        viewer,
        rows.SourceQuality,
        f"""select {columns_of(rows.SourceQuality)} from mart_data_quality where month_start = ?
        order by score_points nulls last, source_name""",
        (month,),
    )


def rejected(viewer: Viewer) -> list[rows.Rejected]:
    """Why rows were refused, by source, reason and file; most rows first."""
    return ask_if_there(
        viewer,
        rows.Rejected,
        """select source_name, reason, column_name, sum(n_rows)::bigint as n, min(reject_date), max(reject_date),
            file, min(first_row_no)
        from rejected_rows group by source_name, reason, column_name, file
        order by n desc, source_name, reason, file""",
    )


def excluded(viewer: Viewer, month: date) -> list[rows.Excluded]:
    """Rows that no KPI counts, by reason: they are not wrong, they do not belong."""
    return ask(
        viewer,
        rows.Excluded,
        """select left_out_of, reason, sum(n_excluded)::bigint as n from mart_kpi_excluded
        where date_trunc('month', excluded_date) = ? group by left_out_of, reason order by left_out_of, n desc""",
        (month,),
    )


def reconciliation(viewer: Viewer, month: date) -> list[rows.Reconciled]:
    return ask(
        viewer,
        rows.Reconciled,
        f"""select {columns_of(rows.Reconciled)} from mart_reconciliation
        where date_trunc('month', reconciled_date) = ? order by reconciled_date""",
        (month,),
    )


def lineage(viewer: Viewer) -> list[rows.Edge]:
    """Every table and KPI with what it is made from; nothing from a build that does not tell yet."""
    return ask_if_there(viewer, rows.Edge, f"select {columns_of(rows.Edge)} from lineage order by child, parent")
