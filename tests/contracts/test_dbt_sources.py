"""dbt's sources.yml and staging models say exactly what lingting.contracts declares."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from lingting.contracts import all_contracts, contract
from lingting.contracts.__main__ import STAGING, staging_file
from tests.architecture.dbt_files import document


@cache
def declared_sources() -> dict[str, dict[str, Any]]:
    declared = document(STAGING / "sources.yml")
    (lake,) = declared["sources"]
    return {table["name"]: table for table in lake["tables"]}


def test_sources_are_the_contracts() -> None:
    assert sorted(declared_sources()) == sorted(all_contracts())


@pytest.mark.parametrize("source", sorted(all_contracts()))
def test_source_has_the_columns_types_and_docs_of_its_contract(source: str) -> None:
    declared = contract(source)
    table = declared_sources()[source]
    found = [(c["name"], c["data_type"], c["description"]) for c in table["columns"]]
    wanted = [(c.name, c.type.duckdb, f"{c.zh} / {c.en}".replace('"', "'")) for c in declared.columns]
    assert found == wanted
    assert table["description"].startswith(f"Grain: {declared.grain}.")


@pytest.mark.parametrize("source", sorted(all_contracts()))
def test_staging_reads_every_column_of_its_source(source: str) -> None:
    sql = staging_file(f"stg_{source}.sql").read_text(encoding="utf-8")
    assert f"lake('{source}')" in sql
    selected = sql[: sql.rindex("from ")]
    names = [re.split(r"\s", line.strip().rstrip(","))[-1] for line in selected.splitlines()[1:] if line.strip()]
    assert names == [*contract(source).names, "partition_date"]


@pytest.mark.parametrize("source", sorted(name for name, declared in all_contracts().items() if declared.daily))
def test_staging_of_a_large_source_tests_its_key(source: str) -> None:
    """Of the small ones the loader and door one see to it, and their facts test their own keys."""
    (model,) = document(staging_file(f"stg_{source}.yml"))["models"]
    (test,) = [t["grain"] for t in model["data_tests"] if "grain" in t]
    assert test["arguments"]["columns"] == list(contract(source).key)
