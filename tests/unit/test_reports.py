"""The monthly report: the numbers of mart_kpi, nothing that runs, no agent, no customer; PDF only with a font."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
import typst

from lingting import audit
from lingting.cli.report import Kind, Language, report
from lingting.errors import UsageError
from lingting.kpi.asked import ask
from lingting.reports import CannotMake, made, render
from lingting.reports.document import Document, document_of
from lingting.reports.facts import Facts, facts_of
from lingting.reports.words import LANGUAGES, words_of
from lingting.rights import Forbidden, Role, Viewer
from lingting.settings import settings_for
from tests.unit.report_build import CRAFTED, build_report_home

MONTH = date(2026, 10, 1)
MANAGER = Viewer(Role.MANAGEMENT)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The home with the build; the connection reads it without the code under test."""
    root = tmp_path_factory.mktemp("home")
    path = build_report_home(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(root))
        settings_for.cache_clear()
        ask(MANAGER, int, "select 1")  # opens the file read-only first: DuckDB refuses two kinds of access
        with duckdb.connect(str(path), read_only=True) as connection:
            yield connection
    settings_for.cache_clear()


@pytest.fixture(scope="module")
def facts(home: object) -> Facts:
    found = facts_of(MANAGER, MONTH)
    assert found is not None
    return found


@pytest.fixture(scope="module", params=LANGUAGES)
def document(facts: Facts, request: pytest.FixtureRequest) -> Document:
    return document_of(facts, words_of(request.param))


def test_each_kpi_is_told_as_it_stands_in_mart_kpi(home: duckdb.DuckDBPyConnection, facts: Facts) -> None:
    stored = home.execute(
        """select kpi_id, value, n, ci_low, ci_high, target, status from mart_kpi where grain = 'month'
        and period_start = '2026-10-01' and scope = 'centre' and is_default order by kpi_id"""
    ).fetchall()
    told = {row.kpi_id: (row.value, row.n, row.ci_low, row.ci_high, row.target, row.status) for row in facts.rows}
    assert told, "the report holds no KPI"
    by_management = {
        kpi for (kpi,) in home.execute("select kpi_id from kpi_catalogue where tiers like '%management%'").fetchall()
    }
    assert told == {kpi: tuple(rest) for kpi, *rest in stored if kpi in by_management}


def test_the_values_of_the_facts_stand_in_the_document(facts: Facts, document: Document) -> None:
    words = words_of(document.language)
    shown = {row[0]: row for section in document.sections for table in section.tables for row in table.rows}
    for row in facts.rows:
        cells = shown[words.either(row.label_zh, row.label_en)]
        assert cells, row.kpi_id
    lines = {cells for section in document.sections for table in section.tables for cells in table.rows}
    for row in facts.rows:
        label, value = words.either(row.label_zh, row.label_en), words.amount(row.value, row.unit)
        assert any(cells[:2] == (label, value) and cells[3] == f"{row.n:,}" for cells in lines if len(cells) == 7)


def test_a_project_is_told_by_the_days_before_and_since(
    home: duckdb.DuckDBPyConnection, facts: Facts, document: Document
) -> None:
    """The improvement began on the 8th and is in place since the 15th; the days between belong to neither side."""
    ((before, since, n_before, n_since),) = home.execute(
        """select sum(numerator) filter (where period_start < '2026-10-08') / sum(denominator)
                filter (where period_start < '2026-10-08'),
            sum(numerator) filter (where period_start >= '2026-10-15') / sum(denominator)
                filter (where period_start >= '2026-10-15'),
            sum(n) filter (where period_start < '2026-10-08'), sum(n) filter (where period_start >= '2026-10-15')
        from mart_kpi where grain = 'day' and scope = 'centre' and kpi_id = 'fcr' and formula_id = 'fcr_process'"""
    ).fetchall()
    (found,) = facts.improvements
    assert (found.effect.before.value, found.effect.after.value) == (pytest.approx(before), pytest.approx(since))
    assert (found.effect.before.n, found.effect.after.n) == (n_before, n_since)
    words = words_of(document.language)
    section = next(one for one in document.sections if one.title == words("section_projects"))
    (row,) = section.tables[0].rows
    assert row[0] == CRAFTED
    assert row[1].startswith(words.amount(before, "ratio")) and row[2].startswith(words.amount(since, "ratio"))
    assert row[-1] == words(f"answer_{found.answer}")


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [("better", "better"), ("worse", "worse"), ("no_clear_change", "unclear"), ("too_few", "too_early"),
     ("no_data", "too_early")],
)  # fmt: skip
def test_an_improvement_is_answered_only_where_the_data_can_tell(facts: Facts, verdict: str, answer: str) -> None:
    (found,) = facts.improvements
    assert replace(found, effect=replace(found.effect, verdict=verdict)).answer == answer


