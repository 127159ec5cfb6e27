"""What people enter in the cockpit comes back by `lingting run`: the marts hold exactly it, once, also after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lingting.clock import today
from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.store import Store, add_account, list_accounts, open_store
from lingting.work import ledger, projects, suggestions
from lingting.work.cases import Evidence, Form
from lingting.work.issues import Move, NewIssue, advance, open_issue, read_issue
from tests.integration.main_job import LINGTING, Job, build_id_of, copy_of, lingting
from tests.support import PROJECT_ROOT

DAY = datetime(2026, 10, 21, 3, 0)  # 11:00 in Shanghai, on the last day of calls
PASSWORD = "a calm blue river"


@pytest.fixture
def home(two_days: Home, lingting_home: Home) -> Home:
    """A build of two days of calls without registers: every row of the loop is one of the store."""
    lingting_home.root.rmdir()
    return copy_of(two_days, lingting_home.root)


def viewer(store: Store, name: str) -> Viewer:
    return next(account for account in list_accounts(store) if account.name == name).viewer()


def cast(store: Store) -> dict[str, Viewer]:
    add_account(store, "boss", Role.MANAGEMENT, PASSWORD, employee_id="M901")
    add_account(store, "qin", Role.QUALITY, PASSWORD, employee_id="Q901")
    add_account(store, "qiu", Role.QUALITY, PASSWORD, employee_id="Q902")
    add_account(store, "amy", Role.AGENT, PASSWORD, agent_id="A00001")
    return {name: viewer(store, name) for name in ("boss", "qin", "qiu", "amy")}


def a_call(job: Job) -> str:
    with job.published() as connection:
        return str(connection.execute("select min(call_id) from mart_call").fetchall()[0][0])


def moved_on(store: Store, who: Viewer, issue_id: str, step: str, at: datetime, **more: Any) -> None:
    file = read_issue(store, who, issue_id)
    assert file is not None
    advance(store, who, issue_id, Move(step, f"{step}, as agreed", **more), Form(file.issue.version), at)


def worked(store: Store, who: dict[str, Viewer], call_id: str) -> dict[str, str]:
    """A piece of each kind of work; gives the ids. One issue is of today, weeks after the last call."""
    new = NewIssue("话术遗漏", "开场白遗漏", "service", "review", "M901", "service", "aht", due_date=date(2026, 10, 30),
                   evidence=Evidence(call_id, 3.0))  # fmt: skip
    closed = open_issue(store, who["qin"], new, Form(), DAY)
    moved_on(store, who["boss"], closed, "analysed", DAY + timedelta(minutes=1))
    moved_on(store, who["boss"], closed, "measures_set", DAY + timedelta(minutes=2), due_date=date(2026, 10, 28))
    moved_on(store, who["boss"], closed, "implemented", DAY + timedelta(minutes=3))
    moved_on(
        store, who["qin"], closed, "verified", DAY + timedelta(minutes=4), evidence=Evidence(link="minutes/12.pdf")
    )
    waiting = open_issue(store, who["qin"], replace(new, due_date=today() + timedelta(days=9)), Form())
    project = projects.NewProject("缩短等待", "Shorter waiting", "排队太久", "M901", "aht", 100.0, 120.0)
    idea = suggestions.submit(store, who["amy"], "工单模板", "减少重复录入", Form(), DAY)
    suggestions.decide(store, who["boss"], idea, "adopted", "下月上线", Form(1), at=DAY + timedelta(minutes=5))
    meeting = ledger.NewEntry(
        "meeting", "quality_analysis", date(2026, 10, 21), "三项决议", "Q901", date(2026, 11, 20), "m/1"
    )
    return {
        "closed": closed,
        "waiting": waiting,
        "project": projects.open_project(store, who["boss"], project, Form(), DAY),
        "suggestion": idea,
        "ledger": ledger.add_entry(store, who["boss"], meeting, Form(), DAY),
    }


def held(job: Job, sql: str) -> list[tuple[Any, ...]]:
    with job.published() as connection:
        return connection.execute(sql).fetchall()


def killed_while_landing(home: Home) -> None:
    """Kill a run as soon as it says that the store's entries are landed."""
    with subprocess.Popen(
        [LINGTING, "run"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LINGTING_HOME": str(home.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr is not None
        until = time.monotonic() + 60
        for line in running.stderr:
            if line.startswith("store:") or time.monotonic() > until:
                os.killpg(running.pid, signal.SIGKILL)
                break
    assert running.returncode == -signal.SIGKILL, "the run said nothing of the store"


@pytest.mark.timeout(1800)  # three runs of the main job, and the one of the fixture
def test_the_marts_hold_exactly_what_was_entered_also_after_a_kill(home: Home) -> None:
    store = open_store()
    who = cast(store)
    ids = worked(store, who, a_call(Job(home, "", "")))
    killed_while_landing(home)
    done = lingting(home, "run")
    job = Job(home, build_id_of(done.stdout), done.stderr)
    assert held(job, "select issue_id, stage, is_closed, owner_id, queue_id from mart_issue_loop order by stage") == [
        (ids["waiting"], "found", False, "M901", "service"),
        (ids["closed"], "verified", True, "M901", "service"),
    ]
    ages = "select age_days, days_in_stage, overdue_days from mart_issue_loop where not is_closed"
    assert held(job, ages) == [(0, 0, 0)]
    assert held(job, "select project_id, phase, kpi_id, baseline_value, target_value from fct_project") == [
        (ids["project"], "define", "aht", 120.0, 100.0)
    ]
    assert held(job, "select ledger_entry_id, kind, duty_id, done_by from fct_ledger_entry") == [
        (ids["ledger"], "meeting", "analysis_meeting", "Q901")
    ]
    assert "nothing new since the last build" in lingting(home, "run").stderr
