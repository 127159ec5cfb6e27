"""The second factor: a code works once, recovery codes once each, wrong ones lock, and the store gives none away."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime, timedelta

import argon2
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingting.errors import UsageError
from lingting.paths import Home
from lingting.settings import settings_for
from lingting.store import Role, Store, add_account, list_accounts, live_session, open_store, passwords, sign_in
from lingting.store.accounts import FREE_ATTEMPTS
from lingting.store.sealing import seal, unseal
from lingting.store.second_factor import (
    N_RECOVERY_CODES,
    begin_enrolment,
    check_code,
    confirm_enrolment,
    new_recovery_codes,
    recovery_codes_left,
)
from lingting.store.sessions import Step, advance, pending_session, sessions_of, start_session

NOON = datetime(2026, 10, 5, 12, 0)
PASSWORD = "a calm blue river"
STEP = timedelta(seconds=30)


def code_of(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at.replace(tzinfo=UTC))


@pytest.fixture
def store(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return open_store()


@pytest.fixture
def user_id(store: Store) -> str:
    return add_account(store, "Boss", Role.MANAGEMENT, PASSWORD).user_id


@pytest.fixture
def enrolled(store: Store, user_id: str) -> tuple[str, list[str]]:
    """(secret, recovery codes); the first code was used at noon."""
    secret = begin_enrolment(store, user_id)
    codes = confirm_enrolment(store, user_id, code_of(secret, NOON), NOON)
    assert codes is not None
    return secret, codes


def test_enrolment_counts_only_after_a_right_code(store: Store, user_id: str) -> None:
    secret = begin_enrolment(store, user_id)
    assert confirm_enrolment(store, user_id, "000000", NOON) is None
    assert not list_accounts(store)[0].has_second_factor
    assert confirm_enrolment(store, user_id, code_of(secret, NOON), NOON) is not None
    assert list_accounts(store)[0].has_second_factor


def test_a_code_works_once_also_within_its_half_minute(
    store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    later = NOON + 2 * STEP
    code = code_of(enrolled[0], later)
    assert check_code(store, user_id, code, later) == "totp"
    assert check_code(store, user_id, code, later) is None
    assert check_code(store, user_id, code, later + timedelta(seconds=20)) is None


def test_the_code_of_the_enrolment_does_not_sign_in(
    store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    assert check_code(store, user_id, code_of(enrolled[0], NOON), NOON) is None


def test_an_older_code_is_refused_after_a_newer_one(
    store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    later = NOON + 4 * STEP
    assert check_code(store, user_id, code_of(enrolled[0], later), later) == "totp"
    assert check_code(store, user_id, code_of(enrolled[0], later - STEP), later) is None


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(
    store: Store, user_id: str, enrolled: tuple[str, list[str]], off: int, fits: bool
) -> None:
    later = NOON + 10 * STEP
    assert (check_code(store, user_id, code_of(enrolled[0], later + off * STEP), later) is not None) == fits


def test_each_recovery_code_works_once(store: Store, user_id: str, enrolled: tuple[str, list[str]]) -> None:
    codes = enrolled[1]
    assert len(set(codes)) == N_RECOVERY_CODES
    assert check_code(store, user_id, f" {codes[0].upper()} ", NOON) == "recovery"
    assert check_code(store, user_id, codes[0], NOON) is None
    assert check_code(store, user_id, codes[1].replace("-", ""), NOON) == "recovery"
    assert recovery_codes_left(store, user_id) == N_RECOVERY_CODES - 2


def test_new_recovery_codes_replace_the_old_ones(store: Store, user_id: str, enrolled: tuple[str, list[str]]) -> None:
    fresh = new_recovery_codes(store, user_id)
    assert check_code(store, user_id, enrolled[1][0], NOON) is None
    assert check_code(store, user_id, fresh[0], NOON) == "recovery"


def test_codes_of_one_account_open_no_other(store: Store, user_id: str, enrolled: tuple[str, list[str]]) -> None:
    other = add_account(store, "Ann", Role.MANAGEMENT, PASSWORD).user_id
    later = NOON + 2 * STEP
    assert check_code(store, other, code_of(enrolled[0], later), later) is None
    assert check_code(store, other, enrolled[1][0], later) is None


def test_wrong_codes_lock_the_account_for_passwords_and_codes(
    store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert check_code(store, user_id, "000000", NOON) is None
    right = NOON + 2 * STEP - timedelta(seconds=20)
    assert check_code(store, user_id, code_of(enrolled[0], right), right) is None
    assert sign_in(store, "Boss", PASSWORD, right) is None
    later = NOON + timedelta(seconds=61)
    assert check_code(store, user_id, code_of(enrolled[0], later), later) == "totp"


def test_a_right_password_does_not_forgive_wrong_codes(
    store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    """Who knows the password could otherwise try codes for ever."""
    for _ in range(FREE_ATTEMPTS):
        sign_in(store, "Boss", PASSWORD, NOON)
        check_code(store, user_id, "000000", NOON)
    assert sign_in(store, "Boss", PASSWORD, NOON) is None


def test_a_session_opens_pages_only_when_all_was_asked(
    store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    token = start_session(store, user_id, NOON, is_complete=False)
    assert live_session(store, token, NOON) is None
    waiting = pending_session(store, token, NOON)
    assert waiting is not None
    assert waiting[1] is Step.CODE
    assert advance(store, token, at=NOON)[0] is Step.CODE
    assert live_session(store, token, NOON) is None
    assert advance(store, token, "totp", NOON)[0] is Step.DONE
    assert live_session(store, token, NOON) is not None
    assert pending_session(store, token, NOON) is None
    assert [one.factor for one in sessions_of(store, user_id, NOON)] == ["totp"]


def test_a_new_account_must_enrol_unless_the_setting_says_otherwise(
    store: Store, user_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = start_session(store, user_id, NOON, is_complete=False)
    assert advance(store, token, at=NOON)[0] is Step.ENROL
    monkeypatch.setenv("LINGTING_COCKPIT__SECOND_FACTOR", "optional")
    settings_for.cache_clear()
    assert advance(store, token, at=NOON)[0] is Step.DONE


def test_a_password_set_by_somebody_else_is_replaced_first(store: Store) -> None:
    account = add_account(store, "Ann", Role.MANAGEMENT, PASSWORD, must_change_password=True)
    token = start_session(store, account.user_id, NOON, is_complete=False)
    assert advance(store, token, "totp", NOON)[0] is Step.PASSWORD
    assert live_session(store, token, NOON) is None


def test_a_sign_in_that_takes_too_long_begins_again(store: Store, user_id: str) -> None:
    token = start_session(store, user_id, NOON, is_complete=False)
    assert pending_session(store, token, NOON + timedelta(minutes=9)) is not None
    assert pending_session(store, token, NOON + timedelta(minutes=10)) is None


def test_the_store_holds_neither_the_secret_nor_a_recovery_code(
    lingting_home: Home, store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    files = [path for path in lingting_home.store_database.parent.iterdir() if path.is_file()]
    found = b"".join(path.read_bytes() for path in files)
    assert enrolled[0].encode() not in found
    assert not [code for code in enrolled[1] if code.encode() in found or code.replace("-", "").encode() in found]
    assert stat.S_IMODE(lingting_home.factor_key.stat().st_mode) == 0o600


def test_without_its_key_a_secret_opens_nothing(
    lingting_home: Home, store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    lingting_home.factor_key.write_bytes(b"x" * 32)
    with pytest.raises(UsageError, match=r"second_factor\.key"):
        check_code(store, user_id, "123456", NOON)
    lingting_home.factor_key.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        check_code(store, user_id, "123456", NOON)


def test_a_sealed_secret_does_not_open_in_another_row(
    lingting_home: Home, store: Store, user_id: str, enrolled: tuple[str, list[str]]
) -> None:
    """Who can write the store but has no key can not give an account a known second factor."""
    other = add_account(store, "Ann", Role.MANAGEMENT, PASSWORD).user_id
    begin_enrolment(store, other)
    with sqlite3.connect(lingting_home.store_database) as connection:
        connection.execute(
            "update second_factors set pending = (select secret from second_factors where user_id = ?) "
            "where user_id = ?",
            (user_id, other),
        )
    with pytest.raises(UsageError, match="does not open"):
        confirm_enrolment(store, other, code_of(enrolled[0], NOON), NOON)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=80), st.text(max_size=40))
def test_what_is_sealed_opens_again(key: bytes, text: str, owner: str) -> None:
    assert unseal(key, seal(key, text, owner), owner) == text
