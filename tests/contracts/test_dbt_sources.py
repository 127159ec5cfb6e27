"""dbt's sources.yml and staging models say exactly what lingting.contracts declares."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from lingting.contracts import all_contracts, contract
from lingting.contracts.__main__ import SOURCES_SEED, STAGING, sources_seed, staging_file
from tests.architecture.dbt_files import document, models


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


def test_the_seed_of_sources_is_the_contracts() -> None:
    wanted = sources_seed(all_contracts()[name] for name in sorted(all_contracts()))
    assert SOURCES_SEED.read_text(encoding="utf-8") == wanted, "run: python -m lingting.contracts"


def test_every_large_source_is_judged_by_its_rows() -> None:
    (judged,) = [model for model in models() if model.name == "int_source_days"]
    assert set(judged.refs) == {f"stg_{source}" for source, declared in all_contracts().items() if declared.daily}


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
