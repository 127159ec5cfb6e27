"""What a build is made of, as sums: the lake's files, the dbt project, the checks. Equal sums mean an equal build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from lingting import __version__
from lingting.contracts import all_contracts
from lingting.lake import atomic_json, days_of, sha256_of
from lingting.paths import DBT_PROJECT, PROJECT_ROOT, home
from lingting.settings import settings

_CODE = {
    "dbt": (".sql", ".yml", ".csv"),
    "lingting/contracts": (".yaml",),
    "lingting/warehouse": (".py",),
    "expectations": (".py", ".yaml"),
}  # folder below the project -> suffixes of the files that decide what a build holds
RULES_FILE = "_rules.json"


def sum_of(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


def lake_digests() -> dict[str, str]:
    """Sum of each partition file, by "<source>/<day>", plus the rule list. A file is read again only when it changed.

    Lake files are replaced by rename, never written in place, so inode, size and time together tell a new file.
    """
    known = _read_cache()
    fresh: dict[str, list[str]] = {}
    for name, path in _lake_files():
        stat = path.stat()
        mark = f"{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}"
        cached = known.get(name)
        fresh[name] = cached if cached and cached[0] == mark else [mark, sha256_of(path)]
    if fresh != known:
        atomic_json(home().lake_digests, fresh)
    return {name: digest for name, (_, digest) in fresh.items()}


def _lake_files() -> Iterable[tuple[str, Path]]:
    for source in all_contracts():
        for day in days_of(source):
            yield f"{source}/{day.isoformat()}", home().partition_file(source, day)
    rules = home().lake / RULES_FILE
    if rules.exists():
        yield RULES_FILE, rules


def _read_cache() -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = json.loads(home().lake_digests.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # a cache may be lost: it is made again
        return {}
    return found


@cache
def _files_hash(folder: Path, suffixes: tuple[str, ...]) -> str:
    files = sorted(path for path in folder.rglob("*") if path.suffix in suffixes and path.is_file())
    return sum_of(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}" for path in files)


def dbt_hash() -> str:
    """Sum of the dbt project's models, macros, seeds and of the time zone it reports in."""
    return sum_of([_files_hash(DBT_PROJECT, _CODE["dbt"]), settings().timezone])


def code_hash() -> str:
    """Sum of everything besides the lake that decides what a build holds."""
    parts = [f"{folder} {_files_hash(PROJECT_ROOT / folder, suffixes)}" for folder, suffixes in _CODE.items()]
    return sum_of([__version__, settings().timezone, *parts])


def door_hash() -> str:
    """Sum of what decides a door's verdict besides the data: the contracts and the expectations."""
    folders = ("lingting/contracts", "expectations")
    return sum_of([settings().timezone, *(_files_hash(PROJECT_ROOT / folder, _CODE[folder]) for folder in folders)])


def new_build_id(content: str, now: datetime | None = None) -> str:
    """UTC time and the beginning of the content hash; never the name of a file that exists."""
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S")
    stem = f"{moment}Z-{content[:10]}"
    build_id, attempt = stem, 1
    while (home().published / f"{build_id}.duckdb").exists():
        attempt += 1
        build_id = f"{stem}-{attempt}"
    return build_id
