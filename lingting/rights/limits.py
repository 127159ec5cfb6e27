"""Puts a person's limits on a question: each table that it reads is replaced by the rows and columns that are theirs.

The replacement is a common table expression of the same name in front of the question, so that no question can forget
it. A table that the policy does not know, or does not give to the role, is refused before anything is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import duckdb

from lingting.errors import LingtingError
from lingting.rights.policy import TableRule, policy
from lingting.rights.rows import Clause, clause
from lingting.rights.viewer import Viewer

_FUNCTIONS = {"unnest", "range", "generate_series"}  # make rows of values, read nothing
_WITH = re.compile(r"\s*with\s", re.IGNORECASE)
_RECURSIVE = re.compile(r"\s*with\s+recursive\s", re.IGNORECASE)
# A customer's pseudonym as everybody sees it: the same customer has the same short mark, and nothing leads back.
_MASK = "'c-' || left(sha256({column}), 8)"


class Forbidden(LingtingError):
    """A question reads what the role may not read. Shown to nobody in detail: the page says "not yours"."""


def limited(
    viewer: Viewer,
    sql: str,
    parameters: Sequence[object] = (),
    narrowed: Mapping[str, Clause] | None = None,
    unmasked: bool = False,
) -> tuple[str, list[object]]:
    """``sql`` with the person's limits before it, and its parameters (positional: question marks).

    ``narrowed``: conditions on the raw columns of a table, added inside its limits: they only take rows away, and let
    DuckDB skip what a condition on a masked column could not. ``unmasked``: customers' pseudonyms in full, only for
    who may `unmask`; the asker has noted the reason. Raises Forbidden.
    """
    if unmasked and not viewer.may("unmask"):
        raise Forbidden(f"the role {viewer.role} may not read a customer's pseudonym")
    narrowed = narrowed or {}
    if _RECURSIVE.match(sql):
        raise Forbidden("a question to the published build can not be recursive")
    heads: list[str] = []
    bound: list[object] = []
    for table in _tables(sql):
        rule = policy().by_table.get(table)
        if rule is None or viewer.role not in rule.rows:
            raise Forbidden(f"{table} is not open to the role {viewer.role}")
        where = clause(rule.rows[viewer.role], viewer)
        if table in narrowed:
            where = where & narrowed[table]
        columns = "*" if unmasked else _columns(rule)
        heads.append(f"{table} as not materialized (select {columns} from main.{table} where {where.sql})")
        bound.extend(where.parameters)
    if not heads:
        return sql, list(parameters)
    front = "with " + ",\n".join(heads)
    matched = _WITH.match(sql)
    return (f"{front},\n{sql[matched.end() :]}" if matched else f"{front}\n{sql}"), [*bound, *parameters]


def may_read(viewer: Viewer, table: str) -> bool:
    """Whether the role may ask for a table at all; which rows it gets is another matter."""
    rule = policy().by_table.get(table)
    return rule is not None and viewer.role in rule.rows


def reads_customers(sql: str) -> bool:
    """Whether a question reads a table with rows of single customers or their calls."""
    return any(table in policy().by_table and policy().by_table[table].is_of_customers for table in _tables(sql))


def _columns(rule: TableRule) -> str:
    if not rule.masked:
        return "*"
    masks = ", ".join(f"{_MASK.format(column=column)} as {column}" for column in rule.masked)
    return f"* replace ({masks})"


@lru_cache(maxsize=1024)
def _tables(sql: str) -> tuple[str, ...]:
    """The tables that a question names, found by DuckDB's own parser. Anything else that could be read is refused."""
    with duckdb.connect() as parser:
        (text,) = parser.execute("select json_serialize_sql(?)", [sql]).fetchall()[0]
    tree = json.loads(text)
    if tree.get("error") or len(tree["statements"]) != 1:
        raise Forbidden(f"a question is one select: {tree.get('error_message', 'several statements')}")
    seen = _Seen()
    seen.walk(tree)
    named = seen.tables - seen.own
    shadowed = sorted(seen.own & set(policy().by_table))
    if shadowed:
        raise Forbidden(f"a question gives its own parts other names than tables have: {', '.join(shadowed)}")
    return tuple(sorted(named))


class _Seen:
    """What stands in a parsed question: tables it names, and parts that it names itself (`with name as`)."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.own: set[str] = set()

    def walk(self, node: Any) -> None:
        if isinstance(node, list):
            for part in node:
                self.walk(part)
        elif isinstance(node, dict):
            self._see(node)
            for part in node.values():
                self.walk(part)

    def _see(self, node: dict[str, Any]) -> None:
        if node.get("type") == "BASE_TABLE":
            if node["schema_name"] or node["catalog_name"]:
                raise Forbidden(f"a question names {node['table_name']} without a schema, so that limits apply")
            self.tables.add(node["table_name"])
        elif node.get("type") == "TABLE_FUNCTION" and node["function"]["function_name"] not in _FUNCTIONS:
            raise Forbidden(f"a question can not read from {node['function']['function_name']}")
        elif "cte_map" in node:
            self.own |= {part["key"] for part in node["cte_map"]["map"]}
