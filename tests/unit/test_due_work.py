"""What is due: entered work as it is now, beside what the build knows, nothing twice and nothing lost."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dashboards.data import due_work, duties
from dashboards.data.rows_supervisor import Issue
from lingting.store import Store, StoreDown
from lingting.work.cases import Form
from lingting.work.issues import NewIssue, open_issue
from tests.unit.work_cast import QIN, SUE, store

__all__ = ["store"]

DAY = date(2026, 10, 31)


def of_build(issue_id: str) -> Issue:
    return Issue(issue_id, "业务流程", "sales", "M001", DAY, "found", False)


def test_an_issue_entered_here_and_loaded_back_stands_once_and_as_it_is_now(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = open_issue(
        store, QIN, NewIssue("开场遗漏", "多通电话没有开场白", "service", "review", "S901", "service"), Form()
    )
    monkeypatch.setattr(due_work, "open_store", lambda: store)
    monkeypatch.setattr(duties, "issues", lambda _viewer: [of_build(entered), of_build("Q1")])
    found = due_work.issues(SUE)
    assert [(one.issue_id, one.is_ours, one.topic) for one in found] == [
        (entered, True, "开场遗漏"),
        ("Q1", False, "业务流程"),
    ]


def test_while_the_store_is_down_the_build_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> Store:
        raise StoreDown("away")

    monkeypatch.setattr(due_work, "open_store", down)
    monkeypatch.setattr(duties, "issues", lambda _viewer: [of_build("Q1")])
    monkeypatch.setattr(duties, "feedback", lambda *_given: [])
    assert [one.issue_id for one in due_work.issues(SUE)] == ["Q1"]
    assert due_work.feedback(SUE, datetime(2026, 10, 31), DAY) == []
