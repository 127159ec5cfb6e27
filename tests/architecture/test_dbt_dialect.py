"""Models are written in the SQL that DuckDB and Spark share, so that Spark is a target and not a rewrite.

What the two spell differently goes through macros with a duckdb__ and a spark__ version.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from lingting.paths import DBT_PROJECT
from tests.architecture.dbt_files import macro_names, models

# Looked for in the rendered SQL without comments and strings; the reason is what one of the engines does with it.
FORBIDDEN_TEXT = {
    r"::": "short casts: write cast(x as t)",
    r"//": "integer division is DuckDB's alone",
    r"->": "JSON arrows are DuckDB's alone",
    r"\bdiv\b": "Spark's alone",
    r'"': "quoted identifiers are strings in Spark",
    r"\\": "escapes in literals differ",
    r"\bqualify\b": "absent in Spark 3.5",
    r"\brecursive\b": "absent in Spark 3.5",
    r"\bignore\s+nulls\b": "spelt differently",
    r"\bby\s+name\b": "union by name is DuckDB's alone",
    r"\*\s*(exclude|except|replace)\b": "star modifiers differ",
    r"\[": "list literals and subscripts differ",
    r"\bilike\b": "spelt differently in older engines",
}
FORBIDDEN_FUNCTIONS = {
    "string_agg", "array_agg", "listagg", "list", "strftime", "date_format", "strptime", "epoch", "epoch_us",
    "epoch_ms", "datediff", "date_diff", "dateadd", "date_add", "date_trunc", "timestampdiff", "timestamp_trunc",
    "dayofweek", "weekday", "isodow", "strpos", "instr", "position", "generate_series", "range", "named_struct",
    "struct", "struct_pack", "unnest", "explode", "regexp_replace", "regexp_extract", "regexp_matches",
    "json_extract", "read_parquet", "glob", "sha256", "sha2", "round", "concat", "median", "percentile_disc",
    "timezone", "convert_timezone", "now", "random", "upper", "lower", "first", "last", "arg_max", "arg_min",
    "size", "cardinality", "hash", "md5",
}  # fmt: skip
FORBIDDEN_NODES = (exp.Qualify, exp.Bracket, exp.Array, exp.Struct, exp.IntDiv, exp.Lateral, exp.Unnest, exp.AtTimeZone)
# Columns of such names hold fractions: their sum is exact_sum's, or its last digit depends on the order of the rows.
FRACTION = re.compile(r"(^|_)(seconds|minutes|hours|points|yuan|heads?|share|ratio|rate|value|weight|erlangs)$")
INTEGERS = {"INT", "BIGINT", "SMALLINT", "TINYINT"}


def _code(sql: str) -> str:
    """SQL without comments and string literals."""
    return re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", sql)).lower()


def violations(sql: str) -> list[str]:
    """What in the (Jinja-free) SQL one of the two engines reads otherwise, or not at all."""
    found = [f"{pattern}: {why}" for pattern, why in FORBIDDEN_TEXT.items() if re.search(pattern, _code(sql))]
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    found += [f"{type(node).__name__}: {node.sql()}" for kind in FORBIDDEN_NODES for node in tree.find_all(kind)]
    called = set(re.findall(r"\b([a-z_0-9]+)\s*\(", _code(sql)))
    found += [f"{name}() is spelt or works differently" for name in sorted(called & FORBIDDEN_FUNCTIONS)]
    found += [f"unit of extract: {node.sql()}" for node in tree.find_all(exp.Extract) if not _plain_unit(node)]
    found += [f"order by without nulls last: {line}" for line in _loose_orders(sql)]
    found += [f"cast of a fraction to an integer: {node.sql()}" for node in tree.find_all(exp.Cast) if _rounds(node)]
    found += [
        f"sum of fractions in no order: {node.sql()}" for node in tree.find_all(exp.Sum) if _depends_on_order(node)
    ]
    return found


def _plain_unit(node: exp.Extract) -> bool:
    return node.name.lower() in ("hour", "minute", "year", "month", "day")


def _loose_orders(sql: str) -> list[str]:
    """Parts of any ORDER BY that leave the place of nulls to the engine."""
    loose = []
    for match in re.finditer(r"\border\s+by\b", code := _code(sql)):
        parts, depth, start = [], 0, match.end()
        for place in range(match.end(), len(code) + 1):
            letter = code[place : place + 1]
            ended = (
                letter == "" or (letter == ")" and depth == 0) or re.match(r"\b(rows|range)\s+between\b", code[place:])
            )
            if ended or (letter == "," and depth == 0):
                parts.append(code[start:place].strip())
                start = place + 1
            if ended:
                break
            depth += (letter == "(") - (letter == ")")
        loose += [part for part in parts if not re.search(r"nulls\s+(first|last)$", part)]
    return loose


def _rounds(node: exp.Cast) -> bool:
    """A cast to an integer rounds in DuckDB and truncates in Spark, unless what is cast is whole already."""
    return node.to.this.name in INTEGERS and any(node.this.find_all(exp.Div, exp.Avg))


def _depends_on_order(node: exp.Sum) -> bool:
    """A sum over fractions, but for exact ones, over a window that has an order, or of exponentials: those are too big
    for decimals, and ``digits`` takes their last ones off."""
    over = node.find_ancestor(exp.Window, exp.Select)
    is_ordered = isinstance(over, exp.Window) and bool(over.args.get("order") or over.args.get("alias"))
    is_exact = (
        any(call.name.lower() == "exact" for call in node.find_all(exp.Anonymous)) or node.find(exp.Exp) is not None
    )
    return not is_ordered and not is_exact and any(FRACTION.search(column.name) for column in node.find_all(exp.Column))


def test_every_model_keeps_to_the_shared_sql() -> None:
    found = {model.name: violations(model.sql) for model in models()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "select a::int from t",
        "select a // b from t",
        "select j ->> 'x' from t",
        "select * from t qualify row_number() over (order by a nulls last) = 1",
        "select date_diff('day', a, b) from t",
        "select date_trunc('month', a) from t",
        "select [1, 2] as a from t",
        "select * exclude (a) from t",
        "select string_agg(a, ',') from t",
        "select epoch_us(a) from t",
        "select extract(isodow from a) from t",
        "select row_number() over (partition by a order by b) from t",
        "select a from t order by a",
        "select cast(a / b as bigint) from t",
        "select a at time zone 'UTC' from t",
        'select "a" from t',
        "select talk_seconds / sum(talk_seconds) over (partition by team_id) as share from t",
        "with recursive x as (select 1 as a) select a from x",
    ],
)
def test_the_check_finds(sql: str) -> None:
    assert violations(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(n as double) / nullif(d, 0) as r from t order by r nulls last",
        "select count(*) filter (where a) as n, max(case when b then c end) as m from t group by d",
        "select lead(a) over (partition by b order by a nulls last, c nulls last) as next_a from t",
        "select sum(talk_seconds) over (partition by a order by b nulls last) as so_far, sum(n_calls) as n from t",
        "select a from t where d between date '2026-10-01' and date '2026-10-31' and ts + interval '24' hour > u",
    ],
)
def test_the_check_lets_pass(sql: str) -> None:
    assert violations(sql) == []


def test_every_dispatched_macro_speaks_both_dialects() -> None:
    names = set(macro_names())
    text = "\n".join(path.read_text(encoding="utf-8") for path in Path(DBT_PROJECT / "macros").glob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)', 'lingting'\)", text))
    assert dispatched >= {"lake_files", "to_local", "elapsed_microseconds", "iso_weekday", "type_ts"}
    missing = [f"{prefix}__{name}" for name in sorted(dispatched) for prefix in ("duckdb", "spark")]
    assert [name for name in missing if name not in names] == []


def test_engine_words_stand_only_in_engine_macros() -> None:
    """Outside macros named duckdb__ or spark__ no function of one engine is spelt out."""
    words = r"epoch_us|timestampdiff|convert_timezone|at time zone|read_parquet|isodow|weekday\(|date_add|timestamp_ntz"
    engine_words = rf"\b({words})\b"
    loose = []
    for path in sorted((DBT_PROJECT / "macros").glob("*.sql")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name, body in re.findall(r"{%-?\s*macro\s+(\w+).*?%}(.*?){%-?\s*endmacro", text, flags=re.DOTALL):
            if not name.startswith(("duckdb__", "spark__")) and re.search(
                engine_words, re.sub(r"day\.weekday\(\)", "", body)
            ):
                loose.append(f"{path.name}: {name}")
    assert loose == []
