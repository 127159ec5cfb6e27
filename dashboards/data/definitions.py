"""What the page of definitions asks: the catalogue of KPIs with its targets over time and by queue. No figures."""

from __future__ import annotations

from dashboards.data import rows_builds as rows
from dashboards.data.published import ask, ask_if_there, columns_of
from lingting.rights import Viewer


def formulas(viewer: Viewer) -> list[rows.Definition]:
    """Every formula in every span of time, the one in force first."""
    return ask(
        viewer,
        rows.Definition,
        f"""select {columns_of(rows.Definition)} from kpi_catalogue
        order by kpi_id, not is_default, formula_id, valid_from desc""",
    )


def queue_targets(viewer: Viewer, kpi_id: str) -> list[rows.QueueTarget]:
    """The targets that a queue has of its own."""
    return ask_if_there(
        viewer,
        rows.QueueTarget,
        """select t.formula_id, t.queue_id, q.name_zh, q.name_en, t.target, t.warning, t.valid_from, t.valid_to
        from dim_kpi_target_queue as t left join dim_queue as q on t.queue_id = q.queue_id
        where t.kpi_id = ? order by t.formula_id, t.queue_id, t.valid_from desc""",
        (kpi_id,),
    )
