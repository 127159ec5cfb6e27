"""What the management's pages ask and word: evidence within rights, the verdict line, contributions, nothing pasted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import duckdb
import pytest

from dashboards.components import contribution, evidence, verdict
from dashboards.components.kpi_set import KpiView, shown_to, views
from dashboards.data import checklist, management, queries
from dashboards.data.periods import period_of
from dashboards.i18n import LANGUAGES, texts_of
from lingting.kpi import moves
from lingting.kpi.decompose import Contribution, Decomposition, Sums
from lingting.rights import Role, Viewer
from lingting.settings import settings_for
from tests.unit.report_build import CRAFTED, build_report_home

MONTH = period_of("month", date(2026, 10, 1))
WEEKS = period_of("week", date(2026, 10, 12)), period_of("week", date(2026, 10, 19))
MANAGER = Viewer(Role.MANAGEMENT)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    root = tmp_path_factory.mktemp("home")
    path = build_report_home(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(root))
        settings_for.cache_clear()
        queries.build(MANAGER)
        with duckdb.connect(str(path), read_only=True) as connection:
            yield connection
    settings_for.cache_clear()


def page_of(language: str, role: Role = Role.MANAGEMENT) -> SimpleNamespace:
    """What a component reads of a page."""
    return SimpleNamespace(viewer=Viewer(role), texts=texts_of(language), language=language)  # type: ignore[arg-type]


def shown(home: object) -> list[KpiView]:
    formulas = shown_to(queries.catalogue(MANAGER), Role.MANAGEMENT)
    now = queries.kpis(MANAGER, MONTH, "centre", ["centre"])
    return views(formulas, now, [], [], MONTH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_line_counts_as_the_rows_do(home: duckdb.DuckDBPyConnection, language: str) -> None:
    ((missed, judged),) = home.execute(
        """select count(*) filter (where status = 'FAIL'), count(*) from mart_kpi
        where grain = 'month' and scope = 'centre' and is_default and status in ('PASS', 'WATCH', 'FAIL')
        and kpi_id in (select kpi_id from kpi_catalogue where tiers like '%management%')"""
    ).fetchall()
    line = verdict.html(shown(home), texts_of(language))  # type: ignore[arg-type]
    assert missed and f"{missed} " in line and f"{judged} " in line


def test_contributions_add_up_to_the_step_of_the_tile(home: object) -> None:
    """The generated build keeps its members right for some KPIs only; of the others nothing is divided."""
    rows = [queries.kpis(MANAGER, week, "centre", ["centre"]) for week in WEEKS]
    ends = [{row.kpi_id: row.value for row in of_week if row.is_default and row.unit != "count"} for of_week in rows]
    divided = set()
    for formula in queries.catalogue(MANAGER):
        before, now = (end.get(formula.kpi_id) for end in ends)
        if not formula.is_default or before is None or now is None:
            continue
        for dimension in moves.DIMENSIONS:
            found = management.contributions(MANAGER, formula.kpi_id, formula.formula_id, dimension, *WEEKS, False)
            if found is not None:
                divided.add((formula.kpi_id, dimension))
                assert (found.before, found.now) == (pytest.approx(before), pytest.approx(now))
                assert sum(part.total for part in found.parts) == pytest.approx(now - before, abs=1e-9)
    assert ("aht", "team") in divided and len(divided) >= 5


def test_few_cases_are_greyed_and_names_are_escaped(home: object) -> None:
    formula = next(one for one in queries.catalogue(MANAGER) if one.kpi_id == "fcr" and one.is_default)
    parts = (
        Contribution("T1", -0.1, 0.0, -0.1, Sums(90, 100, 100), Sums(80, 100, 100)),
        Contribution("T2", 0.01, 0.01, 0.0, Sums(4, 5, 5), Sums(4, 5, 5)),
        Contribution("", 0.0, None, None, Sums(0, 0, 0), Sums(1, 1, 1)),
    )
    names = {"T1": CRAFTED, "T2": "two"}
    found = Decomposition(0.9, 0.81, parts)
    table = contribution.html(page_of("en"), formula, found, "team", names, WEEKS)  # type: ignore[arg-type]
    assert "<script" not in table
    rows = table.split("<tr")[2:]
    assert "lt-thin" not in rows[0] and "lt-thin" in rows[1]
    assert texts_of("en")("changes.rest") in rows[2]
    assert 'href="team?' in rows[0], "a member's own page is one click away"


def test_a_role_without_the_page_gets_no_link_to_it(home: object) -> None:
    formula = next(one for one in queries.catalogue(MANAGER) if one.kpi_id == "fcr" and one.is_default)
    found = Decomposition(0.9, 0.8, (Contribution("T1", -0.1, 0.0, -0.1, Sums(90, 100, 100), Sums(80, 100, 100)),))
    table = contribution.html(page_of("zh", Role.COMPLIANCE), formula, found, "team", {}, WEEKS)  # type: ignore[arg-type]
    assert 'href="team?' not in table


def test_evidence_is_shown_only_where_the_role_may_read_it(home: object) -> None:
    month = MONTH.start
    assert checklist.proof(MANAGER, month, 2, 1).why_not == "closed", "accounts are not the management's"
    mine = checklist.proof(Viewer(Role.COMPLIANCE), month, 2, 1).evidence
    assert mine is not None and (mine.n_rows, mine.n_problems) == (1, 1)


@pytest.mark.parametrize(("item", "part"), [(3, 1), (1, 9), (99, 1)])
def test_what_the_build_does_not_hold_is_said_to_be_missing(home: object, item: int, part: int) -> None:
    assert checklist.proof(MANAGER, MONTH.start, item, part).why_not == "missing"


def test_customers_stay_masked_and_text_stays_text_in_evidence(home: object) -> None:
    proof = checklist.proof(MANAGER, MONTH.start, 1, 1)
    assert proof.evidence is not None
    key = proof.evidence.columns.index("customer_key")
    assert [row[key] for row in proof.evidence.rows] != ["key"]
    table = evidence.html(page_of("zh"), proof.evidence, proof.seconds, {})  # type: ignore[arg-type]
    assert "<script" not in table and "&lt;script&gt;" in table
    (row,) = checklist.evidence_rows(MANAGER, MONTH.start, 1, 1)
    assert row.complaint_id == "K1" and row.customer_key != "key"


def test_every_evidence_column_that_is_shown_has_a_word() -> None:
    for language in LANGUAGES:
        words = texts_of(language).words
        missing = {name for names in evidence.SHOWN.values() for name in names if f"column.{name}" not in words} - set(
            evidence._CALLS
        )
        assert missing == set()
