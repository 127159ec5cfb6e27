"""The table of requirements: complete, every reference real, and the page written from it."""

from __future__ import annotations

import csv
import re
import tomllib
from itertools import groupby

from scripts.coverage import ELSEWHERE, PAGE, SOURCE, page, requirements
from tests.support import PROJECT_ROOT

ROWS_OF_CHAPTERS = [29, 15, 28, 16, 22, 13, 29, 24, 38]
TITLES = (
    "《呼叫中心质量监控细则》",
    "《呼叫中心内控管理制度》",
    "《呼叫中心质量监控管理办法》",
    "《高效客服中心运营管理规范》",
    "《呼叫中心行业标准化建设》",
)
KINDS = {"M", "L", "O", "M/O", "M/L", "L/O"}
FOUND = requirements()


def stems(folder: str, pattern: str) -> set[str]:
    return {path.stem for path in (PROJECT_ROOT / folder).glob(pattern)}


def known_references() -> set[str]:
    """Everything that a row may name."""
    with (PROJECT_ROOT / "dbt/seeds/kpi_catalogue.csv").open(encoding="utf-8", newline="") as file:
        formulas = {(row["kpi_id"], row["formula_id"]) for row in csv.DictReader(file)}
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {
        "kpi": {kpi for kpi, _ in formulas} | {f"{kpi}/{formula}" for kpi, formula in formulas},
        "model": stems("dbt/models", "**/*.sql"),
        "source": stems("lingting/contracts/sources", "*.yaml"),
        "seed": stems("dbt/seeds", "*.csv"),
        "suite": stems("expectations/suites", "*/*.yaml"),
        "page": stems("dashboards/views", "*.py") - {"__init__"},
        "command": set(project["entry-points"]["lingting.commands"]),
        "test": stems("tests", "*/test_*.py"),
        "doc": stems("docs", "*.md"),
    }
    return {f"{kind}:{name}" for kind, members in names.items() for name in members}


def test_the_214_requirements_are_numbered_without_gaps() -> None:
    expected = [
        f"{chapter}.{place:02d}" for chapter, rows in enumerate(ROWS_OF_CHAPTERS, 1) for place in range(1, rows + 1)
    ]
    assert len(expected) == 214
    assert [item.id for item in FOUND] == expected


def test_whatever_a_requirement_names_exists() -> None:
    known = known_references()
    named = sorted((reference, item.id) for item in FOUND for reference in item.references if reference not in known)
    missing = {reference: [row for _, row in rows] for reference, rows in groupby(named, lambda pair: pair[0])}
    assert missing == {}, f"{len(missing)} references do not exist"


def test_every_requirement_is_answered_or_says_why_not() -> None:
    assert [item.id for item in FOUND if bool(item.references) == item.note_en.startswith(ELSEWHERE)] == []
    assert [item.id for item in FOUND if len(item.note_en.removeprefix(ELSEWHERE).split()) < 4] == []
    assert [item.id for item in FOUND if not item.note_en.endswith(".")] == []


def test_no_requirement_names_something_twice() -> None:
    assert [item.id for item in FOUND if len(set(item.references)) < len(item.references)] == []


def test_every_requirement_has_labels_kind_and_clause() -> None:
    assert [item.id for item in FOUND if not 0 < len(item.topic_zh) <= 30] == []
    assert [item.id for item in FOUND if not 0 < len(item.topic_en.split()) <= 12] == []
    assert [item.id for item in FOUND if item.kind not in KINDS] == []
    clauses = [(item.id, clause) for item in FOUND for clause in item.clause.split("；")]
    assert [
        clause for clause in clauses if not re.fullmatch(f"({'|'.join(TITLES)})[一二三四五六七八第实].*", clause[1])
    ] == []


def test_organisation_text_is_not_called_answered() -> None:
    assert [item.id for item in FOUND if item.kind == "O" and item.state != "elsewhere"] == []


def test_no_cell_breaks_the_table() -> None:
    assert "|" not in SOURCE.read_text(encoding="utf-8")


def test_the_page_is_written_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(FOUND)
