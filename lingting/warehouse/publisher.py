"""Publishing: copy what readers need out of the work database into a new file, then flip the pointer.

A published path is never used twice, because a process that has a file open goes on reading the old one. Killed at any
point, this leaves the pointer at a whole build: the file is complete and synced before the pointer names it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lingting import __version__
from lingting.errors import InputError, UsageError
from lingting.lake.rejects import REJECT_COUNT_SCHEMA, reject_counts
from lingting.paths import home
from lingting.settings import settings
from lingting.warehouse.audio import forget_unused_audio, publish_audio
from lingting.warehouse.builds import SUFFIX, Build, forget_old_builds, point_to
from lingting.warehouse.identity import RULES_FILE
from lingting.warehouse.stamp import note_published, read_stamp
from lingting.warehouse.tables import BUILD_INFO, DOOR_RESULTS, LINEAGE, PUBLISHED, RULE_CATALOGUE


def publish(build_id: str, doors: Sequence[Mapping[str, Any]], lineage: Sequence[Mapping[str, Any]] = ()) -> Path:
    """Publish the work database as ``build_id`` and make it the current build. Gives the new file.

    ``doors``: the rows of door_results (keys as in tables.DOOR_RESULTS, build_id left out). ``lineage``: what each
    table is made from (lineage.py).
    Raises InputError when the work database is missing, locked or lacks a table; UsageError when the id is taken.
    """
    final = home().published / f"{build_id}{SUFFIX}"
    if final.exists():
        raise UsageError(f"{final} exists and a published path is never used twice; choose another build id")
    content = read_stamp().content
    temporary = _fresh_temporary(build_id)
    try:
        build = _write(temporary, build_id, doors, lineage, content)
        _sync(temporary)
        os.link(temporary, final)  # unlike a rename, this can not replace a file
        _sync(final.parent)
    finally:
        temporary.unlink(missing_ok=True)
    publish_audio(final)
    point_to(build)
    note_published()
    forget_old_builds(settings().keep_builds)
    forget_unused_audio()
    return final


def _fresh_temporary(build_id: str) -> Path:
    """A path for the half-written build; what a killed run left beside it is removed."""
    folder = home().published / ".tmp"
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.iterdir():
        leftover.unlink()
    return folder / f"{build_id}{SUFFIX}"


def _write(
    path: Path, build_id: str, doors: Sequence[Mapping[str, Any]], lineage: Sequence[Mapping[str, Any]], content: str
) -> Build:
    if not home().work_database.exists():
        raise InputError(f"there is no work database at {home().work_database}; run `lingting run` to build it")
    with duckdb.connect(str(path)) as connection:
        try:
            connection.execute(f"attach '{_quoted(home().work_database)}' as work (read_only)")
        except duckdb.IOException as error:
            raise InputError(
                f"the work database {home().work_database} is in use by another process; wait for it and run again "
                f"({str(error).splitlines()[0]})"
            ) from error
        _copy_tables(connection)
        connection.execute("detach work")
        _add(connection, "door_results", [{**row, "build_id": build_id} for row in doors], DOOR_RESULTS)
        _add(connection, "rule_catalogue", _rules(), RULE_CATALOGUE)
        _add(connection, "rejected_rows", reject_counts(), REJECT_COUNT_SCHEMA)
        _add(connection, "lineage", [dict(row) for row in lineage], LINEAGE)
        build, info = _describe(connection, build_id, content)
        _add(connection, "build_info", [info], BUILD_INFO)
        connection.execute("checkpoint")
    return build


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _copy_tables(connection: duckdb.DuckDBPyConnection) -> None:
    found = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_catalog = 'work' and table_schema = 'main'"
        ).fetchall()
    }
    missing = sorted(set(PUBLISHED) - found)
    if missing:
        raise InputError(
            f"the work database {home().work_database} lacks {', '.join(missing)}; run `lingting run` to build it whole"
        )
    for table, order in PUBLISHED.items():
        connection.execute(f"create table {table} as select * from work.main.{table} order by {', '.join(order)}")


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    connection.register("new_rows", pa.Table.from_pylist(rows, schema=schema))
    connection.execute(f"create table {table} as select * from new_rows")
    connection.unregister("new_rows")


def _rules() -> list[dict[str, Any]]:
    """The rules as asr_jobs wrote them beside the lake; none before the first inspection."""
    path = home().lake / RULES_FILE
    if not path.exists():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return sorted(found, key=lambda rule: str(rule["rule_id"]))


def _describe(connection: duckdb.DuckDBPyConnection, build_id: str, content: str) -> tuple[Build, dict[str, Any]]:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    first, last, n_calls = connection.execute(
        "select min(visit_date), max(visit_date), count(*) from fct_queue_visit"
    ).fetchall()[0]
    info = {
        "build_id": build_id,
        "built_at": now,
        "data_from": first,
        "data_to": last,
        "lingting_version": __version__,
        "n_calls": n_calls,
        "content_hash": content,
    }
    build = Build(build_id, f"{build_id}{SUFFIX}", f"{now.isoformat()}Z", _iso(first), _iso(last), content)
    return build, info


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _sync(path: Path) -> None:
    """Bring a file's bytes, or a folder's names, onto the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
