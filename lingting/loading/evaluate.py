"""Runs a section's expressions over text rows and checks the results against the contract, a batch at a time.

A row that an expression or a cast can not handle is rejected, with the reason and the column; it never stops the rest.
Duplicates need the whole file: see staged.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from lingting.contracts.model import Column, Contract
from lingting.errors import InputError, UsageError
from lingting.loading.checks import FIRST_TIME, LAST_TIME, cast_sql, fault_branches
from lingting.loading.mapping import CONTRACT_MAPPING, Section
from lingting.loading.readers.batch import RAW, ROW_NO
from lingting.privacy import mask_digits

ROWS = "_rows"  # what a query gives beside its columns


@dataclass(frozen=True)
class Place:
    """For error sentences: which file, mapping and section."""

    file: Path
    mapping: str
    source: str
    hint: str = ""


class Evaluator:
    """The SQL of one section over a relation of text columns, bound once and run on every batch."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        declared: Contract,
        section: Section,
        file_columns: list[str],
        zone: str,
        place: Place,
    ) -> None:
        self.connection = connection
        self.declared = declared
        self.query = section.query
        self._place = place
        self._zone = zone
        self._columns = file_columns
        self._expressions = dict(section.columns)
        if place.mapping == CONTRACT_MAPPING:
            self._expressions = _present(self._expressions, declared, file_columns, place)
        connection.register("batch", _empty(file_columns))
        self.rows_sql = self._rows_sql(section)
        self._types = self._bind(self.rows_sql if self.query is None else self._query_sql(self.query))

    def _rows_sql(self, section: Section) -> str:
        """The registered batch, empty texts as null, with the columns of ``let`` and two of ours.

        ``_kept`` is false for a row that ``where`` skips; ``_broken`` names what failed on this row: where, or a let.
        """
        cleaned = "".join(f", nullif({name}, '') as {name}" for name in map(quoted, self._columns))
        sql = f"select {ROW_NO}, {RAW}{cleaned} from batch"
        broken = ""
        for name, expression in section.let.items():
            self._type_of(f"let.{name}", expression, sql)
            tried = f"select *, try({{'v': (\n{expression}\n)}}) as _let_{name} from ({sql}) as file"
            sql = f"select *, _let_{name}.v as {name} from ({tried})"
            broken += f" when _let_{name} is null then '{name}'"
        if section.where is not None:
            self._type_of("where", section.where, sql)
            sql = f"select *, try({{'v': (\n{section.where}\n)}}) as _where from ({sql}) as file"
            kept = "_where is null or coalesce(try_cast(_where.v as boolean), false)"
            broken = f" when _where is null then 'where'{broken}"
            return f"select *, {kept} as _kept, case{broken} end as _broken from ({sql})"
        fault = f"case{broken} end" if broken else "cast(null as varchar)"
        return f"select *, true as _kept, {fault} as _broken from ({sql})"

    def _query_sql(self, query: str) -> str:
        """The query over the (still empty) rows, so that its faults show before a long file is read."""
        self.connection.execute(f"create or replace temp view file as {self.rows_sql}")
        try:
            names = {row[0] for row in self.connection.execute(f"describe (\n{query}\n)").fetchall()}
        except duckdb.Error as error:
            raise self.fault("query", error) from error
        if ROWS not in names:
            raise UsageError(
                f"mapping {self._place.mapping}, section {self._place.source}: the query must give {ROWS}, "
                f"the list of {ROW_NO} that each record was made of"
            )
        return f"select * from (\n{query}\n)"

    def _bind(self, relation: str) -> dict[str, str]:
        """The SQL type of the expression of each column; a fault is one sentence for the user."""
        tried = ", ".join(f"try({{'v': (\n{sql}\n)}}).v as {name}" for name, sql in self._expressions.items())
        try:
            found = self.connection.execute(f"describe select {tried} from ({relation}) as file").fetchall()
            return {str(row[0]): str(row[1]) for row in found}
        except duckdb.Error as error:
            for name, sql in self._expressions.items():
                self._type_of(name, sql, relation)  # raises for the one that is at fault
            raise self.fault("columns", error) from error

    def _type_of(self, name: str, expression: str, relation: str) -> str:
        sql = f"describe select try({{'v': (\n{expression}\n)}}).v as v from ({relation}) as file"
        try:
            (row,) = self.connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise self.fault(name, error) from error
        return str(row[1])

    def fault(self, name: str, error: duckdb.Error) -> InputError | UsageError:
        """A column that the file lacks is the file's fault, anything else the mapping's."""
        text = mask_digits(str(error).splitlines()[0])
        place = self._place
        if found := re.search(r'Referenced column "([^"]*)" not found', text):
            columns = "" if place.hint else f"; its columns: {', '.join(self._columns)}"
            return InputError(
                f"{place.file} has no column {found[1]!r}, which mapping {place.mapping} uses for "
                f"{place.source}.{name}{columns}{place.hint}"
            )
        return UsageError(f"mapping {place.mapping}, section {place.source}, {name}: {text}")

    def evaluate(self, relation: str) -> pa.Table:
        """Contract columns, ROW_NO, RAW, ``_day`` (local), ``_reason`` and ``_column`` (null for a good row).

        ``relation`` is a query that gives ROW_NO, RAW, _kept, _broken and what the expressions name.
        """
        sql = self._checked_sql(relation)
        try:
            return self.connection.execute(sql).to_arrow_table()
        except duckdb.Error as error:
            raise self.fault("columns", error) from error

    def _checked_sql(self, relation: str) -> str:
        """From the inside: the expressions, their values in the contract's types, the local day, the first fault."""
        columns = self.declared.columns
        values = [self._value_of(column) for column in columns]
        tried = ", ".join(
            f"{_tried(self._expressions[c.name], self._columns)} as _try_{c.name}"
            for c in columns
            if c.name in self._expressions
        )
        typed = ", ".join(
            f"{cast_sql(value, c.type, self._types[c.name])} as {c.name}"
            if value
            else f"cast(null as {c.type.duckdb}) as {c.name}"
            for c, value in zip(columns, values, strict=True)
        )
        names = ", ".join(c.name for c in columns)
        faults = " ".join(
            branch for c, value in zip(columns, values, strict=True) for branch in fault_branches(c, value)
        )
        possible = f"_local >= date '{FIRST_TIME}' and _local < date '{LAST_TIME}'"
        return f"""
            select {names}, {ROW_NO}, {RAW}, _day, split_part(_fault, '|', 1) as _reason,
                   nullif(split_part(_fault, '|', 2), '') as _column
            from (
                select *, case when _broken is not null then 'bad_value|' || _broken {faults}
                               when _day is null then 'bad_day|' end as _fault
                from (
                    select *, case when {possible} then _local end as _day from (
                        select *, {self._day_sql()} as _local from (
                            select *, {typed}
                            from (select {ROW_NO}, {RAW}, _broken, {tried} from ({relation}) as file where _kept)
                        )
                    )
                )
            )"""

    def _value_of(self, column: Column) -> str | None:
        """SQL for what the column's expression gave; None when the column is not mapped."""
        if column.name not in self._expressions:
            return None
        is_plain = _is_column(self._expressions[column.name], self._columns)
        return f"_try_{column.name}" if is_plain else f"_try_{column.name}.v"

    def _day_sql(self) -> str:
        empty = self.connection.from_arrow(self.declared.arrow_schema.empty_table())
        (kind,) = empty.project(self.declared.day_of).types
        if str(kind) == "DATE":
            return f"({self.declared.day_of})"
        local = f"timezone('{self._zone}', timezone('UTC', ({self.declared.day_of})))"
        return f"try(cast({local} as date))"


