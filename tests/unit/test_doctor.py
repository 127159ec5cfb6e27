"""The doctor: says what is wrong in a sentence with its remedy, and exits with 1 only for what is wrong."""

from __future__ import annotations

import json

import pytest

from lingting.cli.main import main
from lingting.paths import Home


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, str]]]:
    with pytest.raises(SystemExit) as stop:
        main(["doctor", "--format", "json"])
    return int(stop.value.code or 0), {row["check"]: row for row in json.loads(capsys.readouterr().out)}


def test_a_fresh_home_is_noted_not_wrong(lingting_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = examined(capsys)
    assert found["published"]["status"] == "note"
    assert found["home"]["status"] == found["python"]["status"] == "ok"


def test_a_key_that_others_may_read_is_wrong(lingting_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    key = lingting_home.secrets / "pseudonym.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(b"x" * 32)
    key.chmod(0o644)
    code, found = examined(capsys)
    assert code == 1
    assert "chmod 600" in found["key"]["mend"]


def test_a_broken_pointer_is_wrong(lingting_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    lingting_home.current.parent.mkdir(parents=True)
    lingting_home.current.write_text("{", encoding="utf-8")
    code, found = examined(capsys)
    assert (code, found["published"]["status"]) == (1, "wrong")
