"""``python -m lingting.kpi.tested``: write tests/kpi_tests.csv, the tests that hold each formula of each KPI.

First the planted truth, which holds every formula; then the unit tests that expect the formula by name in the models of
its parts; then a few of the models that those are made from, nearest first. tests/contracts hold the file.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from lingting.kpi.dictionary import Project
from lingting.paths import PROJECT_ROOT

TABLE = PROJECT_ROOT / "tests" / "kpi_tests.csv"
TRUTH = "test_every_planted_kpi_row_is_measured_and_no_other"
COMMAND = "python -m lingting.kpi.tested"
_NEAR = 3  # tests of models further back; one more where no unit test expects the formula by name
_NOT_BEHIND = ("stg_", "kpi_scope_day")  # typed rows and scopes serve every KPI and say nothing of one


def main() -> None:
    TABLE.write_text(table_csv(Project()), encoding="utf-8")


def table_csv(project: Project) -> str:
    """The table: kpi_id, formula_id, and the names of its tests with spaces between."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kpi_id", "formula_id", "tests"])
    for kpi_id, formula_id in sorted({(row["kpi_id"], row["formula_id"]) for row in project.seed("kpi_catalogue")}):
        writer.writerow([kpi_id, formula_id, " ".join([TRUTH, *unit_tests_of(project, kpi_id, formula_id)])])
    return text.getvalue()


def unit_tests_of(project: Project, kpi_id: str, formula_id: str) -> list[str]:
    """Names of the unit tests of one formula, without repeats; empty where there is none."""
    names: list[str] = []
    for maker in project.makers.get((kpi_id, formula_id), []):
        names += expecting(project, maker, kpi_id, formula_id)
        models = [model for model in project.behind(maker)[1:] if not model.startswith(_NOT_BEHIND)]
        behind = [test["name"] for model in models for test in project.unit_tests(model)]
        names += behind[: _NEAR if names else _NEAR + 1]
    return list(dict.fromkeys(names))


def expecting(project: Project, maker: str, kpi_id: str, formula_id: str) -> list[str]:
    """Unit tests of one model that expect the formula by name."""
    return [test["name"] for test in project.unit_tests(maker) if expects(test, kpi_id, formula_id)]


def expects(unit_test: dict[str, Any], kpi_id: str, formula_id: str) -> bool:
    """Whether the test expects a row of the formula: in a list of rows, or named in SQL."""
    expected = unit_test["expect"].get("rows") or []
    rows = [row for row in expected if isinstance(row, dict)]
    if not rows:
        return f"'{kpi_id}'" in str(unit_test["expect"])
    return any(row.get("kpi_id") == kpi_id and row.get("formula_id", formula_id) == formula_id for row in rows)


if __name__ == "__main__":
    main()
