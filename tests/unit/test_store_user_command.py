"""`lingting user`: what a person sees on the command line."""

from __future__ import annotations

import io
import json
import sys

import argon2
import pytest

from lingting.cli.main import main
from lingting.paths import Home
from lingting.store import passwords

PASSWORD = "a calm blue river"


class Outcome:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


class Cli:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: str, stdin: str = "") -> Outcome:
        self._patch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as stop:
            main(["user", *words])
        captured = self._capsys.readouterr()
        return Outcome(int(stop.value.code or 0), captured.out, captured.err)


@pytest.fixture
def cli(lingting_home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return Cli(monkeypatch, capsys)


def test_add_and_list_as_json(cli: Cli) -> None:
    added = cli("add", "王丽", "--role", "agent", "--agent", "A001", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (added.code, added.err) == (0, "")
    (row,) = json.loads(cli("list", "--format", "json").out)
    assert (row["name"], row["role"], row["agent_id"], row["is_disabled"]) == ("王丽", "agent", "A001", False)
    assert not [name for name in row if "hash" in name or "secret" in name]
    assert PASSWORD not in json.dumps(row)


def test_list_as_table_shows_state(cli: Cli) -> None:
    cli("add", "Ann", "--role", "supervisor", "--team", "T1", "--password-stdin", stdin=PASSWORD)
    cli("disable", "ann")
    table = cli("list").out
    assert "Ann" in table
    assert "disabled" in table
    cli("enable", "ann")
    assert "active" in cli("list").out


@pytest.mark.parametrize(
    ("words", "stdin", "says"),
    [
        (["add", "Ann", "--role", "management", "--password-stdin"], "", "standard input is empty"),
        (["add", "Ann", "--role", "management", "--password-stdin"], "short", "at least 12 characters"),
        (["add", "Ann", "--role", "management"], "", "--password-stdin"),
        (["add", "Ann", "--role", "agent", "--password-stdin"], PASSWORD, "--agent ID"),
        (["add", "Ann", "--role", "supervisor", "--password-stdin"], PASSWORD, "--team ID"),
        (["disable", "nobody"], "", "no account is called nobody"),
        (["password", "nobody", "--password-stdin"], PASSWORD, "no account is called nobody"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(cli: Cli, words: list[str], stdin: str, says: str) -> None:
    outcome = cli(*words, stdin=stdin)
    assert outcome.code == 2
    assert outcome.out == ""
    assert says in outcome.err
    assert outcome.err.count("\n") == 1


def test_unknown_role_is_wrong_usage(cli: Cli) -> None:
    outcome = cli("add", "Ann", "--role", "king", "--password-stdin", stdin=PASSWORD)
    assert outcome.code == 2
    assert "king" in outcome.err


def test_password_can_be_changed(cli: Cli) -> None:
    cli("add", "Ann", "--role", "management", "--password-stdin", stdin=PASSWORD)
    changed = cli("password", "ann", "--password-stdin", stdin="quite another sentence\n")
    assert changed.code == 0
    assert "quite another sentence" not in changed.out + changed.err
