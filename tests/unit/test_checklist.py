"""The 22-item checklist: no data is never a pass, and a pass needs the confidence bound on the good side."""

from __future__ import annotations

import csv
from datetime import date

import duckdb
import pytest

from lingting.kpi.checklist import ChecklistItem, checklist
from tests.support import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt" / "seeds"


def judged(kpis: list[tuple[str, str, float | None, float | None, float | None, int, str]]) -> dict[int, ChecklistItem]:
    """The checklist over a month that holds ``kpis``: (kpi, formula, value, ci_low, ci_high, n, status)."""
    connection = duckdb.connect()
    connection.execute(f"create table compliance_checklist as from read_csv('{SEEDS / 'compliance_checklist.csv'}')")
    connection.execute(
        "create table mart_kpi (grain varchar, period_start date, scope varchar, kpi_id varchar, formula_id varchar, "
        "numerator double, denominator double, n bigint, value double, ci_low double, ci_high double, status varchar)"
    )
    for kpi, formula, value, low, high, n, status in kpis:
        connection.execute(
            "insert into mart_kpi values ('month', '2026-10-01', 'centre', ?, ?, null, null, ?, ?, ?, ?, ?)",
            [kpi, formula, n, value, low, high, status],
        )
    return {item.item_no: item for item in checklist(connection, date(2026, 10, 5))}


def test_there_are_22_items_in_four_aspects_and_a_baseline() -> None:
    items = judged([])
    assert sorted(items) == list(range(1, 23))
    assert len({item.aspect_en for item in items.values()}) == 5


def test_no_data_is_never_a_pass() -> None:
    assert {item.status for item in judged([]).values()} == {"NO_DATA"}


@pytest.mark.parametrize(
    ("value", "low", "expected"), [(0.99, 0.985, "PASS"), (0.99, 0.975, "WATCH"), (0.97, 0.96, "FAIL")]
)
def test_script_compliance_passes_only_with_its_lower_bound(value: float, low: float, expected: str) -> None:
    row = ("script_compliance", "script_compliance", value, low, 1.0, 4000, "WATCH")
    assert judged([row])[1].status == expected


def test_a_composite_item_with_a_missing_part_can_fail_but_not_pass() -> None:
    good = judged([("abandonment", "ab_all", 0.01, 0.005, 0.02, 4000, "PASS")])[3]
    bad = judged([("abandonment", "ab_all", 0.09, 0.08, 0.1, 4000, "FAIL")])[3]
    assert (good.status, bad.status) == ("NO_DATA", "FAIL")
    assert "alert" in good.note_en
    assert "预警" in good.note_zh


def test_small_numbers_are_said_to_be_small() -> None:
    assert judged([("fcr", "fcr_process", 0.9, 0.7, 0.97, 12, "INSUFFICIENT_N")])[4].status == "INSUFFICIENT_N"


def test_every_item_with_a_kpi_names_one_of_the_catalogue() -> None:
    with (SEEDS / "kpi_catalogue.csv").open(encoding="utf-8") as handle:
        known = {(row["kpi_id"], row["formula_id"]) for row in csv.DictReader(handle)}
    with (SEEDS / "compliance_checklist.csv").open(encoding="utf-8") as handle:
        asked = {(row["kpi_id"], row["formula_id"]) for row in csv.DictReader(handle) if row["kpi_id"]}
    assert asked
    assert asked <= known
