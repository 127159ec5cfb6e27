"""One file, evaluated into a staging folder: good records as Parquet, rejects as a table, every row accounted for.

Nothing of the lake is read or written here; see merge.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lingting.contracts.model import Contract
from lingting.loading.evaluate import Evaluator
from lingting.loading.readers import RAW, ROW_NO, BadRow, Reader
from lingting.privacy import mask_digits

REJECTS = pa.schema(
    [
        ("row_no", pa.int64()),
        ("reason", pa.string()),
        ("column", pa.string()),
        ("raw_text", pa.string()),
        ("day", pa.date32()),
    ]
)


@dataclass
class Staged:
    """Good records without duplicates, in ``path``: contract columns, ``_id`` (order in the file), ``_day``."""

    path: Path
    rows_in: int = 0
    skipped: int = 0
    accepted: int = 0
    records: int = 0
    parts: list[pa.Table] = field(default_factory=list)

    def reject(self, part: pa.Table) -> None:
        """Keep rejects in the layout of REJECTS; the numbers in their text are masked here, once for all."""
        masked = pa.array([mask_digits(text) for text in part["raw_text"].to_pylist()], pa.string())
        place = part.schema.get_field_index("raw_text")
        self.parts.append(part.set_column(place, "raw_text", masked).select(REJECTS.names).cast(REJECTS))

    @property
    def rejects(self) -> pa.Table:
        return pa.concat_tables([REJECTS.empty_table(), *self.parts])


def stage_rows(
    evaluator: Evaluator,
    reader: Reader,
    files: duckdb.DuckDBPyConnection,
    folder: Path,
    only_days: set[date] | None,
) -> Staged:
    """The usual case: each row of the file is one record."""
    staged = Staged(folder / "records.parquet")
    with _Writer(staged.path, evaluator.declared) as writer:
        for batch in reader.batches():
            evaluator.connection.register("batch", batch.rows)
            result = evaluator.evaluate(evaluator.rows_sql)
            result = _of_days(result, only_days)
            staged.skipped += batch.rows.num_rows - result.num_rows
            staged.rows_in += result.num_rows + len(batch.bad)
            is_good = pc.is_null(result["_reason"])
            writer.write(result.filter(is_good))
            staged.reject(_rejects_of(result.filter(pc.invert(is_good))))
            staged.reject(_bad_rows(batch.bad))
    lost = drop_duplicates(files, staged, evaluator.declared)
    if lost.num_rows:
        staged.reject(_with_raw(reader, lost))
    staged.accepted = staged.records = staged.rows_in - staged.rejects.num_rows
    return staged


def stage_query(
    evaluator: Evaluator,
    reader: Reader,
    files: duckdb.DuckDBPyConnection,
    folder: Path,
    only_days: set[date] | None,
) -> Staged:
    """An event log: a query makes records out of many rows; every row goes with its record, or is rejected."""
    staged = Staged(folder / "records.parquet")
    connection = evaluator.connection
    rows_seen = 0
    for number, batch in enumerate(reader.batches()):
        connection.register("batch", batch.rows)
        verb = "insert into log" if number else "create table log as"
        connection.execute(f"{verb} {evaluator.rows_sql}")
        staged.reject(_bad_rows(batch.bad))
        rows_seen += batch.rows.num_rows
    _run_query(evaluator)
    relation = f"select *, _record as {ROW_NO}, '' as {RAW}, true as _kept, cast(null as varchar) as _broken from records"
    result = evaluator.evaluate(f"{relation} where _reject is null")
    result = _of_days(result, only_days)
    with _Writer(staged.path, evaluator.declared) as writer:
        good = result.filter(pc.is_null(result["_reason"]))
        writer.write(good)
    lost = drop_duplicates(files, staged, evaluator.declared)
    staged.records = good.num_rows - lost.num_rows
    accepted, rejected = _account(connection, result, lost)
    staged.accepted = accepted
    staged.reject(rejected)
    staged.rows_in = accepted + staged.rejects.num_rows
    staged.skipped = rows_seen - accepted - rejected.num_rows
    return staged


def _run_query(evaluator: Evaluator) -> None:
    """Table ``records``: the query's columns, ``_record`` (number in the order of the file), ``_rows``, ``_reject``."""
    connection = evaluator.connection
    connection.execute("create or replace temp view file as select * exclude (_kept, _broken) from log where _kept and _broken is null")
    try:
        connection.execute(f"create table answer as (\n{evaluator.query}\n)")
        names = {row[0].lower() for row in connection.execute("describe answer").fetchall()}
        reject = "" if "_reject" in names else ", cast(null as varchar) as _reject"
        connection.execute(
            f"create table records as select row_number() over (order by list_max(_rows), list_min(_rows)) as _record, "
            f"*{reject} from answer"
        )
    except duckdb.Error as error:
        raise evaluator.fault("query", error) from error


