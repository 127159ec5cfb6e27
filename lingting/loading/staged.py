"""What staging gives: good records as Parquet in a scratch folder, rejects as a table. For rows.py and events.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lingting.contracts.model import Contract
from lingting.loading.readers import ROW_NO, BadRow
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


class StagedWriter:
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

    def __enter__(self) -> StagedWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


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
        with StagedWriter(kept, declared) as writer:
            for part in good:
                writer.write_staged(pa.Table.from_batches([part]))
        staged.path = kept
    return lost


def of_days(result: pa.Table, only_days: set[date] | None) -> pa.Table:
    """Without the rows whose day is known and not asked for."""
    if only_days is None:
        return result
    wanted = pc.is_in(result["_day"], value_set=pa.array(sorted(only_days), pa.date32()))
    return result.filter(pc.or_(wanted, pc.is_null(result["_day"])))


def bad_rows(bad: Sequence[BadRow]) -> pa.Table:
    rows = [{"row_no": b.row_no, "reason": b.reason, "raw_text": b.raw_text} for b in bad]
    return pa.Table.from_pylist(rows, REJECTS)
