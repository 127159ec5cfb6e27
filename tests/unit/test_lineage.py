"""What tables and KPIs are made from: read out of a manifest, and walked upwards."""

from __future__ import annotations

from typing import Any

from dashboards.components.lineage_tree import Branch, sources_of, tree_html, upstream
from dashboards.data.rows_builds import Edge
from lingting.warehouse.lineage import lineage_of


def manifest() -> dict[str, Any]:
    """calls -> stg -> part, list -> part -> mart; money reads what part made; a test stands beside them."""
    models = ("stg_calls", "kpi_part_calls", "mart_kpi", "kpi_part_money")
    nodes = {f"model.p.{name}": {"name": name, "resource_type": "model"} for name in models}
    nodes |= {"seed.p.codes": {"name": "codes", "resource_type": "seed"}}
    nodes |= {"test.p.unique": {"name": "unique", "resource_type": "test"}}
    return {
        "nodes": nodes,
        "sources": {"source.p.lake.calls": {"name": "calls", "resource_type": "source"}},
        "parent_map": {
            "model.p.stg_calls": ["source.p.lake.calls"],
            "model.p.kpi_part_calls": ["model.p.stg_calls", "seed.p.codes"],
            "model.p.mart_kpi": ["model.p.kpi_part_calls"],
            "model.p.kpi_part_money": ["model.p.kpi_part_calls"],
            "test.p.unique": ["model.p.mart_kpi"],
        },
    }


def edges(makers: dict[tuple[str, str], list[str]]) -> list[Edge]:
    return [Edge(**row) for row in lineage_of(manifest(), makers)]


def test_lineage_names_tables_with_their_kind_and_leaves_out_tests() -> None:
    found = {(e.child, e.child_kind, e.parent, e.parent_kind) for e in edges({})}
    assert found == {
        ("stg_calls", "model", "calls", "source"),
        ("kpi_part_calls", "model", "stg_calls", "model"),
        ("kpi_part_calls", "model", "codes", "seed"),
        ("mart_kpi", "model", "kpi_part_calls", "model"),
        ("kpi_part_money", "model", "kpi_part_calls", "model"),
    }


def test_a_kpi_is_made_by_the_model_that_adds_it_up_not_by_one_that_reads_it() -> None:
    makers = {("aht", "aht"): ["kpi_part_calls", "kpi_part_money"], ("cost", "cost"): ["kpi_part_money"]}
    made = {(e.child, e.parent) for e in edges(makers) if e.child_kind == "kpi"}
    assert made == {("aht", "kpi_part_calls"), ("cost", "kpi_part_money")}


def test_tree_ends_in_the_sources() -> None:
    tree = upstream(edges({("aht", "aht"): ["kpi_part_calls"]}), "aht", "kpi")
    assert sources_of(tree) == ["calls"]
    assert [parent.name for parent in tree.parents] == ["kpi_part_calls"]


def test_a_table_is_opened_once_where_it_is_nearest() -> None:
    diamond = [
        Edge("top", "model", "side", "model"),
        Edge("side", "model", "base", "model"),
        Edge("top", "model", "base", "model"),
        Edge("base", "model", "calls", "source"),
    ]
    tree = upstream(diamond, "top", "model")
    side, base = tree.parents
    assert base.parents == (Branch("calls", "source"),)
    assert side.parents == (Branch("base", "model", is_again=True),)


def test_names_in_the_tree_are_escaped() -> None:
    drawn = tree_html(Branch("<b>", "model", (Branch("&", "source"),)), lambda kind: kind, "again")
    assert "<q>&lt;b&gt;</q>" in drawn
    assert "<q>&amp;</q>" in drawn


def test_a_table_that_nobody_knows_has_no_tree() -> None:
    assert upstream([], "nothing", "model") == Branch("nothing", "model")
