"""Pseudonyms and masks: the SQL macro equals Python's HMAC, the key is guarded, no long number survives a mask."""

from __future__ import annotations

import hashlib
import hmac
import re
import stat

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingting.errors import UsageError
from lingting.paths import Home
from lingting.privacy import mask_digits, normalised_number, pseudonym, pseudonym_key, register_pseudonym, remember_key
from lingting.settings import settings_for


def by_sql(texts: list[str | None], key: bytes) -> list[str | None]:
    with duckdb.connect() as connection:
        register_pseudonym(connection, key)
        sql = "select pseudonym(x) from (select unnest($1::varchar[]) as x)"
        return [row[0] for row in connection.execute(sql, [texts]).fetchall()]


@given(st.lists(st.none() | st.text(max_size=30) | st.from_regex(r"(\+86)?[ \-0-9０-９()]{0,20}", fullmatch=True)))
@settings(deadline=None, max_examples=20)
def test_the_macro_equals_python(texts: list[str | None]) -> None:
    key = bytes(range(32))
    assert by_sql(texts, key) == [pseudonym(text, key) for text in texts]


@given(st.binary(min_size=32, max_size=200))
@settings(deadline=None, max_examples=20)
def test_the_macro_is_hmac_sha256_for_keys_of_any_length(key: bytes) -> None:
    expected = hmac.new(key, b"13800138000", hashlib.sha256).hexdigest()
    assert by_sql(["13800138000"], key) == [expected]


@pytest.mark.parametrize(
    "text",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+8613800138000", "+86 138 0013 8000", "008613800138000",
     "8613800138000", "１３８００１３８０００", " 13800138000\u3000"],
)  # fmt: skip
def test_every_spelling_of_a_mobile_number_is_the_same_person(text: str) -> None:
    assert normalised_number(text) == "13800138000"


@pytest.mark.parametrize("text", ["021-6123 4567", "(021)61234567", "+86 21 6123 4567", "00862161234567"])
def test_every_spelling_of_a_land_line_is_the_same(text: str) -> None:
    assert normalised_number(text) == "02161234567"


@pytest.mark.parametrize("text", [None, "", "  ", "anonymous", "Anonymous", "UNKNOWN", "匿名", "0", "-"])
def test_a_withheld_number_is_nobody(text: str | None) -> None:
    assert normalised_number(text) is None


def test_the_key_is_made_once_and_only_its_owner_can_read_it(lingting_home: Home) -> None:
    key = pseudonym_key()
    path = lingting_home.secrets / "pseudonym.key"
    assert len(key) == 32 and pseudonym_key() == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(lingting_home: Home, mode: int) -> None:
    pseudonym_key()
    (lingting_home.secrets / "pseudonym.key").chmod(mode)
    with pytest.raises(UsageError, match="chmod 600"):
        pseudonym_key()


def test_a_key_that_was_cut_short_is_refused(lingting_home: Home) -> None:
    pseudonym_key()
    (lingting_home.secrets / "pseudonym.key").write_bytes(b"short")
    with pytest.raises(UsageError, match="5 bytes"):
        pseudonym_key()


def test_the_key_can_lie_elsewhere(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = lingting_home.root.parent / "vault" / "lingting.key"
    monkeypatch.setenv("LINGTING_PSEUDONYM_KEY_FILE", str(elsewhere))
    settings_for.cache_clear()
    assert pseudonym_key() == elsewhere.read_bytes()
    assert not lingting_home.secrets.exists()


def test_another_key_than_the_lakes_is_refused(lingting_home: Home) -> None:
    remember_key(bytes(32))
    remember_key(bytes(32))
    with pytest.raises(UsageError, match="not the one this lake was built with"):
        remember_key(b"x" * 32)


def test_no_sql_text_holds_the_key() -> None:
    key = b"k" * 32
    with duckdb.connect() as connection:
        register_pseudonym(connection, key)
        macros = str(connection.execute("select * from duckdb_functions() where not internal").fetchall())
    inner = bytes(byte ^ 0x36 for byte in key)
    assert key.hex() not in macros and inner.hex() not in macros and repr(inner)[2:-1] not in macros


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call 13800138000 now", "call ########### now"),
        ("138-0013-8000", "###-####-####"),
        ("11010519491231002X", "##################"),
        ("6222 0200 1111 2222 333", "#### #### #### #### ###"),
        ("2026-10-01 09:12:58,123456,12.5", "2026-10-01 09:12:58,123456,12.5"),
        ("１３８００１３８０００", "###########"),
    ],
)
def test_long_numbers_are_masked_and_times_are_not(text: str, masked: str) -> None:
    assert mask_digits(text) == masked


@given(st.text("0123456789 -,X客a", max_size=60))
@settings(deadline=None, max_examples=20)
def test_a_mask_keeps_the_length_and_leaves_no_run_of_seven_digits(text: str) -> None:
    masked = mask_digits(text)
    assert len(masked) == len(text)
    assert not re.search(r"\d{7}", masked)
