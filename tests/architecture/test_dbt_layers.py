"""The layers of the warehouse: who may read whom, and what must stand beside each model."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lingting.paths import DBT_PROJECT
from tests.architecture.dbt_files import LAYERS, Model, document, models, seeds

# A layer reads the one below; intermediate and core may also build on themselves. Seeds enter at intermediate and core.
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "core": {"intermediate", "core", "seed"},
    "marts": {"core"},
}
PREFIXES = {"staging": ("stg_",), "intermediate": ("int_",), "core": ("dim_", "fct_", "kpi_"), "marts": ("mart_",)}
MAX_LINES = 100
each_model = pytest.mark.parametrize("model", models(), ids=lambda model: model.name)


def _kinds() -> dict[str, str]:
    return {model.name: model.layer for model in models()} | dict.fromkeys(seeds(), "seed")


@each_model
def test_a_layer_reads_only_the_layer_below(model: Model) -> None:
    assert model.layer in LAYERS
    kinds = _kinds()
    read = {(name, kinds[name]) for name in model.refs} | {(name, "source") for name in model.sources}
    assert {pair for pair in read if pair[1] not in MAY_READ[model.layer]} == set()
    assert read or model.name == "dim_date", f"{model.name} reads nothing"


@each_model
def test_a_model_is_read_through_ref_or_lake_only(model: Model) -> None:
    """A table named by hand would be missing from the lineage."""
    kinds = ("lake", "lake_days", "lake_loads")
    read = {*model.refs, *(f"{kind}_{name}" for kind in kinds for name in model.sources)}
    assert model.tables - read == set()


@each_model
def test_names_tell_the_layer(model: Model) -> None:
    assert model.name.startswith(PREFIXES[model.layer])


@each_model
def test_a_model_is_short(model: Model) -> None:
    assert len(model.raw.splitlines()) <= MAX_LINES


@each_model
def test_the_description_opens_with_the_grain_and_speaks_both_languages(model: Model) -> None:
    description = model.yml["description"]
    assert description.startswith("Grain: ")
    assert re.search(r"[\u4e00-\u9fff].* / \w", description), "write: Grain: …. 中文 / English"


@each_model
def test_every_column_is_described_in_both_languages(model: Model) -> None:
    poor = [
        c["name"] for c in model.yml["columns"] if not re.search(r"[\u4e00-\u9fff].* / \S", c.get("description", ""))
    ]
    assert poor == []


def test_core_and_marts_have_contracts() -> None:
    project = document(DBT_PROJECT / "dbt_project.yml")
    layers = project["models"]["lingting"]
    assert [layers[layer]["+contract"] for layer in ("core", "marts")] == [{"enforced": True}] * 2
    switched_off = [
        model.name for model in models() if "contract" in model.raw or "contract" in model.yml.get("config", {})
    ]
    assert switched_off == []
    untyped = [
        (model.name, column["name"])
        for model in models()
        if model.layer in ("core", "marts")
        for column in model.yml["columns"]
        if not column.get("data_type")
    ]
    assert untyped == []


def _tests_of(entry: dict[str, Any]) -> list[str]:
    listed = entry.get("data_tests", []) + [t for c in entry["columns"] for t in c.get("data_tests", [])]
    return [test if isinstance(test, str) else next(iter(test)) for test in listed]


@pytest.mark.parametrize(
    "model", [m for m in models() if m.name.startswith(("dim_", "fct_", "mart_"))], ids=lambda m: m.name
)
def test_dimensions_facts_and_marts_test_their_key(model: Model) -> None:
    names = _tests_of(model.yml)
    if model.name in (
        "fct_kpi_day",
        "fct_kpi_month",
    ):  # parts of several models: no key by design
        assert "not_null" in names
    else:
        assert {"unique", "unique_combination"} & set(names)
        assert "not_null" in names


def test_no_yml_uses_the_key_that_dbt_drops_in_silence() -> None:
    wrong = [
        p.name for p in (DBT_PROJECT / "models").rglob("*.yml") if re.search(r"^\s*tests:", p.read_text(), re.MULTILINE)
    ]
    assert wrong == []


def test_unit_tests_are_named_after_behaviour() -> None:
    named = [test["name"] for model in models() for test in model.unit_tests]
    assert len(named) == len(set(named))
    assert [name for name in named if not re.fullmatch(r"test_[a-z0-9_]{8,}", name)] == []
    assert {
        "test_icmi_example_gives_six_service_levels",
        "test_answered_exactly_at_the_threshold_counts_inside",
        "test_transfer_makes_two_visits",
        "test_short_abandon",
        "test_wrap_overlapping_the_next_call_is_cut",
        "test_window_that_is_not_over_is_open",
        "test_nps_margin",
        "test_csat_latest_answer_wins",
    } <= set(named)


@each_model
def test_an_incremental_model_declares_the_window_it_replaces(model: Model) -> None:
    window = model.yml.get("config", {}).get("meta", {}).get("window")
    if "materialized='incremental'" in model.raw:
        assert window and window["column"] in {c["name"] for c in model.yml["columns"]}
        assert "incremental_strategy='replace_range'" in model.raw and "on_schema_change='fail'" in model.raw
        assert "replaced_days(" in model.raw
    else:
        assert "replaced_days(" not in model.raw


def test_every_cockpit_page_is_an_exposure_with_an_owner() -> None:
    declared = document(DBT_PROJECT / "models" / "exposures.yml")["exposures"]
    exposures = {exposure["name"]: exposure for exposure in declared}
    assert set(exposures) == {"cockpit_management", "cockpit_team", "cockpit_my_calls", "cockpit_call"}
    kinds = _kinds()
    for exposure in exposures.values():
        assert exposure["owner"]["name"]
        read = re.findall(r"ref\('(\w+)'\)", " ".join(exposure["depends_on"]))
        assert read and all(kinds[name] in ("marts", "core", "seed") for name in read)


@pytest.mark.parametrize("model", [m for m in models() if m.layer == "core"], ids=lambda m: m.name)
def test_views_over_the_whole_history_carry_no_data_tests(model: Model) -> None:
    """Such a test would read every day that ever was on each daily run; what a view feeds is tested instead."""
    is_view = {"kpi_parts", "kpi_month_parts"} & set(model.path.parts) or "materialized='view'" in model.raw
    if is_view:
        assert _tests_of(model.yml) == []
    elif model.name.startswith("fct_"):
        assert model.yml["config"]["meta"]["window"], "without a window its tests read the whole history"
