"""A published build of a large centre, made of a small real one: its staff many times over, its two months going back.

Figures, calls and visits are kept for all months; what was said (turns, findings, scores) for the newest two, as in a
centre that deletes recordings. Rows lie in the order of a real build. Nothing is computed anew: this is for reading.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from lingting.warehouse.tables import PUBLISHED

STAFF = {"agent_id", "team_id", "employee_id", "agent_name", "owner_agent_id"}
CASES = {
    "about_review_id", "access_event_id", "appeal_id", "call_id", "complaint_id", "contact_id", "customer_key",
    "document_id", "episode_id", "event_id", "first_call_id", "inspection_id", "object_step_id", "payout_id",
    "promise_id", "recording_id", "review_id", "review_step_id", "score_id", "ticket_id", "turn_id",
}  # fmt: skip
SPOKEN = {"mart_turn", "mart_finding", "mart_call_score", "fct_emotion_episode", "fct_text_scan"}
LISTS = {"dim_agent", "dim_team", "mart_skill_matrix", "mart_agent_scorecard"}


def grow(source: Path, target: Path, copies: int, periods: int) -> int:
    """Write ``target`` (a home's published folder) from the current build in ``source``; gives the number of calls.

    ``copies``: of the staff; ``periods``: of two months each, the newest one as it is.
    """
    current = json.loads((source / "CURRENT.json").read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"grown-{copies}x{periods}.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(f"attach '{source / current['file']}' as small (read_only)")
        for (table,) in connection.execute(
            "select table_name from information_schema.tables where table_catalog = 'small'"
        ).fetchall():
            _grow(connection, table, copies, periods)
        ((calls,),) = connection.execute("select count(*) from mart_call").fetchall()
        connection.execute("detach small")
        connection.execute("checkpoint")
    (target / "CURRENT.json").write_text(json.dumps({**current, "file": path.name}), encoding="utf-8")
    return int(calls)


def _grow(connection: duckdb.DuckDBPyConnection, table: str, copies: int, periods: int) -> None:
    columns = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_catalog = 'small' and table_name = ? order by ordinal_position",
        [table],
    ).fetchall()
    names = {name for name, _ in columns}
    is_of_staff = bool(names & (STAFF | {"scope_id"}))
    has_days = any(kind in ("DATE", "TIMESTAMP") for _, kind in columns)
    if not is_of_staff and not (names & CASES):
        connection.execute(f"create table {table} as from small.{table}")
        return
    connection.execute(f"create table {table} as from small.{table} limit 0")
    order = ", ".join(PUBLISHED.get(table, ("1",)))
    many = periods if has_days and table not in SPOKEN | LISTS else 1
    for grain in _grains(connection, table, names):
        for period in reversed(range(many)):
            chosen = ", ".join(_grown(name, kind, names, period) for name, kind in columns)
            connection.execute(
                f"insert into {table} select {chosen} from small.{table}, range({copies}) as copies(k) "
                f"where {_kept(names, columns, period)} and {grain} order by {order}"
            )


def _grains(connection: duckdb.DuckDBPyConnection, table: str, names: set[str]) -> list[str]:
    """The rows of a table whose order begins with the grain come grain by grain."""
    if PUBLISHED.get(table, ("",))[0] != "grain" or "grain" not in names:
        return ["true"]
    found = connection.execute(f"select distinct grain from small.{table} order by 1").fetchall()
    return [f"grain = '{grain}'" for (grain,) in found]


def _grown(name: str, kind: str, names: set[str], period: int) -> str:
    if kind in ("DATE", "TIMESTAMP") and period:
        return f"cast({name} - interval {2 * period} month as {kind}) as {name}"
    if kind != "VARCHAR":
        return name
    if name in STAFF:
        return f"if(k = 0, {name}, {name} || '-' || k) as {name}"
    if name == "scope_id" and "scope" in names:
        return f"if(k = 0 or scope not in ('agent', 'team'), {name}, {name} || '-' || k) as {name}"
    if name in CASES:
        return (
            f"{name} || '-' || k || '-{period}' as {name}"
            if period
            else f"if(k = 0, {name}, {name} || '-' || k) as {name}"
        )
    return name


def _kept(names: set[str], columns: list[tuple[str, str]], period: int) -> str:
    """Sums of centre and queues once; no day that another month is too short for."""
    kept = ["true"]
    if "scope" in names:
        kept.append("(k = 0 or scope in ('agent', 'team'))")
    day = next((name for name, kind in columns if kind == "DATE"), None)
    if day and period:
        kept.append(f"({day} is null or day({day} - interval {2 * period} month) = day({day}))")
    return " and ".join(kept)
