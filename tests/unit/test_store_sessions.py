"""Sessions end by sign-out, idleness, age, a disabled account and a new password."""

from __future__ import annotations

from datetime import datetime, timedelta

import argon2
import pytest

from lingting.paths import Home
from lingting.store import (
    Role,
    Store,
    add_account,
    end_session,
    live_session,
    open_store,
    passwords,
    set_disabled,
    set_password,
    start_session,
)
from lingting.store.sessions import peek_session

NOON = datetime(2026, 10, 5, 12, 0)
PASSWORD = "a calm blue river"


@pytest.fixture
def store(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return open_store()


@pytest.fixture
def token(store: Store) -> str:
    account = add_account(store, "Boss", Role.MANAGEMENT, PASSWORD)
    return start_session(store, account.user_id, NOON)


def test_session_knows_its_account(store: Store, token: str) -> None:
    account = live_session(store, token, NOON)
    assert account is not None
    assert account.name == "Boss"


def test_token_of_nobody_opens_nothing(store: Store, token: str) -> None:
    assert live_session(store, "", NOON) is None
    assert live_session(store, token[:-1], NOON) is None


def test_store_keeps_only_the_hash_of_a_token(lingting_home: Home, store: Store, token: str) -> None:
    files = [path for path in lingting_home.store_database.parent.iterdir() if path.is_file()]
    assert all(token.encode() not in path.read_bytes() for path in files)


def test_session_ends_after_doing_nothing(store: Store, token: str) -> None:
    assert live_session(store, token, NOON + timedelta(minutes=29)) is not None
    assert live_session(store, token, NOON + timedelta(minutes=58)) is not None, "each page counts as doing something"
    assert live_session(store, token, NOON + timedelta(minutes=88)) is None


def test_session_ends_by_age_even_when_used(store: Store, token: str) -> None:
    moment = NOON
    while moment < NOON + timedelta(hours=12):
        assert live_session(store, token, moment) is not None
        moment += timedelta(minutes=20)
    assert live_session(store, token, moment) is None


def test_signing_out_ends_only_this_session(store: Store, token: str) -> None:
    first = live_session(store, token, NOON)
    assert first is not None
    other = start_session(store, first.user_id, NOON)
    end_session(store, token)
    assert live_session(store, token, NOON) is None
    assert live_session(store, other, NOON) is not None


def test_disabling_an_account_ends_its_sessions_for_good(store: Store, token: str) -> None:
    set_disabled(store, "Boss", True)
    assert live_session(store, token, NOON) is None
    set_disabled(store, "Boss", False)
    assert live_session(store, token, NOON) is None


def test_new_password_ends_the_sessions_of_the_old_one(store: Store, token: str) -> None:
    set_password(store, "Boss", "quite another sentence")
    assert live_session(store, token, NOON) is None


def test_looking_at_a_session_does_not_prolong_it(store: Store, token: str) -> None:
    """A wall reads again each minute; nobody's doing so must end the session as before."""
    for minutes in range(0, 30, 5):
        assert peek_session(store, token, NOON + timedelta(minutes=minutes)) is not None
    assert peek_session(store, token, NOON + timedelta(minutes=30)) is None
    assert live_session(store, token, NOON + timedelta(minutes=30)) is None


def test_a_look_shows_at_once_that_an_account_was_disabled_or_a_session_ended(store: Store, token: str) -> None:
    set_disabled(store, "Boss", True)
    assert peek_session(store, token, NOON) is None
    set_disabled(store, "Boss", False)
    end_session(store, token)
    assert peek_session(store, token, NOON) is None
    assert peek_session(store, "", NOON) is None
