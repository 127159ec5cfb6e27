"""The 22-item compliance checklist derived from 《呼叫中心质量监控细则》, read from a published build.

What each part is measured by and where its evidence lies is declared in dbt/seeds/compliance_checklist_part.csv; how it
is judged is dbt's (fct_checklist_part, mart_compliance_checklist).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from typing import Any

import duckdb

from lingting.errors import UsageError
from lingting.kpi.asked import ask_columns
from lingting.rights import Viewer

# 法律监管、公司政策、隐私保护：《呼叫中心质量监控细则》二(四)
DOMAINS = {"law": "法律监管", "policy": "公司政策", "privacy": "隐私保护"}
_ITEMS = """
select item_no, aspect_zh, aspect_en, label_zh, label_en, value, ci_low, ci_high, comparison, mark, unit, status,
    numerator, denominator, n, kpi_id, formula_id, evidence_table, data_until, source_clause, domain
from mart_compliance_checklist where month_start = ? order by item_no
"""
_PARTS = """
select p.item_no, p.part_no, p.part_zh, p.part_en, p.kpi_id, p.formula_id, p.is_judged, p.value, p.ci_low, p.ci_high,
    p.comparison, p.mark, p.unit, p.status, p.sensitivity, p.specificity, p.n_gold, p.numerator,
    p.denominator, p.n, p.n_open, p.evidence_table, p.data_until,
    k.formula_zh, k.formula_en
from fct_checklist_part as p
left join (
    select kpi_id, formula_id, first(formula_zh order by valid_from desc) as formula_zh,
        first(formula_en order by valid_from desc) as formula_en
    from kpi_catalogue where valid_from <= ? group by kpi_id, formula_id
) as k using (kpi_id, formula_id)
where p.month_start = ? order by p.item_no, p.part_no
"""
_PLACE = """
select evidence_table, evidence_date, evidence_problem from fct_checklist_part
where month_start = ? and item_no = ? and part_no = ?
"""

# A question and its values in, the names of its columns and its rows out: over a plain connection, or within limits.
Reader = Callable[[str, Sequence[object]], tuple[tuple[str, ...], list[tuple[Any, ...]]]]


def reader(connection: duckdb.DuckDBPyConnection) -> Reader:
    """Read all rows of a build (the command line)."""

    def read(sql: str, values: Sequence[object] = ()) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        found = connection.execute(sql, values)
        return tuple(column[0] for column in found.description or []), found.fetchall()

    return read


def reader_for(viewer: Viewer) -> Reader:
    """Read what a person may see; a table that is not open to the role raises lingting.rights.Forbidden."""
    return partial(ask_columns, viewer)


@dataclass(frozen=True)
class ChecklistPart:
    """One part of an item in one month. ``is_judged`` false: printed beside the item, not counted.

    ``sensitivity``, ``specificity``, ``n_gold``: how well the detector was measured to work, for a corrected value.
    """

    item_no: int
    part_no: int
    part_zh: str
    part_en: str
    kpi_id: str
    formula_id: str
    is_judged: bool
    value: float | None
    ci_low: float | None
    ci_high: float | None
    comparison: str
    mark: float
    unit: str | None
    status: str
    sensitivity: float | None
    specificity: float | None
    n_gold: int | None
    numerator: float | None
    denominator: float | None
    n: int | None
    n_open: int | None
    evidence_table: str
    data_until: date | None
    formula_zh: str | None
    formula_en: str | None


@dataclass(frozen=True)
class ChecklistItem:
    """One item in one month; value, bounds and counts are those of its first judged part. Ratios are 0-1.

    ``status``: PASS only if all judged parts pass; FAIL, NO_DATA, OPEN, INSUFFICIENT_N or WATCH otherwise.
    ``domain``: law, policy or privacy.
    """

    item_no: int
    aspect_zh: str
    aspect_en: str
    label_zh: str
    label_en: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    comparison: str
    mark: float
    unit: str | None
    status: str
    numerator: float | None
    denominator: float | None
    n: int | None
    kpi_id: str
    formula_id: str
    evidence_table: str
    data_until: date | None
    source_clause: str
    domain: str
    parts: tuple[ChecklistPart, ...] = field(default=())

    @property
    def note_zh(self) -> str:
        return "；".join(f"{part.part_zh}：{part.status}" for part in self._open_parts)

    @property
    def note_en(self) -> str:
        return "; ".join(f"{part.part_en}: {part.status}" for part in self._open_parts)

    @property
    def _open_parts(self) -> list[ChecklistPart]:
        """Judged parts that keep the item from passing."""
        return [part for part in self.parts if part.is_judged and part.status != "PASS"]

    def to_dict(self) -> dict[str, Any]:
        """JSON values; days as YYYY-MM-DD."""
        row = asdict(self) | {"note_zh": self.note_zh, "note_en": self.note_en}
        row["parts"] = [{**part, "data_until": _iso(part["data_until"])} for part in row["parts"]]
        return row | {"data_until": _iso(self.data_until)}


@dataclass(frozen=True)
class DomainScore:
    """How many items of one domain of compliance pass, out of how many it has: without data an item does not pass."""

    domain: str
    n_passed: int
    n_items: int


@dataclass(frozen=True)
class Evidence:
    """Rows behind a part of an item: those that speak against it first. ``n_rows`` and ``n_problems`` count all."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    n_rows: int
    n_problems: int


def checklist(read: Reader, month: date) -> list[ChecklistItem]:
    """All items for the month that starts on ``month``, in order; empty when the build holds nothing of that month."""
    first = month.replace(day=1)
    parts = [ChecklistPart(**row) for row in _records(read, _PARTS, first, first)]
    return [
        ChecklistItem(**row, parts=tuple(part for part in parts if part.item_no == row["item_no"]))
        for row in _records(read, _ITEMS, first)
    ]


def domain_scores(items: list[ChecklistItem]) -> list[DomainScore]:
    """The score of each of the three parts of compliance; which item belongs to which part is Lingting's choice."""
    return [
        DomainScore(domain, sum(item.status == "PASS" for item in own), len(own))
        for domain in DOMAINS
        if (own := [item for item in items if item.domain == domain])
    ]


def evidence(read: Reader, month: date, item_no: int, part_no: int, limit: int = 50) -> Evidence:
    """The rows of the month in the part's evidence table. Raises UsageError when there is no such part."""
    first = month.replace(day=1)
    found = _records(read, _PLACE, first, item_no, part_no)
    if not found:
        raise UsageError(f"the checklist of {first:%Y-%m} has no item {item_no} with a part {part_no}")
    table, day, problem = (found[0][name] for name in ("evidence_table", "evidence_date", "evidence_problem"))
    # Names and condition come from the seed of the build, never from a user.
    month_of = f"{day} >= ?::date and {day} < ?::date + interval 1 month"
    _, counts = read(
        f"select count(*), count(*) filter (where {problem}) from {table} where {month_of}", [first, first]
    )
    columns, rows = read(
        f"select ({problem}) is true as is_problem, * from {table} where {month_of} order by is_problem desc, {day} "
        "limit ?",
        [first, first, limit],
    )
    return Evidence(table, columns, tuple(rows), *counts[0])


def _records(read: Reader, sql: str, *values: object) -> list[dict[str, Any]]:
    names, rows = read(sql, values)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
