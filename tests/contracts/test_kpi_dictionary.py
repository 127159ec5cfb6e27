"""The KPI dictionary: every KPI has a page, and every formula a model that counts it."""

from __future__ import annotations

import pytest

from lingting.kpi.dictionary import Project, edge_cases, pages

PROJECT = Project()
FORMULAS = sorted({(row["kpi_id"], row["formula_id"]) for row in PROJECT.seed("kpi_catalogue")})


@pytest.mark.parametrize(("kpi_id", "formula_id"), FORMULAS)
def test_a_model_counts_the_formula(kpi_id: str, formula_id: str) -> None:
    assert PROJECT.makers.get((kpi_id, formula_id))


def test_every_kpi_has_a_page_and_the_index_names_it() -> None:
    made = pages(Project())
    kpis = {kpi_id for kpi_id, _ in FORMULAS}
    assert set(made) == {"index.html", *(f"{kpi_id}.html" for kpi_id in kpis)}
    assert all(f'href="{kpi_id}.html"' in made["index.html"] for kpi_id in kpis)


def test_a_page_tells_the_edge_cases_of_its_own_kpi_only() -> None:
    names = {case.name for case in edge_cases(PROJECT, "service_level", ["sl_f3"])}
    assert "test_answered_exactly_at_the_threshold_counts_inside" in names
    assert "test_nps_margin" not in names
