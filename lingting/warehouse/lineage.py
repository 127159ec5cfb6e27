"""What each table of a build and each KPI is made from, read out of dbt's manifest. Nothing is asked of dbt here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS = {"model": "nodes", "seed": "nodes", "source": "sources"}  # kinds of table -> where the manifest tells of them


def lineage_of(manifest: Mapping[str, Any], makers: Mapping[tuple[str, str], list[str]]) -> list[dict[str, str]]:
    """Rows of the published table lineage: one a child and direct parent, in order.

    ``makers``: (kpi_id, formula_id) -> the models that hold the parts of that KPI (lingting.kpi.dictionary).
    """
    named = {
        key: (node["name"], node["resource_type"])
        for place in dict.fromkeys(_KINDS.values())
        for key, node in manifest[place].items()
        if node["resource_type"] in _KINDS
    }
    pairs = {
        (*named[key], *named[parent])
        for key in named
        for parent in manifest["parent_map"].get(key, ())
        if parent in named
    }
    above: dict[str, set[str]] = {}
    for child, _, parent, _ in pairs:
        above.setdefault(child, set()).add(parent)
    pairs |= {
        (kpi_id, "kpi", model, "model") for (kpi_id, _), models in makers.items() for model in _first_of(models, above)
    }
    return [dict(zip(("child", "child_kind", "parent", "parent_kind"), pair, strict=True)) for pair in sorted(pairs)]


def _first_of(models: list[str], above: Mapping[str, set[str]]) -> list[str]:
    """The models that make a formula, without those that only read what another of them made."""
    return [one for one in models if not _upstream(one, above) & (set(models) - {one})]


def _upstream(name: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = above.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
