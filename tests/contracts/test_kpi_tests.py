"""tests/kpi_tests.csv lists for each formula of each KPI the tests that hold it; none may be without one.

Every formula is held by the planted truth of three centres (tests/integration/test_warehouse_truth.py, which fails when
a formula of the catalogue was planted in none of them); the table names the tests of its edge cases beside that.
"""

from __future__ import annotations

import csv
import re

import pytest

from lingting.kpi.dictionary import Project
from tests.support import PROJECT_ROOT

PROJECT = Project()
TRUTH = "test_every_planted_kpi_row_is_measured_and_no_other"


def table() -> dict[tuple[str, str], list[str]]:
    with (PROJECT_ROOT / "tests" / "kpi_tests.csv").open(encoding="utf-8") as handle:
        return {(row["kpi_id"], row["formula_id"]): row["tests"].split() for row in csv.DictReader(handle)}


def known_tests() -> set[str]:
    """Names of dbt unit tests and of Python tests."""
    units = {test["name"] for model in PROJECT.models for test in PROJECT.unit_tests(model)}
    paths = (PROJECT_ROOT / "tests").rglob("test_*.py")
    return units | {name for path in paths for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)}


def test_the_table_has_every_formula_of_the_catalogue_and_no_other() -> None:
    formulas = {(row["kpi_id"], row["formula_id"]) for row in PROJECT.seed("kpi_catalogue")}
    assert set(table()) == formulas


def test_every_named_test_exists() -> None:
    known = known_tests()
    assert {name for tests in table().values() for name in tests} - known == set()


@pytest.mark.parametrize("formula", sorted(table()), ids="/".join)
def test_a_formula_is_held_by_the_truth_and_its_unit_tests_are_about_it(formula: tuple[str, str]) -> None:
    named = table()[formula]
    assert TRUTH in named
    makers = PROJECT.makers[formula]
    behind = {test["name"] for maker in makers for model in PROJECT.behind(maker) for test in PROJECT.unit_tests(model)}
    units = {test["name"] for model in PROJECT.models for test in PROJECT.unit_tests(model)}
    assert {name for name in named if name in units} <= behind
