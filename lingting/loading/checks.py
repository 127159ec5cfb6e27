"""The contract as SQL: casts that give null instead of failing, and the faults of a value. Used by evaluate.py."""

from __future__ import annotations

from lingting.contracts.model import Column, ColumnType

# Of times and of partition days. Other dates (a day of hiring) may be older. There is no check against today: a clock
# that is wrong on either side must not stop a load. Door one tells dates that lie in the future.
FIRST_TIME, LAST_TIME = "2000-01-01", "2100-01-01"
FIRST_DATE = "1900-01-01"


def cast_sql(value: str, kind: ColumnType, given: str) -> str:
    """A cast that gives null where it can not be done: no rounding to whole numbers, no infinities."""
    match kind:
        case ColumnType.STRING:
            return f"nullif(cast({value} as varchar), '')"
        case ColumnType.INTEGER:
            return f"try_cast({value} as bigint)"
        case ColumnType.DOUBLE:
            return f"try_cast({value} as double)"
        case ColumnType.TIMESTAMP:
            if given != "VARCHAR":
                return f"try_cast({value} as timestamp)"
            # Text may carry an offset, which a plain cast would drop without a word; without one that cast is quick.
            tail = f"substr({value}, 9)"
            plain = f"right({value}, 1) between '0' and '9' and not contains({tail}, '+') and not contains({tail}, '-')"
            zoned = f"try_cast(try_cast({value} as timestamptz) as timestamp)"
            return f"case when {plain} then try_cast({value} as timestamp) else {zoned} end"
        case ColumnType.DATE:
            return f"try_cast({value} as date)"
        case ColumnType.BOOLEAN:
            return f"try_cast({value} as boolean)"


def fault_branches(column: Column, value: str | None) -> list[str]:
    """``when … then`` branches over the typed column, in the order in which faults are told.

    ``value`` is SQL for what the expression gave (``….v`` where it may fail); None when the column is not mapped.
    """
    name = column.name
    branches = [f"when {_is_bad(column, value)} then 'bad_value|{name}'"] if value else []
    if not column.nullable:
        branches.append(f"when {name} is null then 'missing_value|{name}'")
    if column.values:
        allowed = ", ".join("'" + value.replace("'", "''") + "'" for value in column.values)
        branches.append(f"when {name} not in ({allowed}) then 'not_allowed|{name}'")
    limits = []
    if column.minimum is not None:
        limits.append(f"{name} < {column.minimum}")
    if column.maximum is not None:
        limits.append(f"{name} > {column.maximum}")
    if column.type is ColumnType.TIMESTAMP:
        limits.append(f"{name} < timestamp '{FIRST_TIME}' or {name} >= timestamp '{LAST_TIME}'")
    if column.type is ColumnType.DATE:
        limits.append(f"{name} < date '{FIRST_DATE}' or {name} >= date '{LAST_TIME}'")
    if limits:
        branches.append(f"when {' or '.join(limits)} then 'out_of_range|{name}'")
    return branches


def _is_bad(column: Column, value: str) -> str:
    """The expression failed, or what it gave does not fit the type: nothing is rounded, nothing is infinite."""
    failed = [f"{value.removesuffix('.v')} is null"] if value.endswith(".v") else []
    match column.type:
        case ColumnType.STRING:
            return failed[0] if failed else "false"
        case ColumnType.INTEGER:
            failed.append(f"try_cast({value} as double) <> {column.name}")
        case ColumnType.DOUBLE:
            failed.append(f"not isfinite({column.name})")
    return " or ".join([*failed, f"({value} is not null and {column.name} is null)"])
