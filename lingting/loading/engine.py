"""The DuckDB connection in which expressions of a mapping run: our macros, UTC, and no way to files or the network."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from lingting.privacy import pseudonym_key, register_pseudonym, remember_key


def expression_connection(sql: str, zone: str, scratch: Path) -> duckdb.DuckDBPyConnection:
    """In-memory DuckDB for the SQL of one section. The pseudonym key is read (or made) only when the SQL needs it."""
    connection = duckdb.connect(config={"temp_directory": str(scratch)})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create temp macro trimmed(t) as nullif(trim(cast(t as varchar)), '')")
    connection.execute(f"create temp macro from_local(t) as timezone('UTC', timezone('{zone}', cast(t as timestamp)))")
    connection.execute(f"create temp macro to_local(t) as timezone('{zone}', timezone('UTC', cast(t as timestamp)))")
    if re.search(r"\bpseudonym\s*\(", sql, re.IGNORECASE):
        key = pseudonym_key()
        remember_key(key)
        register_pseudonym(connection, key)
    # A subexpression that two columns share would be computed once, outside of TRY: one bad row then stops the file.
    connection.execute("set disabled_optimizers = 'common_subexpressions'")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def file_connection(scratch: Path) -> duckdb.DuckDBPyConnection:
    """In-memory DuckDB that reads and joins Parquet files; large joins spill to ``scratch``."""
    connection = duckdb.connect(config={"temp_directory": str(scratch)})
    connection.execute("set TimeZone = 'UTC'")
    return connection