def _present(expressions: dict[str, str], declared: Contract, columns: list[str], place: Place) -> dict[str, str]:
    """For the identity mapping: the contract's columns that the file has; unknown or missing ones are refused."""
    given = {name.lower() for name in columns}
    unknown = [name for name in columns if name.lower() not in declared.names]
    missing = [c.name for c in declared.columns if not c.nullable and c.name not in given]
    if unknown or missing:
        what = f"has no column {', '.join(missing)}" if missing else f"has columns we do not know: {', '.join(unknown)}"
        raise InputError(
            f"{place.file} {what}; without a mapping its columns must carry the names of the contract "
            f"{declared.source}{place.hint}"
        )
    return {name: sql for name, sql in expressions.items() if name in given}


def _empty(columns: list[str]) -> pa.Table:
    fields = [
        pa.field(ROW_NO, pa.int64()),
        pa.field(RAW, pa.string()),
        *(pa.field(name, pa.string()) for name in columns),
    ]
    return pa.schema(fields).empty_table()


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_column(expression: str, columns: list[str]) -> bool:
    """Whether an expression is no more than a quoted column of the file: that can not fail."""
    return expression in [quoted(name) for name in columns]


def _tried(expression: str, columns: list[str]) -> str:
    """The expression in a struct that is null only when the expression failed; a mere column as it is."""
    return expression if _is_column(expression, columns) else f"try({{'v': (\n{expression}\n)}})"
