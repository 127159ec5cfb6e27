"""Writes dbt/models/exposures.yml: each page of the cockpit, whose it is, and the published tables that it reads.

Run: `.venv/bin/python -m scripts.exposures`. Pages, their names and their roles are the cockpit's own; the tables are
found in the code, from the page's module on to every function that it names, and to the questions in them. Only the
descriptions are written by hand, in the file itself: they stay when it is written again.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dashboards.i18n import texts_of
from dashboards.navigation import PLACES, Place
from lingting.documents import parse_yaml
from lingting.paths import DBT_PROJECT, PROJECT_ROOT
from lingting.warehouse.tables import PUBLISHED

FILE = DBT_PROJECT / "models" / "exposures.yml"
COMMAND = "python -m scripts.exposures"
_HEADER = f"# Written by `{COMMAND}`; only the descriptions are by hand. tests/contracts/test_exposures.py holds it.\n"
_READ = re.compile(r"\b(?:from|join)\s+(\w+)")


@dataclass(frozen=True)
class Name:
    """Something that a module defines at its top: a function, a class or a constant."""

    module: str
    name: str


@dataclass(frozen=True)
class Module:
    """``defined``: each name with the statements that define it. ``imported``: what a name of this module stands for;
    a whole module has an empty name."""

    defined: dict[str, list[ast.stmt]]
    imported: dict[str, Name]


def main() -> None:
    FILE.write_text(exposures_yaml(descriptions()), encoding="utf-8")


def descriptions() -> dict[str, str]:
    """The descriptions of the file as it is, by the names of the exposures."""
    return {one["name"]: one["description"] for one in parse_yaml(FILE.read_text(encoding="utf-8"))["exposures"]}


def exposures_yaml(described: dict[str, str]) -> str:
    """Every page that reads the build, in the order of the menu."""
    found = [_exposure(place, tables, described) for place in PLACES if (tables := tables_of(place.path))]
    return _HEADER + yaml.safe_dump(
        {"version": 2, "exposures": found}, allow_unicode=True, sort_keys=False, width=10_000
    )


def _exposure(place: Place, tables: list[str], described: dict[str, str]) -> dict[str, Any]:
    name = f"cockpit_{place.path}"
    return {
        "name": name,
        "label": _in_both(f"nav.{place.path}"),
        "type": "dashboard",
        "description": described.get(name, ""),
        "owner": {"name": _in_both(f"role.{place.roles[0]}")},
        "depends_on": [f"ref('{table}')" for table in tables],
    }


def _in_both(key: str) -> str:
    return f"{texts_of('zh')(key)} / {texts_of('en')(key)}"


def tables_of(path: str) -> list[str]:
    """The published tables in the questions that a page can come to, by name."""
    view = f"dashboards.views.{path}"
    reached = {Name(view, name) for name in _module(view).defined}
    todo = list(reached)
    while todo:
        new = _names_in(todo.pop()) - reached
        reached |= new
        todo += new
    return sorted({table for name in reached for table in _tables_in(name)})


@cache
def _names_in(name: Name) -> set[Name]:
    """What the definition of a name itself names."""
    module = _module(name.module)
    found: set[Name] = set()
    for node in _nodes(name):
        if isinstance(node, ast.Name) and node.id in module.defined:
            found.add(Name(name.module, node.id))
        elif isinstance(node, ast.Name) and node.id in module.imported:
            found.add(_home_of(module.imported[node.id]))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in module.imported:
            of = module.imported[node.value.id]
            found.add(_home_of(Name(of.module, node.attr) if not of.name else of))
    return {one for one in found if one.name in _module(one.module).defined}


@cache
def _tables_in(name: Name) -> set[str]:
    """Tables after `from` and `join` of its questions, and names of tables that it puts into one.

    A table that only its rights are asked for (`by_table["mart_call"]`) is not read.
    """
    nodes = list(_nodes(name))
    keys = {id(node.slice) for node in nodes if isinstance(node, ast.Subscript)}
    texts = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys
    ]
    named = {word for text in texts for word in [text, *_READ.findall(text)]}
    return named & set(PUBLISHED)


def _nodes(name: Name) -> Iterator[ast.AST]:
    for statement in _module(name.module).defined[name.name]:
        yield from ast.walk(statement)


def _home_of(name: Name) -> Name:
    """Where a name is defined, when it was imported from a module that only passes it on."""
    passed_on = _module(name.module).imported.get(name.name)
    return _home_of(passed_on) if passed_on and passed_on.name else name


@cache
def _module(name: str) -> Module:
    file = _file(name)
    if file is None:  # of a library
        return Module({}, {})
    defined: dict[str, list[ast.stmt]] = {}
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for statement in tree.body:
        for defines in _defined_by(statement):
            defined.setdefault(defines, []).append(statement)
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                target = Name(whole, "") if _file(whole) else Name(node.module, alias.name)
                imported[alias.asname or alias.name] = target
    return Module(defined, imported)


def _defined_by(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


@cache
def _file(module: str) -> Path | None:
    path = PROJECT_ROOT.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


if __name__ == "__main__":
    main()
