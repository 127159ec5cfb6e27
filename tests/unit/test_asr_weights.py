"""Weights are trusted by their sums; where they lie does not matter."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from asr_jobs import weights
from asr_jobs.weights import find_weights
from lingting.errors import InputError, UsageError
from lingting.paths import Home

FILES = {"model.bin": b"weights", "config.json": b"{}", "tokenizer.json": b"{}"}


def folder_of(path: Path, files: dict[str, bytes] = FILES) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


@pytest.fixture
def small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A known model of a few bytes instead of 145 MB."""
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setattr(weights, "KNOWN", {"base": weights._Known("someone/model", "rev", sums)})


def refuse(name: str, target: Path) -> None:
    raise FileNotFoundError(name)


def give(files: dict[str, bytes]) -> object:
    def fetch(name: str, target: Path) -> None:
        for file, content in files.items():
            (target / file).write_bytes(content)

    return fetch


def test_any_model_may_be_given_by_folder_and_its_sum_is_recorded(lingting_home: Home, tmp_path: Path) -> None:
    found = find_weights("large-v3", folder_of(tmp_path / "big"))
    assert (found.name, found.sha256) == ("large-v3", hashlib.sha256(b"weights").hexdigest())


def test_a_folder_that_claims_a_known_model_must_hold_it(lingting_home: Home, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not of the published base model"):
        find_weights("base", folder_of(tmp_path / "other"))


def test_a_folder_without_the_files_is_named(lingting_home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tokenizer"):
        find_weights("base", folder_of(tmp_path / "half", {"model.bin": b"", "config.json": b""}))


def test_an_unknown_model_is_refused(lingting_home: Home) -> None:
    with pytest.raises(UsageError, match="model_folder"):
        find_weights("huge")


@pytest.mark.usefixtures("small_model")
def test_packages_fill_the_cache_once(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_join_packages", give(FILES))
    monkeypatch.setattr(weights, "_download", refuse)
    first = find_weights("base")
    monkeypatch.setattr(weights, "_join_packages", refuse)
    assert find_weights("base") == first
    assert first.folder == lingting_home.models / "base"


@pytest.mark.usefixtures("small_model")
def test_a_wrong_file_is_never_used_and_the_next_place_is_tried(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "_join_packages", give({**FILES, "model.bin": b"forged"}))
    monkeypatch.setattr(weights, "_download", give(FILES))
    assert (find_weights("base").folder / "model.bin").read_bytes() == b"weights"


@pytest.mark.usefixtures("small_model")
def test_without_trusted_weights_the_error_says_what_was_tried(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "_join_packages", give({**FILES, "model.bin": b"forged"}))
    monkeypatch.setattr(weights, "_download", refuse)
    with pytest.raises(UsageError, match=r"installed packages: model.bin has the wrong sum; Hugging Face"):
        find_weights("base")
    assert not (lingting_home.models / "base").exists()
    assert [path.name for path in lingting_home.models.iterdir()] == [".base.lock"], "nothing half is left"


@pytest.mark.usefixtures("small_model")
def test_a_cache_that_was_tampered_with_is_replaced(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(lingting_home.models / "base", {**FILES, "model.bin": b"forged"})
    monkeypatch.setattr(weights, "_join_packages", give(FILES))
    assert (find_weights("base").folder / "model.bin").read_bytes() == b"weights"
