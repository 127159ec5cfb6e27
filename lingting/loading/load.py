"""Loads one file into the lake: lock, read, check, merge, record. The work of each step is in the other modules."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from lingting.clock import today
from lingting.contracts import contract
from lingting.contracts.model import Contract
from lingting.errors import InputError
from lingting.lake import (
    exclusive,
    load_key,
    read_record,
    remove_leftovers,
    sha256_of,
    write_counts,
    write_record,
    write_rejects,
)
from lingting.loading.engine import expression_connection, file_connection
from lingting.loading.evaluate import Evaluator, Place
from lingting.loading.events import stage_query
from lingting.loading.mapping import CONTRACT_MAPPING, Format, Mapping, find_mapping, fingerprint, shipped_mappings
from lingting.loading.merge import merge
from lingting.loading.readers import open_reader
from lingting.loading.readers.encoding import DAMAGED, detect_encoding, known_encoding
from lingting.loading.report import LoadReport, RejectCount
from lingting.loading.rows import stage_rows
from lingting.loading.staged import Staged
from lingting.paths import home
from lingting.settings import settings


def load_file(
    source: str, file: Path, mapping: str | Path | None = None, only_days: set[date] | None = None
) -> LoadReport:
    """Load one file into the partitions of ``source``; rows of the same key give way to it.

    ``mapping``: a shipped name, the path of a YAML file, or None when the file carries the contract's own columns with
    UTC times. ``only_days``: leave other days as they are; their rows count as skipped.
    A file with the same content, mapping and source as an earlier one changes nothing and gives the same counts.
    Raises UsageError for an unknown source or mapping, InputError when the file can not be read or more than
    ``settings.load.max_reject_ratio`` of its rows are rejected; the lake is then as it was.
    """
    declared = contract(source)
    found = find_mapping(mapping, source)
    section = found.section(source)
    file = Path(file)
    before = _stat(file)
    with _only_loader(source) as scratch:
        sha256 = _sha256(file)
        days = ",".join(sorted(day.isoformat() for day in only_days)) if only_days is not None else "all"
        key = load_key(sha256, fingerprint(section, declared, settings().timezone), source, days)
        record = read_record(source, key)
        if record is not None:
            return LoadReport.from_dict(record["report"]).repeated(str(file))
        with file_connection(scratch) as files:
            staged = _stage(declared, found, file, files, scratch, only_days)
            if _stat(file) != before:
                raise InputError(f"{file} changed while it was read; load it again when it is complete")
            _refuse_too_many_rejects(file, staged, source)
            partitions, replaced = merge(files, declared, staged.path, key)
            accepted = files.execute("select _day, count(*) from staged group by _day").fetchall()
        name = file_name(file)
        rejects = staged.rejects
        _write_rejects(source, sha256[:16], name, rejects, partitions, only_days)
        # days loaded one by one have counts of their own; the whole file's take the name of its rejects
        part = "" if only_days is None else f"-{load_key(days)[:8]}"
        counts = count_by_day(accepted, rejects, partitions[0] if partitions and only_days is None else None)
        write_counts(source, sha256[:16] + part, name, today(), counts)
        report = _report(declared, found, file, staged, partitions, replaced)
        record = {"report": report.to_dict() | {"file": name}, "file_sha256": sha256, "days": days}
        write_record(source, key, record | {"partitions": report.to_dict()["partitions"]})
        return report


def file_name(file: Path) -> str:
    """How the lake names a file: its path below landing/, else its absolute path."""
    path = file.resolve()
    return str(path.relative_to(home().landing)) if path.is_relative_to(home().landing) else str(path)


def _stat(file: Path) -> tuple[int, int, int]:
    """Size and times, to notice a file that is still being written; InputError when it is no readable file."""
    try:
        found = file.stat()
    except OSError as error:
        raise InputError(f"{file} can not be read: {error.strerror}") from error
    if file.is_dir():
        raise InputError(f"{file} is a folder; name one file")
    if not found.st_size:
        raise InputError(f"{file} is empty (0 bytes); nothing was loaded")
    return found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def _only_loader(source: str) -> Iterator[Path]:
    """Hold the loader's lock, clear what a killed load left behind, and lend an empty scratch folder."""
    with exclusive(home().scratch / "load.lock", "another load"):
        for folder in (home().source(source), home().rejected / source, home().load_log, home().load_counts):
            remove_leftovers(folder)
        scratch = home().scratch / "load"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True, mode=0o700)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _sha256(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise InputError(f"{file} can not be read: {error.strerror}") from error


def _stage(
    declared: Contract,
    mapping: Mapping,
    file: Path,
    files: duckdb.DuckDBPyConnection,
    scratch: Path,
    only_days: set[date] | None,
) -> Staged:
    section = mapping.section(declared.source)
    reader = open_reader(file, section.format)
    zone = settings().timezone
    hint = _other_encoding(file, section.format, reader.columns) or _other_mappings(mapping, declared.source)
    place = Place(file, mapping.name, declared.source, hint)
    with expression_connection(section.sql, zone, scratch) as connection:
        evaluator = Evaluator(connection, declared, section, reader.columns, zone, place)
        stage = stage_rows if section.query is None else stage_query
        return stage(evaluator, reader, files, scratch, only_days)


def _other_encoding(file: Path, form: Format, columns: Sequence[str]) -> str:
    """What the file is written in, when its column names are no text in the encoding that the mapping declares."""
    if not form.encoding or not any(DAMAGED in name for name in columns):
        return ""
    likely = detect_encoding(file)
    if likely == known_encoding(form.encoding):
        return ""
    return (
        f"; the mapping declares {form.encoding}, but the file reads as {likely}: save it as "
        f"{form.encoding}, or change the encoding in a mapping of your own"
    )


def _other_mappings(mapping: Mapping, source: str) -> str:
    """Mappings to try when the identity does not fit."""
    if mapping.name != CONTRACT_MAPPING:
        return ""
    others = [n for n in shipped_mappings() if n != CONTRACT_MAPPING and source in find_mapping(n, source).sources]
    return f"; is it a file for --mapping {' or '.join(others)}?" if others else ""


def _refuse_too_many_rejects(file: Path, staged: Staged, source: str) -> None:
    rejected = staged.rejects.num_rows
    if rejected and rejected > settings().load.max_reject_ratio * staged.rows_in:
        most = count_rejects(staged.rejects)[0]
        what = f"{most.reason} in {most.column}" if most.column else most.reason
        raise InputError(
            f"{file}: {rejected} of {staged.rows_in} rows do not fit the contract {source}, so nothing was loaded; "
            f"most often {what} ({most.rows} rows, first in row {most.first_row})"
        )


def count_rejects(rejects: pa.Table) -> tuple[RejectCount, ...]:
    """Rejects by reason and column, the most frequent first."""
    grouped = rejects.group_by(["reason", "column"]).aggregate([("row_no", "count"), ("row_no", "min")])
    counts = [
        RejectCount(row["reason"], row["column"], row["row_no_count"], row["row_no_min"]) for row in grouped.to_pylist()
    ]
    return tuple(sorted(counts, key=lambda count: (-count.rows, count.first_row, count.reason, count.column or "")))


def count_by_day(
    accepted: Sequence[tuple[date, int]], rejects: pa.Table, default_day: date | None
) -> dict[tuple[date | None, str | None], int]:
    """Records accepted (reason None) and rows rejected, by local day; ``default_day`` where a row does not tell it."""
    counts: dict[tuple[date | None, str | None], int] = {(day, None): number for day, number in accepted}
    for row in rejects.group_by(["day", "reason"]).aggregate([("row_no", "count")]).to_pylist():
        place = (row["day"] or default_day, row["reason"])
        counts[place] = counts.get(place, 0) + row["row_no_count"]
    return counts


def _write_rejects(
    source: str, name: str, file: str, rejects: pa.Table, partitions: list[date], only_days: set[date] | None
) -> None:
    named = rejects.append_column("file", pa.array([file] * rejects.num_rows, pa.string()))
    write_rejects(source, name, named, partitions[0] if partitions else None, only_days)


def _report(
    declared: Contract, mapping: Mapping, file: Path, staged: Staged, partitions: list[date], replaced: int
) -> LoadReport:
    rejects = staged.rejects
    return LoadReport(
        source=declared.source,
        mapping=mapping.name,
        file=str(file),
        rows_in=staged.rows_in,
        accepted=staged.accepted,
        rejected=rejects.num_rows,
        skipped=staged.skipped,
        records=staged.records,
        replaced=replaced,
        already_loaded=False,
        rejects=count_rejects(rejects),
        partitions=tuple(partitions),
    )
