"""What leaves the cockpit: cells that run nothing, tickets that only their owner can use, and the entry in the log."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboards import door
from dashboards.data import queries
from dashboards.exports import files, orders, route
from dashboards.i18n import texts_of
from lingting import audit
from lingting.rights import Role, Viewer
from lingting.settings import settings_for
from lingting.store import (
    AccountView,
    add_account,
    end_session,
    open_store,
    session_mark,
    set_disabled,
    start_session,
)
from tests.browser.published_fixture import build_published

EN = texts_of("en")
PASSWORD = "a calm blue river"


@dataclass(frozen=True)
class Line:
    name: Any
    points: Any = 1.5


@given(st.text())
def test_no_text_starts_as_a_formula(text: str) -> None:
    safe = files.harmless(text)
    assert safe[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    assert safe.strip()[:1] not in ("=", "+", "-", "@")


@given(st.lists(st.tuples(st.text(min_size=1), st.floats(allow_nan=False, allow_infinity=False, width=32)), max_size=8))
def test_csv_reads_back_as_it_was_written(rows: list[tuple[str, float]]) -> None:
    table = files.lines([Line(*row) for row in rows], {"name": "Name", "points": "Points"}, EN)
    content = b"".join(files.csv_file(table, [("Build", "b1")]))
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[0] == ["Name", "Points"]
    assert read[-1] == ["Build: b1"]
    assert read[-2] == []
    assert [(name, float(points)) for name, points in read[1:-2]] == [
        (files.harmless(name), points) for name, points in rows
    ]


@pytest.mark.parametrize("attack", ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "  =1", "＝1+1"])
def test_xlsx_holds_text_where_a_formula_was_tried(attack: str) -> None:
    table = files.lines([Line(attack, 2)], {"name": attack, "points": "P"}, EN)
    content = b"".join(files.xlsx_file(table, [("Build", attack)], ("Data", "About")))
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for one in row:
                assert one.data_type != "f"
                assert not str(one.value or "").lstrip().startswith(("=", "+", "-", "@"))
    assert book["Data"]["B2"].value == 2


def test_cells_keep_their_kind() -> None:
    assert files.cell(None, EN) == ""
    assert files.cell(True, EN) == "yes"
    assert files.cell(-3, EN) == -3
    assert files.cell(10**18, EN) == "1000000000000000000"
    assert files.cell(float("nan"), EN) == ""
    assert files.cell(date(2026, 10, 1), EN) == date(2026, 10, 1)
    assert files.cell(datetime(2026, 10, 1, 16, 0, 0, 5), EN) == datetime(2026, 10, 2)  # local time of the centre
    assert files.cell(("a", "=b"), EN) == "a; =b"
    assert files.cell(["=a"], EN) == "'=a"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build_published(tmp_path)
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path))
    settings_for.cache_clear()
    return tmp_path


@pytest.fixture
def client(home: Path) -> TestClient:
    return TestClient(Starlette(routes=[Route(f"{route.PATH}/{{ticket}}", route.give)]))


def person(name: str, role: Role = Role.MANAGEMENT, **scope: Any) -> tuple[AccountView, str]:
    store = open_store()
    account = add_account(store, name, role, PASSWORD, **scope)
    return account, start_session(store, account.user_id)


def ordered(account: AccountView, token: str, **changes: Any) -> str:
    order = orders.Order(
        name="agents",
        question=queries.agents,
        columns={"agent_id": "Agent", "agent_name": "Name"},
        file_format="csv",
        purpose="monthly talk",
        filters={"team": "T1"},
        language="en",
        user_id=account.user_id,
        session=session_mark(token),
    )
    return orders.place(replace(order, **changes))


def fetch(client: TestClient, ticket: str, token: str | None) -> Any:
    client.cookies.clear()
    if token:
        client.cookies.set(door.COOKIE, token)
    return client.get(f"{route.PATH}/{ticket}")


def test_owner_gets_the_file_once_and_the_log_has_it(client: TestClient) -> None:
    account, token = person("boss")
    ticket = ordered(account, token)
    answer = fetch(client, ticket, token)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [line[0] for line in read[1:-2]] == [agent.agent_id for agent in queries.agents(Viewer(Role.MANAGEMENT))]
    assert any("20261101T020000-fixture" in part for part in read[-1])
    (entry,) = audit.entries()
    assert (entry.action, entry.outcome, entry.object_id) == ("export", "done", "agents?team=T1")
    assert (entry.n_rows, entry.purpose, entry.fields) == (12, "monthly talk", "agent_id|agent_name")
    again = fetch(client, ticket, token)
    assert (again.status_code, again.content) == (403, b"")


def test_stolen_ticket_gives_nobody_a_byte_and_stays_good_for_its_owner(client: TestClient) -> None:
    owner, token = person("owner")
    thief, stolen_by = person("thief")
    second_session = start_session(open_store(), owner.user_id)
    ticket = ordered(owner, token)
    for other in (stolen_by, None, "guessed-token", second_session):
        answer = fetch(client, ticket, other)
        assert (answer.status_code, answer.content) == (403, b"")
    refused = audit.entries()
    assert {(entry.action, entry.outcome) for entry in refused} == {("export", "refused")}
    assert [entry.name for entry in refused] == [thief.name, "-", "-", owner.name]
    assert fetch(client, ticket, token).status_code == 200


def test_signed_out_or_disabled_owner_gets_nothing(client: TestClient) -> None:
    leaver, token = person("leaver")
    ticket = ordered(leaver, token)
    end_session(open_store(), token)
    assert fetch(client, ticket, token).status_code == 403
    fired, token = person("fired")
    ticket = ordered(fired, token)
    set_disabled(open_store(), "fired", True)
    assert fetch(client, ticket, token).status_code == 403


def test_question_is_asked_again_with_the_rights_of_now(client: TestClient) -> None:
    """The ticket of a supervisor holds no rows: the file has the teams of the account when it is fetched."""
    account, token = person("sue", Role.SUPERVISOR, team_ids=["T2"])
    answer = fetch(client, ordered(account, token), token)
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert {line[0] for line in read[1:-2]} == {"A005", "A006", "A007", "A008"}


def test_role_that_may_not_export_or_read_the_table_is_refused(client: TestClient) -> None:
    agent, token = person("amy", Role.AGENT, agent_id="A001")
    assert fetch(client, ordered(agent, token), token).status_code == 403
    keeper, token = person("dan", Role.DATA)
    assert fetch(client, ordered(keeper, token), token).status_code == 403
    assert [entry.outcome for entry in audit.entries()] == ["refused", "refused"]


def test_nothing_leaves_while_the_log_can_not_be_written(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    account, token = person("boss")

    def down(*_: object, **__: object) -> None:
        raise audit.AuditDown("down")

    monkeypatch.setattr(audit, "note", down)
    answer = fetch(client, ordered(account, token), token)
    assert answer.status_code == 503
    assert b"A001" not in answer.content


def test_more_rows_than_the_setting_allows_are_refused_with_a_sentence(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, token = person("boss")
    monkeypatch.setenv("LINGTING_COCKPIT__EXPORT_ROWS", "5")
    settings_for.cache_clear()
    answer = fetch(client, ordered(account, token), token)
    assert answer.status_code == 413
    assert "more than the 5" in answer.text
    assert audit.entries() == []


def test_old_ticket_is_worth_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account, token = person("late")
    ticket = ordered(account, token)
    moment = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: moment + orders.LIFE_SECONDS + 1)
    assert orders.take(ticket, account.user_id, session_mark(token)) is None
