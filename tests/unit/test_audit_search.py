"""Reading the access log with filters, and the check of the whole chain as the page shows it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.data import access_log
from lingting.audit import note, open_log
from lingting.audit import search as log
from lingting.audit.search import Wanted
from lingting.paths import Home
from lingting.rights import Forbidden, Role, Viewer

CAI = Viewer(Role.COMPLIANCE, name="cai", user_id="1")
ADA = Viewer(Role.ADMINISTRATOR, name="ada", user_id="2")
AMY = Viewer(Role.AGENT, name="amy", user_id="3", agent_id="A1")
SUE = Viewer(Role.SUPERVISOR, name="sue", user_id="4", team_ids=("T1",))
KEY = "f" * 64


@pytest.fixture
def filled(lingting_home: Home) -> Home:
    note(AMY, "view", "call", "C1")
    note(AMY, "view", "call", "C2%", outcome="refused")
    note(SUE, "export", "report", "calls", n_rows=7, fields=["agent_id", "topic"])
    note(SUE, "unmask", "customer", KEY, customer_key=KEY, purpose="complaint of C1")
    return lingting_home


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [4, 3, 2, 1]),
        (Wanted(name="amy"), [2, 1]),
        (Wanted(action="export"), [3]),
        (Wanted(object_kind="call"), [2, 1]),
        (Wanted(text="C2"), [2]),
        (Wanted(text="%"), [2]),
        (Wanted(only_refused=True), [2]),
        (Wanted(name="amy", action="export"), []),
    ],
)
def test_filters_narrow_and_the_newest_come_first(filled: Home, wanted: Wanted, numbers: list[int]) -> None:
    assert [entry.seq_no for entry in log.found(wanted, 10)] == numbers
    assert log.n_found(wanted) == len(numbers)


def test_a_day_is_a_local_day(filled: Home) -> None:
    local = (datetime.now(UTC) + timedelta(hours=8)).date()  # Asia/Shanghai, the default
    assert log.n_found(Wanted(day=local)) + log.n_found(Wanted(day=local - timedelta(days=1))) == 4
    assert log.n_found(Wanted(day=date(2020, 1, 1))) == 0


def test_pages_follow_each_other(filled: Home) -> None:
    pages = [log.found(Wanted(), 3, offset) for offset in (0, 3, 6)]
    assert [[entry.seq_no for entry in page] for page in pages] == [[4, 3, 2], [1], []]


@pytest.mark.parametrize("viewer", [AMY, SUE, Viewer(Role.MANAGEMENT), Viewer(Role.DATA), Viewer(Role.QUALITY)])
def test_only_who_may_audit_reads_the_log(filled: Home, viewer: Viewer) -> None:
    for question in (
        lambda: access_log.read(viewer, Wanted(), 1),
        lambda: access_log.n_found(viewer, Wanted()),
        lambda: access_log.choices(viewer),
        lambda: access_log.check(viewer),
    ):
        with pytest.raises(Forbidden):
            question()


def test_reading_is_noted_with_its_filters_once(filled: Home) -> None:
    for is_new in (True, False):
        access_log.read(CAI, Wanted(name="amy", only_refused=True), 1, is_new)
    (entry,) = log.found(Wanted(name="cai"), 10)
    assert (entry.action, entry.object_kind, entry.n_rows) == ("search", "access_log", 1)
    assert entry.fields == "name=amy|only_refused=True|page=1"


def test_no_reader_sees_a_whole_pseudonym(filled: Home) -> None:
    for viewer in (CAI, ADA):
        (entry,) = access_log.read(viewer, Wanted(action="unmask"), 1)
        assert entry.customer_key != KEY
        assert len(entry.customer_key or "") == len("c-") + 8


def test_administrator_learns_that_calls_were_opened_and_not_which(filled: Home) -> None:
    rows = access_log.read(ADA, Wanted(), 1)
    text = repr(rows)
    assert [row.action for row in rows] == ["unmask", "export", "view", "view"]
    assert [word for word in ("C1", "C2%", KEY, "complaint of", "agent_id") if f"'{word}" in text] == []
    assert access_log.n_found(ADA, Wanted(text="C1")) == access_log.n_found(ADA, Wanted()), "a count would tell"


def test_check_of_an_untouched_log_finds_nothing(filled: Home) -> None:
    checked = log.check()
    assert (checked.n_entries, checked.n_anchors, checked.broken) == (4, 0, ())


def test_check_finds_what_was_changed_behind_its_back(filled: Home) -> None:
    open_log()
    with sqlite3.connect(filled.audit_database) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            connection.execute(f"drop trigger {trigger}")
        connection.execute("update access_log set object_id = 'C9' where seq_no = 2")
    assert [one.seq_no for one in log.check().broken] == [2]
