"""Stages an event log: a query makes records out of many rows. Every row goes with its record, or is rejected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from lingting.loading.evaluate import Evaluator
from lingting.loading.readers import RAW, ROW_NO, Reader
from lingting.loading.staged import Staged, StagedWriter, bad_rows, drop_duplicates, of_days


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
        staged.reject(bad_rows(batch.bad))
        rows_seen += batch.rows.num_rows
    _run_query(evaluator)
    relation = (
        f"select *, _record as {ROW_NO}, '' as {RAW}, true as _kept, cast(null as varchar) as _broken from records"
    )
    result = evaluator.evaluate(f"{relation} where _reject is null")
    result = of_days(result, only_days)
    with StagedWriter(staged.path, evaluator.declared) as writer:
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
    connection.execute(
        "create or replace temp view file as select * exclude (_kept, _broken) from log where _kept and _broken is null"
    )
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
                   coalesce(used._reject, judged._reason, if(lost._id is null, null, 'duplicate_key')) as reason,
                   judged._column as "column", judged._day as day,
                   used._reject is null and judged.{ROW_NO} is null as is_other_day
            from used
            left join judged on judged.{ROW_NO} = used._record
            left join lost on lost._id = used._record
        ),
        lines as (
            select file.{ROW_NO}, any_value(file.{RAW}) as {RAW}, any_value(file._broken) as _broken,
                   count(j._record) as n,
                   coalesce(bool_or(j.reason is null and not j.is_other_day), false) as is_accepted,
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
