"""A full disk, missing rights, a path through a file: the command line says what is to be done, in one sentence."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from lingting.cli import main as command_line
from lingting.errors import InputError, LingtingError
from lingting.paths import Home

Usage = namedtuple("Usage", "total used free")


def write_where_nothing_fits() -> None:
    with Path("/dev/full").open("w") as full:
        full.write("x")


def make_a_folder_below_a_file() -> None:
    Path("/dev/null/warehouse").mkdir()


def write_without_the_right() -> None:
    raise PermissionError(13, "Permission denied", "/srv/lingting/warehouse/writer.lock")  # root has every right


def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fail: Callable[[], None], code: int = 1
) -> str:
    """The one line that a command that fails so prints; it ends with ``code``."""
    monkeypatch.setattr(command_line, "get_command", lambda app: lambda **words: fail())
    with pytest.raises(SystemExit) as stop:
        command_line.main(["run"])
    said = capsys.readouterr().err
    assert (stop.value.code, said.count("\n")) == (code, 1)
    return said


@pytest.mark.parametrize(
    ("fail", "words"),
    [
        (write_where_nothing_fits, "the disk is full (most likely that of"),
        (make_a_folder_below_a_file, "/dev/null/warehouse can not be made, because a part of that path is a file"),
        (write_without_the_right, "writer.lock may not be read or written by this user (Permission denied)"),
    ],
)
def test_what_the_machine_refuses_is_told_with_its_remedy(
    lingting_home: Home,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fail: Callable[[], None],
    words: str,
) -> None:
    said = told(monkeypatch, capsys, fail)
    assert words in said
    assert "unexpected" not in said


def test_an_error_on_a_disk_that_is_nearly_full_says_so(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise RuntimeError("disk I/O error\n[SQL: select 1]")

    def stopped() -> None:
        raise LingtingError("the run failed")

    assert "are left" not in told(monkeypatch, capsys, fails)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 6_000_000))
    assert "disk I/O error (run again with --debug); only 6 MB are left on the disk of" in told(
        monkeypatch, capsys, fails
    )
    assert "the run failed; only 6 MB are left" in told(monkeypatch, capsys, stopped)


def test_a_fault_of_the_input_is_not_laid_on_the_disk(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise InputError("calls.csv is empty")

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 6_000_000))
    assert told(monkeypatch, capsys, fails, code=3) == "lingting: calls.csv is empty\n"


def test_a_port_that_may_not_be_opened_is_not_laid_on_the_files(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise PermissionError(13, "Permission denied")

    assert "unexpected PermissionError" in told(monkeypatch, capsys, fails)
