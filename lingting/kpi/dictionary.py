"""``python -m lingting.kpi.dictionary FOLDER``: the KPI dictionary as web pages, one page a KPI and an index.

Everything on a page is read from where it is defined: the catalogue and target seeds, the models that hold the parts,
the unit tests of those models (its edge cases), the exposures and the checklist. Nothing is said twice here.
"""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import typer

from lingting.documents import parse_yaml
from lingting.paths import DBT_PROJECT

_REF = re.compile(r"\bref\(\s*['\"](\w+)['\"]\s*\)")
_WORD = re.compile(r"'(\w+)'")
_PARTS = ("kpi_parts", "kpi_month_parts")


@dataclass(frozen=True)
class EdgeCase:
    """A unit test of a model that the KPI is made by."""

    model: str
    name: str
    description: str

    @property
    def words(self) -> str:
        return self.name.removeprefix("test_").replace("_", " ")


class Project:
    """The dbt project as files: seeds, models and their unit tests."""

    def __init__(self, folder: Path = DBT_PROJECT) -> None:
        self.folder = folder

    def seed(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "seeds" / f"{name}.csv").open(encoding="utf-8") as handle:
            return list(csv.DictReader(handle))

    @cached_property
    def models(self) -> dict[str, Path]:
        return {path.stem: path for path in sorted((self.folder / "models").rglob("*.sql"))}

    @cached_property
    def _sql(self) -> dict[str, str]:
        return {name: path.read_text(encoding="utf-8") for name, path in self.models.items()}

    @cached_property
    def makers(self) -> dict[tuple[str, str], list[str]]:
        """(kpi_id, formula_id) -> the models of its parts: they name both, or the KPI alone where a loop adds up."""
        formulas = {(row["kpi_id"], row["formula_id"]) for row in self.seed("kpi_catalogue")}
        found: dict[tuple[str, str], list[str]] = {}
        loops: dict[tuple[str, str], list[str]] = {}
        for name, path in self.models.items():
            words = set(_WORD.findall(self._sql[name])) if path.parent.name in _PARTS else set()
            for formula in sorted(formulas):
                if set(formula) <= words:
                    found.setdefault(formula, []).append(name)
                elif formula[0] in words:
                    loops.setdefault(formula, []).append(name)
        return loops | found

    def files_of(self, kpi_id: str, formula_id: str) -> list[Path]:
        """Paths of the formula's models, from the root of the project."""
        return [self.models[name].relative_to(self.folder.parent) for name in self.makers.get((kpi_id, formula_id), [])]

    def behind(self, model: str) -> list[str]:
        """The model and all models that it is made from, nearest first."""
        order, waiting = [], [model]
        while waiting:
            name = waiting.pop(0)
            if name in self._sql and name not in order:
                order.append(name)
                waiting += _REF.findall(self._sql[name])
        return order

    @cached_property
    def _unit_tests(self) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for name, path in self.models.items():
            text = path.with_suffix(".yml").read_text(encoding="utf-8")
            found[name] = list(parse_yaml(text).get("unit_tests", [])) if "unit_tests:" in text else []
        return found

    def unit_tests(self, model: str) -> list[dict[str, Any]]:
        return self._unit_tests[model]

    @cached_property
    def exposures(self) -> list[dict[str, Any]]:
        document = parse_yaml((self.folder / "models" / "exposures.yml").read_text(encoding="utf-8"))
        return list(document["exposures"])


def edge_cases(project: Project, kpi_id: str, formulas: list[str]) -> list[EdgeCase]:
    """Unit tests of the models behind the KPI. Of a model that holds parts of several KPIs only the tests that expect
    this one, or that name none."""
    makers = [model for formula in formulas for model in project.makers.get((kpi_id, formula), [])]
    found: dict[str, EdgeCase] = {}
    for model in dict.fromkeys(name for maker in makers for name in project.behind(maker)):
        for test in project.unit_tests(model):
            rows = test["expect"].get("rows") or []
            named = {row.get("kpi_id") for row in rows if isinstance(row, dict)} - {None}
            if not named or kpi_id in named:
                found[test["name"]] = EdgeCase(model, test["name"], test.get("description", ""))
    return list(found.values())


def pages(project: Project) -> dict[str, str]:
    """File name -> page, for every KPI of the catalogue and the index."""
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files("lingting.kpi") / "dictionary.html.j2").read_text("utf-8"))
    catalogue, queue_targets = project.seed("kpi_catalogue"), project.seed("kpi_target_queue")
    parts = project.seed("compliance_checklist_part")
    kpis: dict[str, list[dict[str, str]]] = {}
    for row in catalogue:
        kpis.setdefault(row["kpi_id"], []).append(row)
    found = {"index.html": template.render(index=kpis, kpi=None)}
    for kpi_id, rows in kpis.items():
        formulas = list(dict.fromkeys(row["formula_id"] for row in rows))
        found[f"{kpi_id}.html"] = template.render(
            kpi=next((row for row in rows if row["is_default"] == "true"), rows[0]),
            formulas=rows,
            makers={formula: project.files_of(kpi_id, formula) for formula in formulas},
            queue_targets=[row for row in queue_targets if row["kpi_id"] == kpi_id],
            edge_cases=edge_cases(project, kpi_id, formulas),
            shown_in=[e for e in project.exposures if "ref('mart_kpi')" in e["depends_on"]],
            checklist=[part for part in parts if part["kpi_id"] == kpi_id],
        )
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages(Project()).items():
        (folder / name).write_text(page, encoding="utf-8")
    typer.echo(f"KPI dictionary: {folder / 'index.html'}")


if __name__ == "__main__":
    main()
