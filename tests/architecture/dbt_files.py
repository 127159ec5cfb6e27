"""Reads the dbt project as text: models, their yml, and their SQL with Jinja taken out. Nothing of dbt is imported."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jinja2
import sqlglot
from sqlglot import exp

from lingting.documents import parse_yaml
from lingting.paths import DBT_PROJECT

LAYERS = ("staging", "intermediate", "core", "marts")


@cache
def document(path: Path) -> dict[str, Any]:
    """A yml file, parsed."""
    return dict(parse_yaml(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Model:
    """One model: its SQL file, its layer, and what stands in the yml beside it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def layer(self) -> str:
        return self.path.relative_to(DBT_PROJECT / "models").parts[0]

    @cached_property
    def raw(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def yml(self) -> dict[str, Any]:
        """The model's entry in the yml beside it."""
        (entry,) = document(self.path.with_suffix(".yml"))["models"]
        assert entry["name"] == self.name
        return dict(entry)

    @property
    def unit_tests(self) -> list[dict[str, Any]]:
        return list(document(self.path.with_suffix(".yml")).get("unit_tests", []))

    @cached_property
    def refs(self) -> list[str]:
        named: list[str] = []
        render(self.raw, on_ref=named.append)
        return named

    @property
    def sources(self) -> list[str]:
        return re.findall(r"\b(?:lake|lake_days)\(\s*['\"](\w+)['\"]\s*\)", self.raw)

    @cached_property
    def sql(self) -> str:
        """Plain SQL: a macro call becomes a function of the same name, a ref the model's name, a condition 1 = 1."""
        return render(self.raw)

    @property
    def tables(self) -> set[str]:
        """Tables that the SQL names, its own CTEs left out."""
        tree = sqlglot.parse_one(self.sql, dialect="duckdb")
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        return {table.name for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier)} - own


@cache
def models() -> list[Model]:
    return [Model(path) for path in sorted((DBT_PROJECT / "models").rglob("*.sql"))]


@cache
def seeds() -> list[str]:
    return [path.stem for path in sorted((DBT_PROJECT / "seeds").glob("*.csv"))]


def _call(name: str, *arguments: Any, **named: Any) -> str:
    return f"{name}({', '.join(str(value) for value in (*arguments, *named.values()))})"


def _kpi_part(kpi_id: str, formula_id: str, numerator: str, denominator: str = "null", **named: str) -> str:
    sums = {"numerator": numerator, "denominator": denominator, **named}
    columns = ", ".join(f"{value} as {name}" for name, value in sums.items())
    return f"'{kpi_id}' as kpi_id, '{formula_id}' as formula_id, {columns}"


class _Project(dict[str, Any]):
    """Every name that a model calls: our macros as SQL functions of the same name."""

    def __missing__(self, name: str) -> Any:
        return lambda *arguments, **named: _call(name, *arguments, **named)


def render(text: str, on_ref: Callable[[str], object] = lambda _: None) -> str:
    """The text with every macro call turned into SQL that means the same on any engine; ``on_ref`` is told each ref."""

    def ref(name: str) -> str:
        on_ref(name)
        return name

    known = _Project(
        ref=ref,
        lake=lambda name: f"lake_{name}",
        lake_days=lambda name: f"lake_days_{name}",
        lake_loads=lambda: "lake_loads",
        config=lambda **_: "",
        var=lambda name: document(DBT_PROJECT / "dbt_project.yml")["vars"][name],
        days_between=lambda *_, **__: "1 = 1",
        replaced_days=lambda *_, **__: "1 = 1",
        days_of_replaced_periods=lambda *_, **__: "1 = 1",
        type_ts=lambda: "timestamp",
        type_text=lambda: "varchar",
        kpi_part=_kpi_part,
    )
    names = {name: known[name] for name in macro_names()}
    return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(text).render({**names, **known})


@cache
def macro_names() -> list[str]:
    """Every macro of our own; a call of any other name fails in ``render``."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "macros").glob("*.sql"))
    return re.findall(r"{%-?\s*macro\s+(\w+)", text)
