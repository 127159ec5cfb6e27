"""What the daily run loads back of accounts, rights, sign-ins and the access log, by local day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import argon2
import pytest

from lingting.audit import Stranger, note
from lingting.clock import now
from lingting.contracts import contract
from lingting.paths import Home
from lingting.rights import Viewer
from lingting.store import Role, Store, add_account, open_store, passwords, set_disabled
from lingting.store.attestations import attest
from lingting.work.sources_access import SOURCES

PASSWORD = "a calm blue river"


def today() -> date:
    """The local day of the tests' own clock (Asia/Shanghai)."""
    return (now() + timedelta(hours=8)).date()


@pytest.fixture
def amy(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return add_account(open_store(), "amy", Role.AGENT, PASSWORD, "A001").viewer("abc")


@pytest.fixture
def store(amy: Viewer) -> Store:
    return open_store()


def a_day_of_everything(store: Store, amy: Viewer) -> None:
    boss = add_account(store, "boss", Role.SUPERVISOR, PASSWORD, team_ids=["T1"], employee_id="S1").viewer()
    note(Stranger(), "sign_in", "account", "-", outcome="refused", purpose="password")
    note(Stranger(amy.user_id, "amy"), "sign_in", "account", amy.user_id, outcome="refused", purpose="totp")
    note(amy, "sign_in", "account", amy.user_id, purpose="recovery")
    note(boss, "sign_in", "account", boss.user_id, purpose="sso")
    note(amy, "play", "recording", "r1", customer_key="k" * 64)
    note(boss, "export", "report", n_rows=12, purpose="monthly_report", fields=["call_date"])
    note(boss, "view", "page", "team")
    note(Viewer(Role.ADMINISTRATOR, name="shell:root", user_id="shell"), "change", "account", amy.user_id)
    attest(store, amy.user_id, "x", "ada")


def test_every_row_fits_its_contract(store: Store, amy: Viewer) -> None:
    a_day_of_everything(store, amy)
    for source, rows_of in SOURCES.items():
        declared, rows = contract(source), rows_of(today())
        assert rows, source
        keys = [tuple(row[name] for name in declared.key) for row in rows]
        assert len(set(keys)) == len(keys)
        for row in rows:
            assert sorted(row) == sorted(declared.names)
            for column in declared.columns:
                value = row[column.name]
                assert value is not None or column.nullable, (source, column.name)
                assert value is None or not column.values or value in column.values, (source, column.name, value)
            for earlier, later in declared.order:
                first, second = row[earlier], row[later]
                if first is not None and second is not None:
                    first_day = (first + timedelta(hours=8)).date() if isinstance(first, datetime) else first
                    assert first_day <= second, (source, earlier)


def test_every_account_that_is_named_is_listed_on_the_same_day(store: Store, amy: Viewer) -> None:
    """The door of the lake blocks a day that names an account which is not in the list of that day."""
    a_day_of_everything(store, amy)
    listed = {row["account_id"] for row in SOURCES["accounts"](today())}
    for source in ("grants", "logins", "access_events"):
        assert {row["account_id"] for row in SOURCES[source](today())} <= listed
    nobody = [row for row in SOURCES["accounts"](today()) if row["role"] == "system"]
    assert {row["account_id"] for row in nobody} == {"-", "shell"}
    assert not any(row["is_enabled"] for row in nobody), "they count in no share of accounts"


def test_the_numbers_of_a_day_have_no_gap_and_the_chain_is_whole(store: Store, amy: Viewer) -> None:
    a_day_of_everything(store, amy)
    rows = SOURCES["access_events"](today())
    assert [row["seq_no"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["previous_hash"] == before["entry_hash"] for before, row in pairwise(rows))


def test_sign_ins_say_what_was_checked(store: Store, amy: Viewer) -> None:
    a_day_of_everything(store, amy)
    rows = SOURCES["logins"](today())
    assert [(row["factor"], row["is_successful"]) for row in rows] == [("totp", False), ("totp", True), ("sso", True)]


def test_a_right_knows_its_last_use(store: Store, amy: Viewer) -> None:
    a_day_of_everything(store, amy)
    rows = {(row["account_id"], row["right_code"]): row for row in SOURCES["grants"](today())}
    assert rows[amy.user_id, "play"]["last_used_at"] is not None
    assert (amy.user_id, "export") not in rows
    (export,) = [row for (_, right), row in rows.items() if right == "export"]
    assert export["is_privileged"]
    assert export["last_used_at"] is not None


def test_what_happened_after_a_day_is_not_in_it(store: Store, amy: Viewer) -> None:
    note(amy, "sign_in", "account", amy.user_id, purpose="totp")
    set_disabled(store, "amy", True)
    assert [row["is_enabled"] for row in SOURCES["accounts"](today())] == [False]
    before = today() - timedelta(days=1)
    assert all(rows_of(before) == [] for rows_of in SOURCES.values())
    set_disabled(store, "amy", False)
    (row,) = SOURCES["accounts"](today())
    assert (row["is_enabled"], row["disabled_at"], row["employee_id"]) == (True, None, "A001")
    assert row["last_login_at"] is not None