def test_every_assumption_of_the_return_is_printed(document: Document) -> None:
    text = json.dumps(asdict(document), ensure_ascii=False)
    words = words_of(document.language)
    for figure in ("+78%", "-11%", "6,661", "11,893", "165,007", "22,854", "20,134", "33,323"):
        assert figure in text, figure
    for part in ("quality", "efficiency", "cost", "satisfaction"):
        assert words(f"score_{part}") in text


def test_an_item_without_data_is_not_counted_as_passed(document: Document) -> None:
    section = next(one for one in document.sections if one.title == words_of(document.language)("section_compliance"))
    assert re.search(r"\b1\b.*\b3\b", section.sentences[0]), "one of three items passes"


def test_what_people_typed_stays_text_in_the_web_page(document: Document) -> None:
    page = render.to_html(document)
    assert "<script" not in page
    assert html.escape(CRAFTED, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    assert "http://" not in page and "https://" not in page, "the page needs no other file"


def test_what_people_typed_stays_text_in_the_pdf(document: Document) -> None:
    """Typst reads the words as data: `#let` and `$a$` are not run, and the headings are those of the document."""
    made_pdf = render.to_pdf(document)
    assert made_pdf.startswith(b"%PDF-")
    given = {"document": json.dumps(asdict(document), ensure_ascii=False), "font": render.CHINESE_FONTS[0]}
    source = render._template("report.typ").encode("utf-8")
    found = json.loads(typst.query(source, "heading.where(level: 1)", sys_inputs=given))
    assert [one["body"]["text"] for one in found] == [section.title for section in document.sections]
    cells = typst.query(source, "table", sys_inputs=given)
    assert json.dumps(CRAFTED)[1:-1] in cells


def test_no_agent_and_no_customer_is_named(home: duckdb.DuckDBPyConnection, document: Document) -> None:
    text = json.dumps(asdict(document), ensure_ascii=False)
    names = home.execute("select agent_id, agent_name from dim_agent").fetchall()
    assert names
    assert [name for pair in names for name in pair if name in text] == []
    keys = home.execute("select distinct customer_key from mart_call").fetchall()
    assert [key for (key,) in keys if key in text] == []


def test_without_a_chinese_font_the_pdf_is_refused_with_the_package_to_install(
    home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "_families", lambda: frozenset({"Libertinus Serif"}))
    with pytest.raises(CannotMake, match="fonts-noto-cjk") as refused:
        made(MANAGER, MONTH, "zh", "pdf")
    assert refused.value.code == "no_font"
    assert made(MANAGER, MONTH, "zh", "html").startswith(b"<!doctype html>")


def test_a_month_without_data_is_refused(home: object) -> None:
    with pytest.raises(CannotMake, match="2025-01") as refused:
        made(MANAGER, date(2025, 1, 1), "en", "html")
    assert refused.value.code == "no_month"


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.DATA, Role.ADMINISTRATOR])
def test_a_role_without_the_figures_gets_no_report(home: object, role: Role) -> None:
    with pytest.raises((Forbidden, CannotMake)):
        made(Viewer(role, agent_id="A001", team_ids=("T1",)), MONTH, "zh", "html")


def test_both_languages_have_the_same_words() -> None:
    assert set(words_of("zh").by_key) == set(words_of("en").by_key)
    assert [
        key for key, word in words_of("zh").by_key.items() if re.search("[A-Za-z]{2,}", re.sub(r"{\w+}", "", word))
    ] == []
    assert [key for key, word in words_of("en").by_key.items() if re.search("[\u3400-\u9fff]", word)] == []


def test_the_command_writes_the_file_and_notes_it(home: object, tmp_path: Path) -> None:
    file = tmp_path / "october.html"
    report("2026-10", Language.EN, Kind.HTML, file)
    assert file.read_bytes() == made(MANAGER, MONTH, "en", "html")
    noted = [entry for entry in audit.entries() if entry.object_kind == "report"]
    assert [(entry.action, entry.object_id) for entry in noted] == [("export", "2026-10.en.html")]
    assert noted[0].name.startswith("host:")


@pytest.mark.parametrize(("month", "where"), [("2026-13", "x.html"), ("october", "x.html"), ("2026-10", "no/x.html")])
def test_the_command_refuses_what_it_can_not_write(home: object, tmp_path: Path, month: str, where: str) -> None:
    with pytest.raises(UsageError):
        report(month, Language.EN, Kind.HTML, tmp_path / where)
    assert list(tmp_path.iterdir()) == []
