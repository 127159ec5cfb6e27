"""tests/kpi_tests.csv lists for each formula of each KPI the tests that hold it; none may be without one.

Every formula is held by the planted truth of the simulated centres (tests/integration/test_warehouse_truth.py, which
fails when a formula of the catalogue was planted in none of them); the table names the tests of its edge cases beside
that. It is generated, so it can not name a test that is not there.
"""

from __future__ import annotations

import re

from lingting.kpi.dictionary import Project
from lingting.kpi.tested import COMMAND, TABLE, TRUTH, expects, table_csv, unit_tests_of
from tests.support import PROJECT_ROOT

PROJECT = Project()
FORMULAS = sorted({(row["kpi_id"], row["formula_id"]) for row in PROJECT.seed("kpi_catalogue")})


def test_the_table_is_generated_from_the_catalogue_and_the_unit_tests() -> None:
    assert TABLE.read_text(encoding="utf-8") == table_csv(PROJECT), f"run: {COMMAND}"


def test_every_formula_has_a_unit_test() -> None:
    without = [
        f"{kpi_id}/{formula_id}" for kpi_id, formula_id in FORMULAS if not unit_tests_of(PROJECT, kpi_id, formula_id)
    ]
    assert not without, f"expect a row of each in unit_tests: of the yml beside its model: {', '.join(without)}"


def test_the_test_of_the_truth_is_still_called_so() -> None:
    text = (PROJECT_ROOT / "tests" / "integration" / "test_warehouse_truth.py").read_text(encoding="utf-8")
    assert TRUTH in re.findall(r"^def (test_\w+)", text, re.M)


def test_a_unit_test_is_of_the_formulas_that_it_expects() -> None:
    listed = {"expect": {"rows": [{"kpi_id": "fcr", "formula_id": "fcr_process"}, {"kpi_id": "aht"}]}}
    assert expects(listed, "fcr", "fcr_process") and expects(listed, "aht", "any")
    assert not expects(listed, "fcr", "fcr_repeat_24h")
    in_sql = {"expect": {"format": "sql", "rows": "select 'fcr' as kpi_id"}}
    assert expects(in_sql, "fcr", "fcr_process") and not expects(in_sql, "aht", "aht")