def _account(connection: duckdb.DuckDBPyConnection, result: pa.Table, lost: pa.Table) -> tuple[int, pa.Table]:
    """(rows that went into a good record, rejects of all other rows). Rows of records of other days are left out."""
    connection.register("judged", result.select([ROW_NO, "_reason", "_column", "_day"]))
    connection.register("lost", lost)
    lines = connection.execute(f"""
        with used as (select unnest(_rows) as {ROW_NO}, _record, _reject from records),
        judgement as (
            select used.{ROW_NO}, used._record,
                   coalesce(used._reject, judged._reason, case when lost._id is not null then 'duplicate_key' end) as reason,
                   judged._column as "column", judged._day as day,
                   used._reject is null and judged.{ROW_NO} is null as is_other_day
            from used
            left join judged on judged.{ROW_NO} = used._record
            left join lost on lost._id = used._record
        ),
        lines as (
            select file.{ROW_NO}, any_value(file.{RAW}) as {RAW}, any_value(file._broken) as _broken,
                   count(j._record) as n, coalesce(bool_or(j.reason is null and not j.is_other_day), false) as is_accepted,
                   coalesce(bool_and(j.is_other_day), false) as is_other_day,
                   arg_min(j.reason, j._record) as reason, arg_min(j."column", j._record) as "column",
                   arg_min(j.day, j._record) as day
            from (select *, row_number() over () as _place from log where _kept) as file
            left join judgement j on j.{ROW_NO} = file.{ROW_NO}
            group by file._place, file.{ROW_NO}
        )
        select {ROW_NO} as row_no, is_accepted, {RAW} as raw_text, day,
               case when _broken is not null then 'bad_value' when n = 0 then 'not_used' else reason end as reason,
               coalesce(_broken, "column") as "column"
        from lines where not is_other_day""").to_arrow_table()
    is_accepted = lines["is_accepted"]
    return pc.sum(is_accepted).as_py() or 0, lines.filter(pc.invert(is_accepted))


def _of_days(result: pa.Table, only_days: set[date] | None) -> pa.Table:
    """Without the rows whose day is known and not asked for."""
    if only_days is None:
        return result
    wanted = pc.is_in(result["_day"], value_set=pa.array(sorted(only_days), pa.date32()))
    return result.filter(pc.or_(wanted, pc.is_null(result["_day"])))


def _rejects_of(result: pa.Table) -> pa.Table:
    columns = [result[name] for name in (ROW_NO, "_reason", "_column", RAW, "_day")]
    return pa.Table.from_arrays(columns, names=REJECTS.names)


def _bad_rows(bad: list[BadRow]) -> pa.Table:
    rows = [{"row_no": b.row_no, "reason": b.reason, "raw_text": b.raw_text} for b in bad]
    return pa.Table.from_pylist(rows, REJECTS)


def drop_duplicates(connection: duckdb.DuckDBPyConnection, staged: Staged, declared: Contract) -> pa.Table:
    """Keep the last record of each key; gives ``_id`` and ``_day`` of the others."""
    keys = ", ".join(declared.key)
    path = str(staged.path)
    lost: pa.Table = connection.execute(
        f"""with repeated as (
                select {keys}, max(_id) as last_id from read_parquet($1) group by all having count(*) > 1
            )
            select _id, _day from read_parquet($1) join repeated using ({keys}) where _id < last_id order by _id""",
        [path],
    ).to_arrow_table()
    if lost.num_rows:
        connection.register("lost", lost)
        kept = staged.path.with_name("kept.parquet")
        good = connection.execute(
            "select * from read_parquet($1) where _id not in (select _id from lost)", [path]
        ).to_arrow_reader(100_000)
        with _Writer(kept, declared) as writer:
            for part in good:
                writer.write_staged(pa.Table.from_batches([part]))
        staged.path = kept
    return lost


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


class _Writer:
    """Parquet of staged records, one row group a batch."""

    def __init__(self, path: Path, declared: Contract) -> None:
        fields = [field.with_nullable(True) for field in declared.arrow_schema]
        self._schema = pa.schema([*fields, pa.field("_id", pa.int64()), pa.field("_day", pa.date32())])
        self._names = declared.names
        self._writer = pq.ParquetWriter(path, self._schema, compression="lz4")

    def write(self, result: pa.Table) -> None:
        """Results of Evaluator.evaluate."""
        columns = [*(result[name] for name in self._names), result[ROW_NO], result["_day"]]
        self.write_staged(pa.Table.from_arrays(columns, names=self._schema.names))

    def write_staged(self, table: pa.Table) -> None:
        if table.num_rows:
            self._writer.write_table(table.cast(self._schema))

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
