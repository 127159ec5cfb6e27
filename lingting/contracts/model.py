"""The shape of a contract. Reading the YAML files is in registry.py."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator


class ColumnType(StrEnum):
    STRING = "string"
    INTEGER = "integer"  # 64 bits
    DOUBLE = "double"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"  # UTC, microseconds, no zone
    DATE = "date"

    @property
    def duckdb(self) -> str:
        return {
            "string": "varchar",
            "integer": "bigint",
            "double": "double",
            "boolean": "boolean",
            "timestamp": "timestamp",
            "date": "date",
        }[self.value]

    @property
    def arrow(self) -> pa.DataType:
        types: dict[str, pa.DataType] = {
            "string": pa.string(),
            "integer": pa.int64(),
            "double": pa.float64(),
            "boolean": pa.bool_(),
            "timestamp": pa.timestamp("us"),
            "date": pa.date32(),
        }
        return types[self.value]


class PiiClass(StrEnum):
    """How sensitive a column is: drives masking and rights (《呼叫中心质量监控细则》六(三): 分类分级)."""

    NONE = "none"
    PSEUDONYM = "pseudonym"  # keyed hash of a person
    PERSONAL = "personal"  # names of staff, masked speech
    SENSITIVE = "sensitive"  # clear numbers, clear speech: never allowed in the lake


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """One column. ``minimum``/``maximum`` are inclusive and in the column's unit."""

    name: str
    type: ColumnType
    en: str
    zh: str
    nullable: bool = True
    unit: str | None = None
    values: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    references: str | None = Field(None, pattern=r"^[a-z_]+\.[a-z_]+$")
    ahead_days: int = Field(
        0, ge=0, description="of a time: so many days may lie between it and today, as of a plan or a deadline"
    )
    pii: PiiClass = PiiClass.NONE

    @property
    def is_time(self) -> bool:
        return self.type in (ColumnType.TIMESTAMP, ColumnType.DATE)


class Contract(_Strict):
    """One lake source: one row per ``grain``, unique by ``key``, in the partition of the local day of ``day_of``."""

    source: str
    grain: str
    en: str
    zh: str
    key: tuple[str, ...]
    daily: bool = Field(False, description="large: orchestration follows it day by day; others are loaded whole")
    day_of: str = Field(description="SQL over the columns: a UTC timestamp (taken to the local day) or a date")
    columns: tuple[Column, ...]
    order: tuple[tuple[str, str], ...] = Field(
        (), description="(earlier, later): times of one row that must not go back; a date is compared by local days"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Contract:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"contract {self.source}: a column is declared twice")
        for name in self.key:
            if name not in names or self.column(name).nullable:
                raise ValueError(f"contract {self.source}: key column {name} is missing or nullable")
        for pair in self.order:
            if not set(pair) <= set(names):
                raise ValueError(f"contract {self.source}: order names a column that is not declared: {pair}")
        for column in self.columns:
            if column.ahead_days and not column.is_time:
                raise ValueError(f"contract {self.source}: {column.name} is no time, so it can not lie ahead")
        return self

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def is_list(self) -> bool:
        """Each day brings the whole list anew, as of agents; other sources bring what happened or was decided."""
        return self.day_of in self.key

    @property
    def is_plan(self) -> bool:
        """Its rows may be dated ahead, so they do not tell which day it is."""
        return self.day_of in self.names and self.column(self.day_of).ahead_days > 0

    @property
    def arrow_schema(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, c.type.arrow, nullable=c.nullable) for c in self.columns])

    @property
    def reference_pairs(self) -> list[tuple[str, str, str]]:
        """(column, other source, other column) of every reference."""
        pairs: list[tuple[str, str, str]] = []
        for column in self.columns:
            if column.references:
                source, other = column.references.split(".")
                pairs.append((column.name, source, other))
        return pairs

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
