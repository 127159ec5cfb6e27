"""The access log: any change, removal, swap or cut-off is found, and the database refuses to change an entry."""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from lingting.audit import Entry, Stranger, anchor, anchored, entries, note, verify
from lingting.audit.chain import FIRST_HASH, entry_hash
from lingting.cli.audit import app
from lingting.errors import InputError
from lingting.paths import Home
from lingting.rights import Role, Viewer

NOON = datetime(2026, 10, 5, 12, 0)
BOSS = Viewer(Role.MANAGEMENT, name="boss", user_id="u1", session="abc")
HASHED = [field.name for field in fields(Entry) if field.name not in {"entry_hash", "seq_no", "previous_hash"}]


def chain(n: int) -> list[Entry]:
    """A log that holds."""
    found: list[Entry] = []
    for number in range(1, n + 1):
        values = {
            "seq_no": number,
            "happened_at": NOON + timedelta(seconds=number),
            "user_id": f"u{number % 3}",
            "name": "boss",
            "role": "management",
            "session": "abc",
            "action": "view",
            "outcome": "done",
            "object_kind": "customer",
            "object_id": f"c{number}",
            "customer_key": f"k{number}",
            "n_rows": number,
            "purpose": None,
            "fields": None,
            "previous_hash": found[-1].entry_hash if found else FIRST_HASH,
        }
        found.append(Entry(**values, entry_hash=entry_hash(values)))
    return found


LOG = chain(12)
ANCHORS = {entry.seq_no: entry.entry_hash for entry in (LOG[4], LOG[11])}


def test_an_untouched_log_holds() -> None:
    assert list(verify(LOG, ANCHORS)) == []
    assert list(verify([])) == []


def _other(value: object) -> object:
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    return value + 1 if isinstance(value, int) else f"{value or ''}x"


@given(st.integers(0, 11), st.sampled_from(HASHED))
def test_a_changed_field_is_found(position: int, name: str) -> None:
    log = list(LOG)
    log[position] = replace(log[position], **{name: _other(getattr(log[position], name))})
    assert position + 1 in {one.seq_no for one in verify(log, ANCHORS)}


@given(st.integers(0, 11), st.sampled_from(HASHED))
def test_a_changed_field_with_its_hash_made_anew_is_found(position: int, name: str) -> None:
    """Whoever can write the file can also compute hashes: the next entry, or an anchor, gives it away."""
    log = list(LOG)
    forged = replace(log[position], **{name: _other(getattr(log[position], name))})
    log[position] = replace(forged, entry_hash=entry_hash(vars(forged)))
    assert list(verify(log, ANCHORS)) != []


@given(st.integers(0, 11), st.sampled_from(HASHED))
def test_a_rest_written_anew_is_found_by_an_anchor(position: int, name: str) -> None:
    log = list(LOG)
    log[position] = replace(log[position], **{name: _other(getattr(log[position], name))})
    for number in range(position, len(log)):
        previous = log[number - 1].entry_hash if number else FIRST_HASH
        linked = replace(log[number], previous_hash=previous)
        log[number] = replace(linked, entry_hash=entry_hash(vars(linked)))
    assert list(verify(log)) == [], "the chain alone can not tell"
    assert list(verify(log, ANCHORS)) != []


@given(st.sets(st.integers(0, 11), min_size=1))
def test_missing_entries_are_found(gone: set[int]) -> None:
    log = [entry for number, entry in enumerate(LOG) if number not in gone]
    assert list(verify(log, ANCHORS)) != []


@given(st.integers(0, 10))
def test_a_cut_off_end_is_found_by_an_anchor(length: int) -> None:
    assert list(verify(LOG[:length])) == [], "the chain alone can not tell"
    assert {one.problem for one in verify(LOG[:length], ANCHORS)} == {"it was anchored and is gone"}


@given(st.permutations(range(12)))
def test_another_order_is_found(order: list[int]) -> None:
    log = [LOG[number] for number in order]
    assert (list(verify(log, ANCHORS)) == []) == (order == list(range(12)))


