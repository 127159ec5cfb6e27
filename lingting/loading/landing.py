"""What lies in ``landing/<mapping>/<source>/<file>``, ready to be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lingting.contracts import all_contracts
from lingting.paths import home


@dataclass(frozen=True, order=True)
class LandingFile:
    mapping: str
    source: str
    path: Path


def landing_files(source: str | None = None) -> list[LandingFile]:
    """Files of one source (or all), in the order in which they are to be loaded: by mapping, source and name.

    Folders that are no contract source (audio, texts) and hidden files (still being written) are passed over.
    """
    found = []
    for path in home().landing.glob("*/*/*"):
        mapping, name = path.parent.parent.name, path.parent.name
        if path.is_file() and not path.name.startswith(".") and name in all_contracts() and source in (None, name):
            found.append(LandingFile(mapping, name, path))
    return sorted(found)
