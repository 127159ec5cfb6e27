"""The contract as SQL: casts that give null instead of failing, and the faults of a value. Used by evaluate.py."""

from __future__ import annotations

from lingting.contracts.model import Column, ColumnType

# Of times and of partition days. Other dates (a day of hiring) may be older. There is no check against today: a clock
# that is wrong on either side must not stop a load.
FIRST_TIME, LAST_TIME = "2000-01-01", "2100-01-01"
FIRST_DATE = "1900-01-01"


def cast_sql(value: str, kind: ColumnType, given: str) -> str:
    """A cast that gives null where it can not be done: no rounding to whole numbers, no infinities."""
    match kind:
        case ColumnType.STRING:
            return f"nullif(cast({value} as varchar), '')"
        case ColumnType.INTEGER:
            whole = f"try_cast({value} as bigint)"
            return f"case when try_cast({value} as double) = {whole} then {whole} end"
        case ColumnType.DOUBLE:
            return f"case when isfinite(try_cast({value} as double)) then try_cast({value} as double) end"
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


def fault_branches(column: Column) -> list[str]:
    """``when … then`` branches in the order in which faults are told."""
    name = column.name
    branches = [f"when _bad_{name} then 'bad_value|{name}'"]
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
