"""Data: which build is served, whether the doors are open, how good the sources are, and where a number comes from."""

from __future__ import annotations

from dashboards.components import control, data_builds, data_lineage, data_sources
from dashboards.components.page import Page, title
from dashboards.data import builds

PARTS = ("builds", "doors", "sources", "gaps", "lineage")
_BY_MONTH = ("sources", "gaps")


def render(page: Page) -> None:
    texts = page.texts
    title(texts("nav.data"), texts("builds.lead"))
    part = control.sub_page(page, "data", PARTS)
    months = builds.months(page.viewer) if part in _BY_MONTH else []
    if part == "builds":
        data_builds.draw(page)
    elif part == "doors":
        data_builds.doors(page)
    elif part == "lineage":
        data_lineage.draw(page)
    elif months:
        month = control.month_box(page, months)
        (data_sources.draw if part == "sources" else data_sources.gaps)(page, month)
    else:
        control.note(texts("empty.no_kpi"))
