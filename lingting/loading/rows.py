"""Stages a file in which each row is one record: evaluated, checked, every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from lingting.loading.evaluate import Evaluator
from lingting.loading.readers import RAW, ROW_NO, Reader
from lingting.loading.staged import REJECTS, Staged, StagedWriter, bad_rows, drop_duplicates, of_days


def stage_rows(
    evaluator: Evaluator,
    reader: Reader,
    files: duckdb.DuckDBPyConnection,
    folder: Path,
    only_days: set[date] | None,
) -> Staged:
    """The usual case: each row of the file is one record."""
    staged = Staged(folder / "records.parquet")
    with StagedWriter(staged.path, evaluator.declared) as writer:
        for batch in reader.batches():
            evaluator.connection.register("batch", batch.rows)
            result = evaluator.evaluate(evaluator.rows_sql)
            result = of_days(result, only_days)
            staged.skipped += batch.rows.num_rows - result.num_rows
            staged.rows_in += result.num_rows + len(batch.bad)
            is_good = pc.is_null(result["_reason"])
            writer.write(result.filter(is_good))
            staged.reject(_rejects_of(result.filter(pc.invert(is_good))))
            staged.reject(bad_rows(batch.bad))
    lost = drop_duplicates(files, staged, evaluator.declared)
    if lost.num_rows:
        staged.reject(_with_raw(reader, lost))
    staged.accepted = staged.records = staged.rows_in - staged.rejects.num_rows
    return staged


def _rejects_of(result: pa.Table) -> pa.Table:
    columns = [result[name] for name in (ROW_NO, "_reason", "_column", RAW, "_day")]
    return pa.Table.from_arrays(columns, names=REJECTS.names)


def _with_raw(reader: Reader, lost: pa.Table) -> pa.Table:
    """The duplicates with their text, read from the file a second time."""
    wanted = lost["_id"].combine_chunks()
    days = dict(zip(wanted.to_pylist(), lost["_day"].to_pylist(), strict=True))
    rows = [row for part in _picked(reader, wanted) for row in part]
    for row in rows:
        row |= {"reason": "duplicate_key", "column": None, "day": days[row["row_no"]]}
    return pa.Table.from_pylist(rows, REJECTS)


def _picked(reader: Reader, wanted: pa.Array) -> Iterator[list[dict[str, object]]]:
    for batch in reader.batches():
        chosen = batch.rows.filter(pc.is_in(batch.rows[ROW_NO], value_set=wanted)).select([ROW_NO, RAW])
        yield chosen.rename_columns(["row_no", "raw_text"]).to_pylist()
