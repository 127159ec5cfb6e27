"""How dbt is called: which one, on which project, and what that reads from the environment. Nothing runs here."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from lingting.paths import DBT_PROJECT, Home
from lingting.settings import settings


def dbt_executable() -> str:
    """The dbt of this environment, whatever PATH says."""
    return str(Path(sys.executable).parent / "dbt")


def dbt_words(*arguments: str) -> list[str]:
    """A command line of dbt on this project."""
    return [dbt_executable(), *arguments, "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]


def dbt_environment(where: Home, window: tuple[date, date] | None = None) -> dict[str, str]:
    """What the dbt project reads from the environment; ``window``: first and last day that changed, None for all."""
    first, last = (day.isoformat() for day in window) if window else ("", "")
    return {
        "LINGTING_HOME": str(where.root),
        "LINGTING_TIMEZONE": settings().timezone,
        "LINGTING_START_DS": first,
        "LINGTING_END_DS": last,
    }


def dbt_folders(target: Path, logs: Path) -> dict[str, str]:
    """Where dbt puts its artefacts and its log, so that nothing is written into the project."""
    return {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(logs)}
