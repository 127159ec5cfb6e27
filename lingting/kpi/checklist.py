"""The 22-item compliance checklist derived from 《呼叫中心质量监控细则》, judged from a published build.

The items, their marks and what each still lacks are declared in dbt/seeds/compliance_checklist.csv. An item without a
KPI, or with a part that no source brings yet, is NO_DATA at best: no data is never PASS.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

_QUERY = """
select
    item.item_no, item.aspect_zh, item.aspect_en, item.label_zh, item.label_en, item.comparison, item.mark, item.unit,
    item.kpi_id, item.formula_id, item.evidence_table, item.missing_part_zh, item.missing_part_en, item.source_clause,
    kpi.numerator, kpi.denominator, kpi.n, kpi.value, kpi.ci_low, kpi.ci_high, kpi.status as kpi_status
from compliance_checklist as item
left join mart_kpi as kpi
    on kpi.kpi_id = item.kpi_id and kpi.formula_id = item.formula_id
    and kpi.grain = 'month' and kpi.scope = 'centre' and kpi.period_start = $month
order by item.item_no
"""


@dataclass(frozen=True)
class ChecklistItem:
    """One item in one month. Ratios are 0-1; ``status`` is PASS, WATCH, FAIL, OPEN, INSUFFICIENT_N or NO_DATA."""

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
    unit: str
    status: str
    numerator: float | None
    denominator: float | None
    n: int | None
    kpi_id: str | None
    formula_id: str | None
    evidence_table: str | None
    note_zh: str
    note_en: str
    source_clause: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def checklist(connection: duckdb.DuckDBPyConnection, month: date) -> list[ChecklistItem]:
    """All 22 items for the month that starts on ``month``, in order."""
    found = connection.execute(_QUERY, {"month": month.replace(day=1)})
    names = [column[0] for column in found.description or []]
    return [_judged(dict(zip(names, row, strict=True))) for row in found.fetchall()]


def _judged(row: dict[str, Any]) -> ChecklistItem:
    missing_zh, missing_en = row.pop("missing_part_zh"), row.pop("missing_part_en")
    kpi_status = row.pop("kpi_status")
    status = _status(row, kpi_status)
    if missing_en and status in {"PASS", "WATCH"}:
        status = "NO_DATA"
    note_zh = f"尚缺数据：{missing_zh}" if missing_zh else ""
    note_en = f"not loaded yet: {missing_en}" if missing_en else ""
    return ChecklistItem(**row, status=status, note_zh=note_zh, note_en=note_en)


def _status(row: dict[str, Any], kpi_status: str | None) -> str:
    """PASS needs the confidence bound on the good side of the mark; WATCH is a value that passes alone."""
    if row["value"] is None or kpi_status is None:
        return "OPEN" if kpi_status == "OPEN" else "NO_DATA"
    if kpi_status == "INSUFFICIENT_N":
        return kpi_status
    at_least = row["comparison"] == ">="
    bound = row["ci_low"] if at_least else row["ci_high"]
    if not _meets(row["value"], row["mark"], at_least):
        return "FAIL"
    if row["mark"] in (0, 1):  # all or none: a full count, so there is no sampling error to allow for
        return "PASS"
    return "PASS" if bound is not None and _meets(bound, row["mark"], at_least) else "WATCH"


def _meets(value: float, mark: float, at_least: bool) -> bool:
    return value >= mark if at_least else value <= mark
