"""The dbt project is parsed once for all homes of a test session, because that takes longer than many a build.

dbt keeps what it has parsed with a sum of the profile, which names the work database: the parse of another home is
refused. So a home that is new gets a copy with its own sum. Files that changed are parsed again as ever.
"""

from __future__ import annotations

import hashlib
import os
import pprint
from functools import cache
from pathlib import Path

from lingting.documents import parse_yaml
from lingting.paths import DBT_PROJECT, Home

_NAME = "partial_parse.msgpack"
_folder: list[Path] = []


def share_in(folder: Path) -> None:
    """Where the processes of this test session keep the parse."""
    _folder[:] = [folder]


def borrowed(home: Home) -> dict[str, str]:
    """What to add to the environment of a dbt that works on this home; nothing before the first parse was lent."""
    lent = next(iter(_folder[0].glob(f"*-{_NAME}")), None) if _folder else None
    if lent is None:
        return {}
    own = _folder[0] / f"own-{profile_sum(home)}.msgpack"
    if not own.exists():
        theirs = lent.name.removesuffix(f"-{_NAME}").encode()
        parse = lent.read_bytes()
        assert parse.count(theirs) == 1, "dbt keeps the sum of its profile in another way now: mend profile_sum"
        _write(own, parse.replace(theirs, profile_sum(home).encode()))
    return {"DBT_PARTIAL_PARSE_FILE_PATH": str(own)}


def lend(home: Home, target: Path) -> None:
    """Keep what dbt parsed for this home, if no other home was first. ``target``: dbt's folder for artefacts."""
    if _folder and (target / _NAME).exists() and not any(_folder[0].glob(f"*-{_NAME}")):
        _write(_folder[0] / f"{profile_sum(home)}-{_NAME}", (target / _NAME).read_bytes())


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
