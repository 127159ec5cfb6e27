"""The layers of the warehouse: who may read whom, and what must stand beside each model."""

from __future__ import annotations

import re
from typing import Any

from lingting.paths import DBT_PROJECT
from tests.architecture.dbt_files import LAYERS, document, models, seeds

# A layer reads the one below; intermediate and core may also build on themselves. Seeds enter at intermediate and core.
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "core": {"intermediate", "core", "seed"},
    "marts": {"core"},
}
PREFIXES = {"staging": ("stg_",), "intermediate": ("int_",), "core": ("dim_", "fct_", "kpi_"), "marts": ("mart_",)}
MAX_LINES = 100


def _kinds() -> dict[str, str]:
    return {model.name: model.layer for model in models()} | dict.fromkeys(seeds(), "seed")


def _only(found: dict[str, Any]) -> dict[str, Any]:
    """The models with something to say."""
    return {name: wrong for name, wrong in found.items() if wrong}


def test_a_layer_reads_only_the_layer_below() -> None:
    kinds = _kinds()
    assert set(kinds.values()) == {*LAYERS, "seed"}
    wrong, idle = {}, []
    for model in models():
        read = {(name, kinds[name]) for name in model.refs} | {(name, "source") for name in model.sources}
        wrong[model.name] = {pair for pair in read if pair[1] not in MAY_READ[model.layer]}
        idle += [] if read or model.name in ("dim_date", "stg_source_loads") else [model.name]
    assert _only(wrong) == {}
    assert idle == [], "they read nothing"  # but for the calendar, and what the loader counted


def test_a_model_is_read_through_ref_or_lake_only() -> None:
    """A table named by hand would be missing from the lineage."""
    wrong = {}
    for model in models():
        lake = {f"{prefix}_{name}" for name in model.sources for prefix in ("lake", "lake_days")} | {"lake_loads"}
        wrong[model.name] = model.tables - set(model.refs) - lake
    assert _only(wrong) == {}


def test_names_tell_the_layer() -> None:
    assert [model.name for model in models() if not model.name.startswith(PREFIXES[model.layer])] == []


def test_a_model_is_short() -> None:
    assert [model.name for model in models() if len(model.raw.splitlines()) > MAX_LINES] == []


def test_the_description_opens_with_the_grain_and_speaks_both_languages() -> None:
    wrong = [m.name for m in models() if not re.match(r"Grain: .*[\u4e00-\u9fff].* / \w", m.yml["description"], re.S)]
    assert wrong == [], "write: Grain: …. 中文 / English"


def test_every_column_is_described_in_both_languages() -> None:
    both = re.compile(r"[\u4e00-\u9fff].* / \S")
    poor = {
        m.name: [c["name"] for c in m.yml["columns"] if not both.search(c.get("description", ""))] for m in models()
    }
    assert _only(poor) == {}, "write: 中文 / English"


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


def test_dimensions_facts_and_marts_test_their_key() -> None:
    keyless = {"fct_kpi_day", "fct_kpi_month"}  # parts of several models: no key by design
    wrong = []
    for model in models():
        if model.name.startswith(("dim_", "fct_", "mart_")):
            names = set(_tests_of(model.yml))
            wrong += [] if ("filled" if model.name in keyless else "grain") in names else [model.name]
    assert wrong == [], "test the key: grain with its columns"


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


def test_an_incremental_model_declares_the_window_it_replaces() -> None:
    """It reads its own days in that window; one with a key may give rows of older days too."""
    wrong = []
    for model in models():
        window = model.yml.get("config", {}).get("meta", {}).get("window")
        is_register = "registers" in model.path.parts
        if "materialized='incremental'" in model.raw or is_register:
            needed = () if is_register else ("incremental_strategy='replace_range'", "on_schema_change='fail'")
            is_declared = window and window["column"] in {column["name"] for column in model.yml["columns"]}
            is_limited = "replaced_days(" in model.raw or "unique_key=" in model.raw
            wrong += [] if is_declared and is_limited and all(text in model.raw for text in needed) else [model.name]
        elif "replaced_days(" in model.raw:
            wrong.append(model.name)
    assert wrong == []


def test_registers_are_kept_as_tables() -> None:
    staging = document(DBT_PROJECT / "dbt_project.yml")["models"]["lingting"]["staging"]
    assert staging["registers"] == {
        "+materialized": "incremental",
        "+incremental_strategy": "replace_range",
        "+on_schema_change": "fail",
    }


def test_an_exposure_reads_marts_core_and_seeds() -> None:
    kinds = _kinds()
    for exposure in document(DBT_PROJECT / "models" / "exposures.yml")["exposures"]:
        read = re.findall(r"ref\('(\w+)'\)", " ".join(exposure["depends_on"]))
        assert read and all(kinds[name] in ("marts", "core", "seed") for name in read), exposure["name"]


def test_views_over_the_whole_history_carry_no_data_tests() -> None:
    """Such a test would read every day that ever was on each daily run; what a view feeds is tested instead."""
    tested, windowless = [], []
    for model in (model for model in models() if model.layer == "core"):
        if {"kpi_parts", "kpi_month_parts"} & set(model.path.parts) or "materialized='view'" in model.raw:
            tested += [model.name] if _tests_of(model.yml) else []
        elif model.name.startswith("fct_"):
            windowless += [] if model.yml["config"]["meta"]["window"] else [model.name]
    assert tested == []
    assert windowless == [], "without a window its tests read the whole history"
