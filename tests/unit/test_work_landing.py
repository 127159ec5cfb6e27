"""Entries of the store as landing files: only the days that changed, whole, as the contracts want them, never twice."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lingting.clock import local_day, today
from lingting.contracts import contract
from lingting.lake import read_partition
from lingting.loading import landing_files, load_file
from lingting.paths import Home
from lingting.store import Store
from lingting.work import ledger, nominations, practices, projects, sources, suggestions
from lingting.work.cases import Form
from lingting.work.issues import Move, NewIssue, advance, open_issue
from lingting.work.sources import land_work
from lingting.work.sources_loop import SOURCES
from tests.unit.work_cast import AMY, BOSS, CAI, QIN, QIU, SUE, store

__all__ = ["store"]

DAY = datetime(2026, 10, 21, 3, 0)
LATE = datetime(2026, 10, 21, 16, 30)  # 00:30 of the next day in Shanghai


@pytest.fixture(autouse=True)
def _only_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """What else the store brings (accounts, access, reviews, alerts) has tests of its own."""
    monkeypatch.setattr(sources, "MODULES", ("sources_loop",))


def landed(home: Home, source: str) -> dict[str, list[dict[str, Any]]]:
    files = sorted((home.landing / "contract" / source).glob("*.jsonl"))
    return {file.stem: [json.loads(line) for line in file.read_text("utf-8").splitlines()] for file in files}


def worked(store: Store) -> str:
    issue = NewIssue("开场遗漏", "没有开场白", "service", "review", "S901", "service", due_date=date(2026, 10, 30))
    issue_id = open_issue(store, QIN, issue, Form(), DAY)
    advance(store, SUE, issue_id, Move("analysed", "话术卡旧"), Form(1), LATE)
    project = projects.NewProject("缩短等待", "Shorter waiting", "排队太久", "M901", "csat", 0.9, 0.8)
    project_id = projects.open_project(store, BOSS, project, Form(), DAY)
    for version, phase in enumerate(("measure", "analyse", "improve", "control", "improve"), start=1):
        projects.begin_phase(store, BOSS, project_id, phase, "好", Form(version), at=DAY + timedelta(hours=version))
    suggestions.submit(store, AMY, "工单模板", "减少重复录入", Form(), DAY)
    suggestions.submit(store, QIN, "校准会", "每周一次", Form(), DAY)
    clip = practices.propose(store, QIN, "C1", 0, 9, "开场", "语速合适", Form(), DAY)
    practices.act(store, QIU, clip, "approved", "好", Form(1), DAY + timedelta(minutes=1))
    star = nominations.nominate(store, SUE, "A001", "month", date(2026, 10, 1), "投诉少", Form(), DAY)
    nominations.decide_nomination(store, BOSS, star, "granted", "同意", Form(1), DAY + timedelta(minutes=1))
    meeting = ledger.NewEntry(
        "meeting", "quality_committee", date(2026, 10, 21), "三项决议", None, date(2026, 11, 20), "m/1"
    )
    ledger.add_entry(store, CAI, meeting, Form(), DAY)
    return issue_id


def test_every_row_fits_its_contract_and_is_loaded_once(lingting_home: Home, store: Store) -> None:
    worked(store)
    land_work()
    for _ in range(2):
        reports = [
            load_file(file.source, file.path, file.mapping) for file in landing_files() if "store" in file.path.name
        ]
        assert [(report.source, report.rejects) for report in reports if report.rejected] == []
    counts = {source: sum(read_partition(source, day).num_rows for day in (date(2026, 10, 21), date(2026, 10, 22)))
              for source in SOURCES}  # fmt: skip
    assert counts == {"quality_issues": 2, "projects": 6, "suggestions": 2, "practices": 2, "ledger": 2}


def test_a_day_is_the_local_day_and_a_phase_that_began_again_stands_twice(lingting_home: Home, store: Store) -> None:
    issue_id = worked(store)
    land_work()
    issues = landed(lingting_home, "quality_issues")
    assert {name: [row["issue_step_id"] for row in rows] for name, rows in issues.items()} == {
        "store-2026-10-21": [f"{issue_id}-001"],
        "store-2026-10-22": [f"{issue_id}-002"],
    }
    phases = [row["phase"] for row in landed(lingting_home, "projects")["store-2026-10-21"]]
    assert sorted(phases) == ["analyse", "control", "define", "improve", "improve", "measure"]
    assert [row["agent_id"] for row in landed(lingting_home, "suggestions")["store-2026-10-21"]] == ["A001", None]


def test_only_the_days_that_changed_are_written_again(lingting_home: Home, store: Store) -> None:
    issue_id = worked(store)
    assert len(land_work()) == 6
    assert land_work() == []
    advance(store, SUE, issue_id, Move("measures_set", "换话术卡", due_date=today()), Form(2))
    (written,) = land_work()
    assert written.name == f"store-{today().isoformat()}.jsonl"


def test_an_entry_stored_after_midnight_of_the_day_before_is_not_lost(lingting_home: Home, store: Store) -> None:
    """A run at midnight noted today as landed; then an entry of yesterday 23:59 is stored."""
    worked(store)
    land_work()
    late = ledger.NewEntry("drill", "emergency", today() - timedelta(days=1), "按预案完成", evidence_uri="d/1")
    yesterday = datetime.combine(today() - timedelta(days=1), datetime.min.time()) + timedelta(hours=15, minutes=59)
    ledger.add_entry(store, CAI, late, Form(), yesterday)
    (written,) = land_work()
    assert written.name == f"store-{local_day(yesterday).isoformat()}.jsonl"


def test_a_kill_between_the_file_and_its_note_changes_nothing(
    lingting_home: Home, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked(store)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sources, "atomic_json", killed)
        land_work()
    before = {path: path.read_bytes() for path in lingting_home.landing.rglob("*.jsonl")}
    assert len(before) == 6 and land_work() == []
    assert {path: path.read_bytes() for path in lingting_home.landing.rglob("*.jsonl")} == before


def test_a_home_without_a_store_gets_none(lingting_home: Home) -> None:
    assert land_work() == []
    assert not lingting_home.store_database.exists()


def test_each_source_of_the_store_is_a_contract() -> None:
    assert {"quality_issues", "ledger"} <= set(sources.fed_sources())
    assert all(contract(source).key for source in sources.fed_sources())