@given(st.integers(1, 11), st.integers(0, 11))
def test_an_entry_put_in_twice_is_found(at: int, which: int) -> None:
    assert list(verify([*LOG[:at], LOG[which], *LOG[at:]], ANCHORS)) != []


def test_written_entries_hold_and_come_back_as_they_were(lingting_home: Home) -> None:
    note(BOSS, "view", "customer", "c1", customer_key="k" * 64)
    note(BOSS, "export", "report", n_rows=3, purpose="monthly_report", fields=["call_date", "queue_id"])
    note(Stranger("u9", "li"), "sign_in", "account", "u9", outcome="refused", purpose="password")
    found = entries()
    assert list(verify(found)) == []
    assert [(one.role, one.outcome, one.fields) for one in found] == [
        ("management", "done", None),
        ("management", "done", "call_date|queue_id"),
        ("unknown", "refused", None),
    ]


def test_a_greater_number_is_never_earlier_whatever_the_clock_does(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lingting.audit import log as log_module

    note(BOSS, "view", "customer")
    monkeypatch.setattr(log_module, "now", lambda: datetime(2020, 1, 1))
    note(BOSS, "view", "customer")
    first, second = entries()
    assert second.happened_at >= first.happened_at


@pytest.mark.parametrize("statement", ["update access_log set name = 'x'", "delete from access_log"])
def test_the_database_refuses_to_change_or_remove_an_entry(lingting_home: Home, statement: str) -> None:
    note(BOSS, "view", "customer")
    with (
        sqlite3.connect(lingting_home.audit_database) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    assert len(entries()) == 1


def test_an_anchor_is_noted_once_and_kept_privately(lingting_home: Home) -> None:
    assert anchor() is None
    note(BOSS, "view", "customer")
    first, again = anchor(), anchor()
    assert first == again == entries()[-1]
    assert len(lingting_home.audit_anchors.read_text().splitlines()) == 1
    assert lingting_home.audit_anchors.stat().st_mode & 0o077 == 0
    lingting_home.audit_anchors.write_text("{")
    with pytest.raises(InputError, match="restore the file"):
        anchored()


def run(*words: str) -> int:
    """`lingting audit …` with its exit code."""
    try:
        get_command(app)(args=list(words), prog_name="audit")
    except SystemExit as stop:
        return int(stop.code or 0)
    except InputError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def tampered(home: Home, statement: str) -> None:
    """Change the file as somebody with the rights of the owner can."""
    with sqlite3.connect(home.audit_database) as connection:
        for verb in ("update", "delete"):
            connection.execute(f"drop trigger access_log_no_{verb}")
        connection.execute(statement)


def test_verify_says_in_one_sentence_that_the_log_holds(
    lingting_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        note(BOSS, "view", "customer")
    assert run("anchor") == 0
    capsys.readouterr()
    assert run("verify") == 0
    out = capsys.readouterr().out
    assert out == f"3 entries hold, 1 anchors among them; head {entries()[-1].entry_hash}\n"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update access_log set name = 'somebody' where seq_no = 2", "entry 2: its content was changed"),
        ("delete from access_log where seq_no = 2", "entry 3: entry 2 is missing"),
        ("delete from access_log where seq_no = 3", "entry 3: it was anchored and is gone"),
    ],
)
def test_verify_tells_each_place_that_was_tampered_with(
    lingting_home: Home, capsys: pytest.CaptureFixture[str], statement: str, says: str
) -> None:
    for _ in range(3):
        note(BOSS, "view", "customer")
    anchor()
    tampered(lingting_home, statement)
    assert run("verify") == 3
    captured = capsys.readouterr()
    assert says in captured.out.splitlines()
    assert captured.err.count("\n") == 1
    assert run("verify", "--format", "json") == 3
    assert json.loads(capsys.readouterr().out)["broken"]


def test_list_prints_the_latest_entries_of_one_account(lingting_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    note(BOSS, "view", "customer", "c1")
    note(Viewer(Role.AGENT, "A1", name="amy", user_id="u2"), "play", "recording", "r1")
    assert run("list", "--user", "amy", "--format", "json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["action"], row["object_id"], row["seq_no"]) == ("play", "r1", 2)
    assert run("list") == 0
    assert "customer c1" in capsys.readouterr().out
