"""`lingting load` as a person types it: the exit code, one sentence on stderr, and nothing half loaded."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from lingting.cli.main import main
from lingting.paths import Home
from tests.fixtures.call_files import COLUMNS, call, write_calls


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of one command."""
    with pytest.raises(SystemExit) as stop:
        main(["load", *words])
    seen = capsys.readouterr()
    return int(stop.value.code or 0), seen.out, seen.err


def make_missing(path: Path) -> None: ...


def make_empty(path: Path) -> None:
    path.write_bytes(b"")


def make_folder(path: Path) -> None:
    path.mkdir()


def make_binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 100)


def make_cut_gzip(path: Path) -> None:
    body = "\n".join([",".join(COLUMNS), *(f"c{i},{i * 7919}" for i in range(3000))])
    path.write_bytes(gzip.compress(body.encode())[:-200])


def make_other_header(path: Path) -> None:
    path.write_text("colour,shape\nred,round\n")


def make_unknown_column(path: Path) -> None:
    path.write_text(",".join([*COLUMNS, "anwered_at"]) + "\n")


def make_all_bad(path: Path) -> None:
    write_calls(path, [call(key, outcome="gone") for key in "abc"])


def make_other_encoding(path: Path) -> None:
    write_calls(path, [call(key) for key in "abc"])
    path.write_bytes(path.read_text("utf-8").replace("call_id", "编号").encode("gb18030"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_missing, "No such file"),
        (make_empty, "is empty"),
        (make_folder, "is a folder"),
        (make_binary, "is not a text file"),
        (make_cut_gzip, "ends early"),
        (make_other_header, "has no column call_id, contact_id"),
        (make_unknown_column, "columns we do not know: anwered_at"),
        (make_all_bad, "3 of 3 rows do not fit the contract calls"),
        (make_other_encoding, "has no column call_id"),
    ],
)
def test_an_input_that_can_not_be_loaded_gives_one_sentence_and_code_3(
    lingting_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], make: object, words: str
) -> None:
    path = tmp_path / "file.csv"
    make(path)  # type: ignore[operator]
    code, out, err = run(capsys, "calls", str(path))
    assert (code, out) == (3, "")
    assert words in err and str(path) in err
    assert err.count("\n") == 1 and "Traceback" not in err
    assert not lingting_home.lake.exists() or not [item for item in lingting_home.lake.rglob("*") if item.is_file()]
    assert not (lingting_home.scratch / "load").exists()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_than_its_mapping_declares_is_told_its_own(
    lingting_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_text("话单号,会话号,主叫号码,应答时间\n1,2,3,4\n", encoding)
    code, out, err = run(capsys, "calls", str(path), "--mapping", "simulator")
    assert (code, out) == (3, "")
    assert f"declares utf-8, but the file reads as {encoding}: save it as utf-8" in err
    assert "\ufffd" not in err


def test_a_damaged_name_in_the_declared_encoding_is_no_other_encoding(
    lingting_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("话单号,会话号,主叫号码,应答时间".encode() + b"\xff\n1,2,3,4\n")
    code, _, err = run(capsys, "calls", str(path), "--mapping", "simulator")
    assert code == 3
    assert "has no column" in err and "reads as" not in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["kalls", "FILE"], "no source is called 'kalls'"),
        (["calls", "FILE", "--mapping", "nosuch"], "no mapping is called 'nosuch'"),
        (["calls", "FILE", "--mapping", "nosuch.yaml"], "nosuch.yaml can not be read"),
        (["calls"], "Missing argument"),
        (["calls", "FILE", "--format", "xml"], "Invalid value"),
    ],
)
def test_wrong_usage_gives_code_2(
    lingting_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    path = write_calls(tmp_path / "file.csv", [call("a")])
    code, _, err = run(capsys, *[str(path) if word == "FILE" else word for word in words])
    assert code == 2
    assert sentence in err


def test_json_holds_the_counts_the_rejects_and_the_partitions(
    lingting_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_calls(tmp_path / "file.csv", [call("a"), call("b"), call("c", outcome="gone")])
    code, out, _ = run(capsys, "calls", str(path), "--format", "json")
    assert code == 0
    assert json.loads(out) == {
        "source": "calls",
        "mapping": "contract",
        "file": str(path),
        "rows_in": 3,
        "accepted": 2,
        "rejected": 1,
        "skipped": 0,
        "records": 2,
        "replaced": 0,
        "already_loaded": False,
        "rejects": [{"reason": "not_allowed", "column": "outcome", "rows": 1, "first_row": 4}],
        "partitions": ["2026-10-01"],
    }


def test_the_table_says_when_nothing_was_changed(
    lingting_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_calls(tmp_path / "file.csv", [call("a")])
    assert "already loaded" not in run(capsys, "calls", str(path))[1]
    assert "already loaded: nothing was changed" in run(capsys, "calls", str(path))[1]


def test_a_header_without_rows_is_a_quiet_day_and_no_fault(
    lingting_home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "calls", str(write_calls(tmp_path / "file.csv", [])), "--format", "json")
    assert (code, json.loads(out)["rows_in"], json.loads(out)["partitions"]) == (0, 0, [])


def test_a_file_that_grows_while_it_is_read_is_refused(
    lingting_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lingting.loading import load, readers

    path = write_calls(tmp_path / "file.csv", [call("a")])
    whole = readers.open_reader

    def growing(file: Path, form: object) -> object:
        reader = whole(file, form)  # type: ignore[arg-type]
        with path.open("a") as handle:
            handle.write("half a li")
        return reader

    monkeypatch.setattr(load, "open_reader", growing)
    code, _, err = run(capsys, "calls", str(path))
    assert code == 3
    assert "changed while it was read" in err
    assert not list(lingting_home.lake.rglob("*.parquet"))
