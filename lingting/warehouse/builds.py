"""The published builds on disk: the pointer CURRENT.json, and which builds are kept. Writing one is in publish.py."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from lingting.errors import InputError
from lingting.lake import atomic_json
from lingting.paths import home

SUFFIX = ".duckdb"


@dataclass(frozen=True)
class Build:
    """What CURRENT.json says. Times are UTC in ISO form; data_from/data_to are local days, None in an empty build.

    ``content_hash`` tells whether publishing again would give the same rows; empty when it is not known.
    """

    build_id: str
    file: str
    built_at: str
    data_from: str | None
    data_to: str | None
    content_hash: str = ""

    @property
    def path(self) -> Path:
        return home().published / self.file


def current_build() -> Build | None:
    """The build that readers should use; None before the first one.

    Raises InputError when the pointer can not be read.
    """
    try:
        found = json.loads(home().current.read_text(encoding="utf-8"))
        return Build(**{name: found[name] for name in Build.__dataclass_fields__ if name in found})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise InputError(
            f"{home().current} can not be read ({error}); remove it and run `lingting run` to publish again"
        ) from error


def point_to(build: Build) -> None:
    """The flip: from this moment readers open ``build``."""
    atomic_json(home().current, asdict(build))


def all_build_files() -> list[Path]:
    """Published files, oldest first (a build id begins with its UTC time)."""
    return sorted(home().published.glob(f"*{SUFFIX}"))


def forget_old_builds(keep: int) -> list[Path]:
    """Remove all but the newest ``keep`` builds; the current one always stays. Gives the removed files."""
    current = current_build()
    files = [path for path in all_build_files() if current is None or path != current.path]
    room = keep - (1 if current else 0)
    removed = files[: max(0, len(files) - room)]
    for path in removed:
        path.unlink(missing_ok=True)
    return removed
