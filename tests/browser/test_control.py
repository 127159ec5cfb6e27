"""Quality, compliance and data at their real work, in a browser; and every part of their pages in both languages."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.i18n import texts_of
from dashboards.i18n.texts import Language
from dashboards.views import compliance, data, quality
from lingting.audit import note
from lingting.lake import atomic_json
from lingting.lake.rejects import REJECT_COUNT_SCHEMA, reject_counts
from lingting.loading import load_file
from lingting.rights import Role, Viewer
from lingting.rules import NOTE
from lingting.warehouse import published_connection
from lingting.warehouse.builds import Build, current_build, point_to
from tests.browser.cockpit import Cockpit, Screen
from tests.browser.test_pages import ALLOWED_IN_CHINESE, ALLOWED_IN_ENGLISH, CJK, LATIN

OpenScreen = Callable[..., Screen]
VERSION = re.compile(r"\b[0-9a-f]{12}\b")
OLDER, NEWER = "111111111111", "222222222222"
PARTS = {
    "qin": [*(f"quality?tab={part}" for part in quality.PARTS), "rules", "rules?rule=complaint"],
    "cai": [*(f"compliance?tab={part}" for part in compliance.PARTS), "access_log", "definitions?find=fcr"],
    "dan": [*(f"data?tab={part}" for part in data.PARTS), "definitions?kpi=fcr"],
    "boss": ["compliance", "quality", "data"],
}
# What stands in the build and in the accounts of these tests, and not in our words.
# table.column
_DATA = [
    "mart_top_issue.topic",
    "mart_feedback_topic.topic",
    "mart_ivr_node.node",
    "mart_knowledge.title",
    "mart_knowledge.domain",
    "mart_knowledge.article_id",
    "mart_risk_register.title",
    "mart_risk_register.risk_id",
    "mart_data_quality.source_name",
    "mart_account_audit.account_id",
    "fct_anomaly.anomaly_id",
    "mart_incident_sla.incident_id",
    "fct_system_check.system_id",
    "kpi_catalogue.kpi_id",
    "mart_governance.source_clause",
    "rule_catalogue.rule_id",
    "mart_finding.phrase",
]


def asked(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What really stands in the build, read without any rights."""
    cursor, _ = published_connection()
    with cursor:
        return cursor.execute(sql, list(parameters)).fetchall()


@pytest.fixture(scope="module")
def two_versions(cockpit: Cockpit) -> Iterator[str]:
    """The rule that lost most appeals, written in two kept versions of the packs."""
    ((rule_id,),) = asked(
        "select rule_id from mart_rule_quality group by rule_id order by sum(n_overturned) desc, rule_id limit 1"
    )
    folder = cockpit.home / "rules"
    for place, (version, phrase) in enumerate(((OLDER, "old words"), (NEWER, "new words"))):
        path = folder / version / "compliance" / "rules.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(f'- id: {rule_id}\n  version: "{place + 1}"\n  phrases: [{phrase}]\n', encoding="utf-8")
        atomic_json(
            folder / version / NOTE,
            {"version": version, "first_used_at": f"2026-10-0{place + 1}T00:00:00", "models": {}},
        )
    yield rule_id
    shutil.rmtree(folder)


@pytest.fixture
def refused_rows(cockpit: Cockpit, tmp_path: Path) -> Iterator[str]:
    """A file of which one row was refused, and the build published again with what the loader counted."""
    before = current_build()
    assert before is not None
    file = tmp_path / "suggestions.csv"
    columns = ["suggestion_step_id", "suggestion_id", "step", "happened_at", "by_id"]
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        for number in range(50):
            step = "forgotten" if number == 7 else "submitted"
            writer.writerow([f"S{number}", f"SG{number}", step, "2026-10-05 04:00:00", "A00001"])
    report = load_file("suggestions", file)
    assert report.rejected == 1, report.to_dict()
    again = cockpit.home / "published" / "20261102T030000-again.duckdb"
    shutil.copyfile(before.path, again)
    with duckdb.connect(str(again)) as connection:
        connection.register("counted", _table(reject_counts()))
        connection.execute("create or replace table rejected_rows as select * from counted")
    point_to(Build(**{**vars(before), "build_id": again.stem, "file": again.name}))
    yield file.name
    point_to(before)


def _table(rows: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema=REJECT_COUNT_SCHEMA)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_quality_finds_why_a_rule_is_overturned_and_what_changed_in_it(
    open_screen: OpenScreen, two_versions: str, language: Language
) -> None:
    texts, screen = texts_of(language), open_screen("qin")
    ((phrase, times),) = asked(
        """select f.phrase, count(*) from fct_rule_appeal as a join mart_finding as f
            on a.call_id = f.call_id and a.rule_id = f.rule_id and a.hit_no = f.hit_no
        where a.rule_id = ? and a.outcome = 'upheld' group by f.phrase order by 2 desc, 1 limit 1""",
        two_versions,
    ) or [(None, 0)]
    screen.open(f"/rules?lang={language}")
    screen.page.locator(f'a[href*="rule={two_versions}"]').first.click()
    screen.page.wait_for_url(f"**rule={two_versions}**")
    screen.settle()
    appeals = screen.page.locator(".st-key-card_rule_appeals")
    assert texts("rules_outcome.upheld") in appeals.inner_text()
    if phrase:
        assert phrase in appeals.locator(".lt-say").inner_text()
        assert str(times) in appeals.locator(".lt-say").inner_text()
        assert appeals.locator('a[href*="&at="]').count() > 0, "an appeal leads to the second"
    changed = screen.page.locator(".st-key-card_rule_diff")
    assert {'version: "2"', "phrases: [new words]"} == _lines(changed.locator(".added"))
    screen.open(f"/rules?lang={language}&rule={two_versions}&from={NEWER}&to={NEWER}")
    assert texts("rules.diff_same") in screen.text()


