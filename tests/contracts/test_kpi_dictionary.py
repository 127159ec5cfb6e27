"""The KPI dictionary: every KPI has a page."""

from __future__ import annotations

from lingting.kpi.dictionary import Project, edge_cases, pages

PROJECT = Project()


def test_every_kpi_has_a_page_and_the_index_names_it() -> None:
    made = pages(Project())
    kpis = {row["kpi_id"] for row in PROJECT.seed("kpi_catalogue")}
    assert set(made) == {"index.html", *(f"{kpi_id}.html" for kpi_id in kpis)}
    assert all(f'href="{kpi_id}.html"' in made["index.html"] for kpi_id in kpis)


def test_a_page_tells_the_edge_cases_of_its_own_kpi_only() -> None:
    names = {case.name for case in edge_cases(PROJECT, "service_level", ["sl_f3"])}
    assert "test_answered_exactly_at_the_threshold_counts_inside" in names
    assert "test_nps_margin" not in names
