"""dbt's manifest, from which Dagster learns the models: parsed once for each state of the dbt project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from lingting.errors import LingtingError
from lingting.lake import ensure_schemas
from lingting.paths import DBT_PROJECT, home
from lingting.settings import settings
from lingting.warehouse import dbt_hash


def dbt_executable() -> str:
    """The dbt of this environment, whatever PATH says."""
    return str(Path(sys.executable).parent / "dbt")


def dbt_environment(window: tuple[date, date] | None = None) -> dict[str, str]:
    """What the dbt project reads from the environment; ``window``: first and last day that changed, None for all."""
    first, last = (day.isoformat() for day in window) if window else ("", "")
    return {
        "LINGTING_HOME": str(home().root),
        "LINGTING_TIMEZONE": settings().timezone,
        "LINGTING_START_DS": first,
        "LINGTING_END_DS": last,
    }


def prepared_manifest() -> Path:
    """The manifest of the dbt project as it is now; `dbt parse` runs when it is missing or of another state."""
    folder = home().dbt_target / f"parsed-{dbt_hash()[:16]}"
    manifest = folder / "manifest.json"
    if manifest.exists():
        return manifest
    work = home().dbt_target / f".parse-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    ensure_schemas()
    _parse(work)
    for old in home().dbt_target.glob("parsed-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    try:
        work.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def _parse(target: Path) -> None:
    parsed = subprocess.run(
        [dbt_executable(), "--quiet", "parse", "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)],
        env={**os.environ, **dbt_environment(), "DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    if parsed.returncode:
        lines = (parsed.stdout + parsed.stderr).strip().splitlines()
        raise LingtingError(f"the dbt project can not be parsed: {' '.join(lines[-5:])}")