def _lines(found: Any) -> set[str]:
    return {line.strip(" −+\n") for line in found.all_inner_texts()}


def test_compliance_finds_an_account_to_set_right_and_an_open_anomaly(open_screen: OpenScreen) -> None:
    zh, screen = texts_of("zh"), open_screen("cai")
    account, is_orphan = asked(
        """select account_id, is_orphan from mart_account_audit
        where is_enabled
            and (is_orphan or is_idle or is_shared or not has_second_factor or n_unneeded > 0 or not is_attested)
        order by not is_orphan, account_id limit 1"""
    )[0]
    screen.open("/compliance")
    screen.page.locator('a[href*="tab=accounts"]').click()
    screen.page.wait_for_url("**tab=accounts**")
    screen.settle()
    row = screen.page.locator(".st-key-card_accounts tr", has_text=account)
    assert row.count() == 1
    if is_orphan:
        assert zh("account_problem.orphan") in row.inner_text()
    waiting = asked(
        "select anomaly_id from fct_anomaly group by anomaly_id having count(*) filter (where step = 'closed') = 0"
    )
    screen.open("/compliance?tab=access")
    shown = screen.page.locator(".st-key-card_anomalies > div table").first.inner_text()
    assert all(anomaly in shown for (anomaly,) in waiting)
    assert zh("anomaly_state.raised") in shown or zh("anomaly_state.triaged") in shown


def test_management_sees_no_account_and_no_anomaly_of_anybody(open_screen: OpenScreen) -> None:
    screen = open_screen("boss")
    screen.open("/compliance?tab=accounts")
    assert texts_of("zh")("compliance.checklist") in screen.text()
    accounts = [account for (account,) in asked("select account_id from mart_account_audit")]
    assert [account for account in accounts if account in screen.text()] == []


def test_data_finds_why_a_row_was_refused_and_where_a_number_comes_from(
    open_screen: OpenScreen, refused_rows: str
) -> None:
    zh, screen = texts_of("zh"), open_screen("dan")
    screen.open("/data?tab=sources")
    row = screen.page.locator(".st-key-card_rejected tr", has_text="suggestions")
    assert zh("reject_reason.not_allowed") in row.inner_text()
    assert refused_rows in row.inner_text()
    assert "forgotten" not in screen.page.content(), "the text of a refused row stays in the lake"
    screen.open("/data?tab=lineage&of=csat")
    screen.page.locator(".lt-tree summary", has_text="kpi_part_surveys").first.wait_for()
    assert "surveys" in screen.page.locator(".st-key-card_lineage .lt-say").inner_text()


def test_access_log_is_searched_checked_and_notes_who_reads_it(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    zh, screen = texts_of("zh"), open_screen("cai")
    amy = Viewer(Role.AGENT, agent_id=cockpit.cast.agent_id, name="amy", user_id="amy")
    note(amy, "view", "call", cockpit.cast.foreign_call_id, outcome="refused")
    screen.open("/access_log?person=amy&refused=1")
    table = screen.page.locator(".lt-table").inner_text()
    assert cockpit.cast.foreign_call_id in table
    assert zh("access_log.was_refused") in table
    screen.page.locator(".st-key-check_log button").click()
    said = screen.page.locator(".st-key-card_log_checked .lt-say")
    said.wait_for()
    assert zh("access_log.is_broken").split("：")[0] not in said.inner_text()
    screen.open("/access_log?person=cai")
    assert "refused=True" in screen.page.locator(".lt-table").inner_text(), "reading the log is noted in the log"
    administrator = open_screen("ada")
    administrator.open("/access_log?person=amy&refused=1")
    administrator.page.locator(".lt-table").wait_for()
    assert cockpit.cast.foreign_call_id not in administrator.text()


@pytest.fixture(scope="module")
def words_of_data(cockpit: Cockpit) -> list[str]:
    found: set[str] = set()
    for table, column in (one.split(".") for one in _DATA):
        found |= {str(value) for (value,) in asked(f"select distinct {column} from {table}") if value}
    return sorted(found | set(cockpit.cast.data_words), key=len, reverse=True)


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1440)])
@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_drawn_in_one_language_and_fits(
    open_screen: OpenScreen, words_of_data: list[str], name: str, language: Language, width: int
) -> None:
    screen = open_screen(name, width=width)
    for path in PARTS[name]:
        screen.open(f"/{path}{'&' if '?' in path else '?'}lang={language}")
        assert screen.page.locator(".lt-title").count() == 1, path
        text = screen.text()
        for word in words_of_data:
            text = text.replace(word, " ")
        foreign = set(CJK.findall(text)) - ALLOWED_IN_ENGLISH
        if language == "zh":
            text = VERSION.sub(" ", text)  # versions of the rules are sums
            foreign = set(LATIN.findall(text)) - ALLOWED_IN_CHINESE - {name}
        assert foreign == set(), path
        assert screen.overflow() <= 0, path
        assert screen.page.locator('[data-testid="stAlert"]').count() == 0, path
        screen.keep(f"{re.sub(r'[^a-z]+', '_', path)}_{language}_{width}")
