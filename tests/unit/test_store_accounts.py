"""Accounts: names, passwords, lock-out, and that a refused sign-in never tells why."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import lingting.store.accounts as accounts_module
from lingting.errors import UsageError
from lingting.paths import Home
from lingting.store import (
    Role,
    Store,
    add_account,
    list_accounts,
    open_store,
    passwords,
    set_disabled,
    set_password,
    sign_in,
)
from lingting.store.accounts import FREE_ATTEMPTS, LONGEST_LOCK, lock_after
from lingting.store.models import Account
from lingting.store.passwords import hash_password, is_correct

PASSWORD = "a calm blue river"
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
NOON = datetime(2026, 10, 5, 12, 0)


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real parameters cost a tenth of a second a time; most tests need only their logic."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)


@pytest.fixture
def store(lingting_home: Home, cheap: None) -> Store:
    opened = open_store()
    add_account(opened, "Boss", Role.MANAGEMENT, PASSWORD)
    return opened


def stored_hash(store: Store, name: str) -> str:
    with store() as session:
        return session.scalars(select(Account.password_hash).where(Account.name == name)).one()


def test_hash_is_argon2id_with_the_parameters_of_rfc_9106() -> None:
    parameters = argon2.extract_parameters(hash_password(PASSWORD))
    assert parameters.type is argon2.Type.ID
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (3, 65536, 4)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)


def test_same_password_never_gives_the_same_hash() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_the_store_file_holds_no_password(lingting_home: Home, store: Store) -> None:
    files = [path for path in lingting_home.store_database.parent.iterdir() if path.is_file()]
    assert all(PASSWORD.encode() not in path.read_bytes() for path in files)


def test_right_name_and_password_sign_in(store: Store) -> None:
    account = sign_in(store, " BOSS ", PASSWORD, NOON)
    assert account is not None
    assert (account.name, account.role) == ("Boss", Role.MANAGEMENT)
    assert list_accounts(store)[0].last_login_at == NOON


@pytest.mark.parametrize(("name", "password"), [("Boss", "another password"), ("Nobody", PASSWORD), ("", "")])
def test_wrong_password_and_unknown_name_are_refused_alike(store: Store, name: str, password: str) -> None:
    assert sign_in(store, name, password) is None


def test_unknown_name_costs_the_same_work_as_a_known_one(store: Store) -> None:
    with patch.object(accounts_module, "is_correct", wraps=is_correct) as check:
        sign_in(store, "Nobody", PASSWORD)
        sign_in(store, "Boss", "wrong password")
    assert [call.args[0] is None for call in check.call_args_list] == [True, False]


def test_the_password_of_nobody_opens_nothing_though_it_is_checked() -> None:
    with patch.object(passwords, "_HASHER") as hasher:
        hasher.verify.return_value = True
        assert is_correct(None, PASSWORD) is False
    assert hasher.verify.call_count == 1


def test_disabled_account_is_refused_and_enabled_again_accepted(store: Store) -> None:
    set_disabled(store, "boss", True)
    assert sign_in(store, "Boss", PASSWORD) is None
    set_disabled(store, "boss", False)
    assert sign_in(store, "Boss", PASSWORD) is not None


def test_after_some_failures_even_the_right_password_waits(store: Store) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert sign_in(store, "Boss", "wrong password", NOON) is None
    assert sign_in(store, "Boss", PASSWORD, NOON + timedelta(seconds=59)) is None
    assert sign_in(store, "Boss", PASSWORD, NOON + timedelta(seconds=61)) is not None


def test_attempts_during_a_lock_do_not_prolong_it(store: Store) -> None:
    for second in range(FREE_ATTEMPTS + 20):
        sign_in(store, "Boss", "wrong password", NOON + timedelta(seconds=second))
    locked_until = list_accounts(store)[0].locked_until
    assert locked_until == NOON + timedelta(seconds=FREE_ATTEMPTS - 1, minutes=1)


def test_success_forgets_earlier_failures(store: Store) -> None:
    for _ in range(FREE_ATTEMPTS - 1):
        sign_in(store, "Boss", "wrong password", NOON)
    assert sign_in(store, "Boss", PASSWORD, NOON) is not None
    assert sign_in(store, "Boss", "wrong password", NOON) is None
    assert sign_in(store, "Boss", PASSWORD, NOON) is not None


def test_a_failure_after_a_lock_locks_for_longer(store: Store) -> None:
    for _ in range(FREE_ATTEMPTS):
        sign_in(store, "Boss", "wrong password", NOON)
    later = NOON + timedelta(minutes=2)
    sign_in(store, "Boss", "wrong password", later)
    assert list_accounts(store)[0].locked_until == later + timedelta(minutes=2)


@given(st.integers(min_value=0, max_value=100_000))
def test_lock_grows_with_failures_and_has_an_end(n_failed: int) -> None:
    lock, next_lock = lock_after(n_failed), lock_after(n_failed + 1)
    assert (lock is None) == (n_failed < FREE_ATTEMPTS)
    assert next_lock is None or (lock or timedelta()) <= next_lock <= LONGEST_LOCK


def test_hash_with_old_parameters_is_renewed_at_sign_in(store: Store) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.begin() as session:
        session.scalars(select(Account)).one().password_hash = weak
    assert sign_in(store, "Boss", PASSWORD) is not None
    assert argon2.extract_parameters(stored_hash(store, "Boss")).memory_cost == CHEAP.memory_cost


def test_new_password_replaces_the_old_one(store: Store) -> None:
    set_password(store, "Boss", "quite another sentence")
    assert sign_in(store, "Boss", PASSWORD) is None
    assert sign_in(store, "Boss", "quite another sentence") is not None


@pytest.mark.parametrize("same", ["Boss", "BOSS", " boss ", "\uff22\uff4f\uff53\uff53"])
def test_names_are_unique_whatever_their_case_and_width(store: Store, same: str) -> None:
    with pytest.raises(UsageError, match="exists already"):
        add_account(store, same, Role.MANAGEMENT, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "x" * 400])
def test_weak_passwords_are_refused(store: Store, password: str) -> None:
    with pytest.raises(UsageError, match="password of Ann"):
        add_account(store, "Ann", Role.MANAGEMENT, password)
    assert len(list_accounts(store)) == 1


@pytest.mark.parametrize(
    ("role", "agent_id", "team_ids"),
    [
        (Role.AGENT, None, ()),
        (Role.AGENT, "", ()),
        (Role.AGENT, "A001", ("T1",)),
        (Role.SUPERVISOR, None, ()),
        (Role.SUPERVISOR, None, (" ",)),
        (Role.SUPERVISOR, "A001", ("T1",)),
        (Role.MANAGEMENT, "A001", ()),
        (Role.MANAGEMENT, None, ("T1",)),
    ],
)
def test_scope_must_fit_the_role(store: Store, role: Role, agent_id: str | None, team_ids: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="--"):
        add_account(store, "Ann", role, PASSWORD, agent_id, team_ids)
    assert len(list_accounts(store)) == 1


def test_teams_are_kept_once_and_in_order(store: Store) -> None:
    add_account(store, "Ann", Role.SUPERVISOR, PASSWORD, team_ids=["T2", "T1", " T2 "])
    assert list_accounts(store)[0].team_ids == ("T1", "T2")
