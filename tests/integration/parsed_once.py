"""The dbt project is parsed once for all homes of all test sessions, because that takes longer than many a build.

dbt keeps what it has parsed with a sum of the profile, which names the work database: the parse of another home is
refused. So a home that is new gets a copy with its own sum. A project of which anything changed is parsed anew.
"""

from __future__ import annotations

import hashlib
import os
import pprint
import shutil
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

from lingting.documents import parse_yaml
from lingting.paths import DBT_PROJECT, Home

_NAME = "partial_parse.msgpack"


@dataclass(frozen=True)
class _Folders:
    lent: Path  # the parse of this very project
    own: Path  # its copies for the homes of this session


_folders: list[_Folders] = []


def share_in(cache: pytest.Cache, own: Path) -> None:
    """Keep the parse in pytest's cache, for this session and later ones; ``own``: what its workers share."""
    kept = cache.mkdir("dbt_parse")
    lent = kept / _project_sum()
    lent.mkdir(exist_ok=True)
    for older in set(kept.iterdir()) - {lent}:
        shutil.rmtree(older, ignore_errors=True)
    own.mkdir(exist_ok=True)
    _folders[:] = [_Folders(lent, own)]


def borrowed(home: Home) -> dict[str, str]:
    """What to add to the environment of a dbt that works on this home; nothing before the first parse was lent."""
    lent = _lent()
    if lent is None:
        return {}
    own = _folders[0].own / f"{profile_sum(home)}.msgpack"
    if not own.exists():
        theirs = lent.name.removesuffix(f"-{_NAME}").encode()
        parse = lent.read_bytes()
        assert parse.count(theirs) == 1, "dbt keeps the sum of its profile in another way now: mend profile_sum"
        _write(own, parse.replace(theirs, profile_sum(home).encode()))
    return {"DBT_PARTIAL_PARSE_FILE_PATH": str(own)}


def lend(home: Home, target: Path) -> None:
    """Keep what dbt parsed for this home, if no other home was first. ``target``: dbt's folder for artefacts."""
    if _folders and (target / _NAME).exists() and _lent() is None:
        _write(_folders[0].lent / f"{profile_sum(home)}-{_NAME}", (target / _NAME).read_bytes())


def _lent() -> Path | None:
    return next(iter(_folders[0].lent.glob(f"*-{_NAME}")), None) if _folders else None


def _project_sum() -> str:
    found = hashlib.sha256(version("dbt-core").encode())
    for path in sorted(DBT_PROJECT.rglob("[!.]*.*")):
        if path.is_file():
            found.update(f"{path.relative_to(DBT_PROJECT)}\n".encode() + path.read_bytes())
    return found.hexdigest()


def _write(path: Path, content: bytes) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_bytes(content)
    new.rename(path)


@cache
def profile_sum(home: Home) -> str:
    """As dbt sums up how it connects (ManifestLoader.build_manifest_state_check)."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    text = (DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8")
    profile = parse_yaml(text)["lingting"]["outputs"]["work"]
    profile["path"] = str(home.work_database)
    known = {name: profile[name] for name in ("path", "settings")}
    connection = sorted(DuckDBCredentials.from_dict(known).connection_info())
    return hashlib.sha256(pprint.pformat(connection).encode()).hexdigest()
