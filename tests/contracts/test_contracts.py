"""Contracts are complete and agree with each other."""

from __future__ import annotations

import duckdb
import pytest

from lingting.contracts import all_contracts, contract
from lingting.errors import UsageError
from lingting.lake import ensure_schemas, glob_of
from lingting.paths import Home

NAMES = sorted(all_contracts())


@pytest.mark.parametrize("source", NAMES)
def test_references_point_at_declared_columns_of_the_same_type(source: str) -> None:
    declared = contract(source)
    for column, other, other_column in declared.reference_pairs:
        assert contract(other).column(other_column).type == declared.column(column).type


@pytest.mark.parametrize("source", NAMES)
def test_every_column_has_both_labels(source: str) -> None:
    for column in contract(source).columns:
        assert column.en.isascii()
        assert any("一" <= char <= "鿿" for char in column.zh), column.name


@pytest.mark.parametrize("source", NAMES)
def test_units_follow_the_name(source: str) -> None:
    for column in contract(source).columns:
        if column.name.endswith("_seconds"):
            assert column.unit == "s", column.name
        if column.name.endswith("_at"):
            assert column.type == "timestamp", column.name
        if column.name.startswith("is_"):
            assert column.type == "boolean", column.name


def test_day_of_is_sql_over_the_columns(lingting_home: Home) -> None:
    ensure_schemas()
    found = {}
    with duckdb.connect() as connection:
        for source in NAMES:
            files = f"read_parquet('{glob_of(source)}', hive_partitioning = true)"
            relation = connection.sql(f"select {contract(source).day_of} as day from {files}")
            found[source] = (str(relation.types[0]), relation.fetchall())
    assert {source: got for source, got in found.items() if got not in (("TIMESTAMP", []), ("DATE", []))} == {}


def test_parquet_types_match_duckdb_types() -> None:
    with duckdb.connect() as connection:
        for source in NAMES:
            declared = contract(source)
            connection.register("empty", declared.arrow_schema.empty_table())
            described = connection.sql("describe select * from empty").fetchall()
            found = {name: kind.lower() for name, kind, *_ in described}
            assert found == {column.name: column.type.duckdb for column in declared.columns}, source


def test_an_unknown_source_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no source is called 'call'; choose one of: access_events, .*calls, "):
        contract("call")
