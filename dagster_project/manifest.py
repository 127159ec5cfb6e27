"""dbt's manifest, from which Dagster learns the models: parsed once for each state of the dbt project."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lingting.errors import LingtingError
from lingting.lake import ensure_schemas
from lingting.paths import home
from lingting.warehouse import dbt_hash
from lingting.warehouse.dbt import dbt_environment, dbt_folders, dbt_words


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
        dbt_words("--quiet", "parse"),
        env={**os.environ, **dbt_environment(home()), **dbt_folders(target, target)},
        capture_output=True,
        text=True,
        check=False,
    )
    if parsed.returncode:
        lines = (parsed.stdout + parsed.stderr).strip().splitlines()
        raise LingtingError(f"the dbt project can not be parsed: {' '.join(lines[-5:])}")
