"""The catalogue, the models that hold the parts, and the facts that gather them know the same formulas.

A formula that one of them forgot would be missing from mart_kpi without a word.
"""

from __future__ import annotations

import re

import pytest

from lingting.kpi.dictionary import Project
from tests.architecture.dbt_files import models

PROJECT = Project()
FORMULAS = {(row["kpi_id"], row["formula_id"]) for row in PROJECT.seed("kpi_catalogue")}
FACTS = {"kpi_parts": "fct_kpi_day", "kpi_month_parts": "fct_kpi_month"}
PARTS = [model for model in models() if model.path.parent.name in FACTS]


def test_a_model_counts_every_formula() -> None:
    uncounted = sorted("/".join(formula) for formula in FORMULAS if not PROJECT.makers.get(formula))
    assert not uncounted, f"add kpi_part(…) of each in a model of dbt/models/core/kpi_parts: {', '.join(uncounted)}"


def test_every_part_is_in_the_catalogue() -> None:
    counted = {
        formula for model in PARTS for formula in re.findall(r"'(\w+)' as kpi_id, '(\w+)' as formula_id", model.sql)
    }
    assert len(counted) > 150
    unknown = sorted("/".join(formula) for formula in counted - FORMULAS)
    assert not unknown, f"add a row of each in dbt/seeds/kpi_catalogue.csv: {', '.join(unknown)}"


@pytest.mark.parametrize(("folder", "fact"), FACTS.items())
def test_the_fact_reads_every_model_of_parts(folder: str, fact: str) -> None:
    (gathers,) = [model for model in models() if model.name == fact]
    forgotten = {model.name for model in PARTS if model.path.parent.name == folder} - set(gathers.refs)
    assert not forgotten, (
        f"add ref(…) of each to the list in dbt/models/core/{fact}.sql: {', '.join(sorted(forgotten))}"
    )
