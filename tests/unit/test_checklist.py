"""The 22-item checklist as it is read from a build, its evidence, and the seeds that declare it.

How a part is judged is tested in SQL: fct_checklist_part.yml, mart_compliance_checklist.yml.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from lingting.errors import UsageError
from lingting.kpi.checklist import DOMAINS, checklist, domain_scores, evidence, reader
from lingting.warehouse.tables import PUBLISHED
from tests.support import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt" / "seeds"
MONTH = date(2026, 10, 1)


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two months; item 5 has three parts, the second fails and the third is printed beside it."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table fct_complaint (complaint_id varchar, due_date date, is_late boolean);
            insert into fct_complaint values ('a', '2026-10-01', false), ('b', '2026-10-31', true),
                ('c', '2026-11-01', true), ('d', '2026-10-09', null);
            create table kpi_catalogue (kpi_id varchar, formula_id varchar, formula_zh varchar, formula_en varchar,
                valid_from date);
            insert into kpi_catalogue values ('complaint_sla', 'both', '旧', 'old', '2000-01-01'),
                ('complaint_sla', 'both', '新', 'new', '2026-10-01'),
                ('complaint_sla', 'both', '后', 'later', '2026-11-01');
            create table fct_checklist_part as
            select month::date as month_start, 5 as item_no, part_no, '部分' as part_zh, 'part ' || part_no as part_en,
                'complaint_sla' as kpi_id, 'both' as formula_id, part_no < 3 as is_judged, 2.0 as numerator,
                3.0 as denominator, 3 as n, 0 as n_open, 2 / 3 as value, 0.2 as ci_low, 0.9 as ci_high, 'ratio' as unit,
                '>=' as comparison, 1.0 as mark, status, null::double as sensitivity, null::double as specificity,
                null::bigint as n_gold, 'fct_complaint' as evidence_table,
                'due_date' as evidence_date, 'is_late' as evidence_problem, date '2026-10-31' as data_until
            from (values ('2026-10-01'), ('2026-11-01')) as m (month)
            cross join (values (1, 'PASS'), (2, 'FAIL'), (3, 'FAIL')) as p (part_no, status);
            create table mart_compliance_checklist as
            select *, '服务' as aspect_zh, 'Service' as aspect_en, '投诉时限' as label_zh, 'Complaints' as label_en,
                2 as n_parts, 1 as n_parts_passed, '《制度》一' as source_clause, 'law' as domain
            from fct_checklist_part where part_no = 2;
            """
        )
        yield connection


def test_an_item_names_the_judged_parts_that_keep_it_from_passing(build: duckdb.DuckDBPyConnection) -> None:
    (item,) = checklist(reader(build), date(2026, 10, 17))
    assert (item.status, item.note_en, item.note_zh) == ("FAIL", "part 2: FAIL", "部分：FAIL")
    assert [part.part_no for part in item.parts] == [1, 2, 3]
    assert item.to_dict()["parts"][0]["data_until"] == "2026-10-31"


def test_a_domain_is_scored_by_the_items_that_pass(build: duckdb.DuckDBPyConnection) -> None:
    """An item without data does not pass; a domain without items has no score."""
    (item,) = checklist(reader(build), MONTH)
    items = [replace(item, status=status) for status in ("PASS", "FAIL", "NO_DATA")]
    items.append(replace(item, status="PASS", domain="privacy"))
    found = [(score.domain, score.n_passed, score.n_items) for score in domain_scores(items)]
    assert found == [("law", 1, 3), ("privacy", 1, 1)]


def test_the_formula_is_the_one_that_was_valid_in_the_month(build: duckdb.DuckDBPyConnection) -> None:
    (item,) = checklist(reader(build), MONTH)
    assert {part.formula_en for part in item.parts} == {"new"}


def test_evidence_holds_the_month_only_and_shows_problems_first(build: duckdb.DuckDBPyConnection) -> None:
    found = evidence(reader(build), MONTH, 5, 1)
    assert (found.n_rows, found.n_problems) == (3, 1)
    assert [row[found.columns.index("complaint_id")] for row in found.rows] == ["b", "a", "d"]
    assert evidence(reader(build), MONTH, 5, 1, limit=1).rows == found.rows[:1]


def test_an_unknown_part_is_told(build: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match="the checklist of 2026-10 has no item 6 with a part 1"):
        evidence(reader(build), MONTH, 6, 1)


def test_a_month_without_data_has_no_rows(build: duckdb.DuckDBPyConnection) -> None:
    assert checklist(reader(build), date(2025, 1, 1)) == []


def test_there_are_22_items_in_four_aspects_and_a_baseline() -> None:
    items = seed("compliance_checklist")
    assert [int(item["item_no"]) for item in items] == list(range(1, 23))
    assert len({item["aspect_en"] for item in items}) == 5
    assert {item["domain"] for item in items} == set(DOMAINS)
    judged = {part["item_no"] for part in seed("compliance_checklist_part") if part["is_judged"] == "true"}
    assert judged == {item["item_no"] for item in items}


def test_every_part_is_measured_by_a_formula_of_the_catalogue() -> None:
    known = {(row["kpi_id"], row["formula_id"]) for row in seed("kpi_catalogue")}
    known.add(("script_compliance", "corrected"))  # no sum: fct_script_compliance_month
    asked = {(row["kpi_id"], row["formula_id"]) for row in seed("compliance_checklist_part")}
    assert asked - known == set()


def test_every_part_names_evidence_that_is_published() -> None:
    assert {row["evidence_table"] for row in seed("compliance_checklist_part")} - set(PUBLISHED) == set()
