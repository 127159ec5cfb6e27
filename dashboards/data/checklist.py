"""The 22 items of the compliance checklist and the rows behind them, within the rights of who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb

from dashboards.data.published import ask
from dashboards.data.worded import Labelled
from lingting.errors import UsageError
from lingting.kpi import checklist as source
from lingting.kpi import figures
from lingting.rights import Forbidden, Viewer


@dataclass(frozen=True)
class Standing(Labelled):
    """How one item stood in one month."""

    month_start: date
    item_no: int
    label_zh: str
    label_en: str
    aspect_zh: str
    aspect_en: str
    domain: str
    status: str

    def aspect(self, language: str) -> str:
        return self.aspect_zh if language == "zh" else self.aspect_en


@dataclass(frozen=True)
class Proof:
    """The evidence of a part with the second in the call of each row, where there is one.

    Or why there is none to show: ``closed`` (not open to the role), ``missing`` (not in this build).
    """

    evidence: source.Evidence | None
    seconds: tuple[float | None, ...] = ()
    why_not: str | None = None


def months(viewer: Viewer) -> list[date]:
    """The months with a checklist, newest first."""
    return figures.months(viewer)


def standings(viewer: Viewer) -> list[Standing]:
    """Every item in every month, in order."""
    return ask(
        viewer,
        Standing,
        """select month_start, item_no, label_zh, label_en, aspect_zh, aspect_en, domain, status
        from mart_compliance_checklist order by item_no, month_start""",
    )


def items(viewer: Viewer, month: date) -> list[source.ChecklistItem]:
    return source.checklist(source.reader_for(viewer), month)


def proof(viewer: Viewer, month: date, item_no: int, part_no: int, limit: int = 50) -> Proof:
    """The rows behind a part; a table that the role may not read, or that the build does not hold, is said."""
    try:
        found = source.evidence(source.reader_for(viewer), month, item_no, part_no, limit)
    except Forbidden:
        return Proof(None, why_not="closed")
    except (UsageError, duckdb.BinderException, duckdb.CatalogException):
        return Proof(None, why_not="missing")
    return Proof(found, tuple(_seconds(viewer, found)))


def evidence_rows(viewer: Viewer, month: date, item_no: int, part_no: int, limit: int = 50_000) -> list[Any]:
    """The same rows with all of their columns as attributes, for an export; empty where there is nothing to show."""
    found = proof(viewer, month, item_no, part_no, limit).evidence
    if found is None:
        return []
    return [SimpleNamespace(**dict(zip(found.columns, row, strict=True))) for row in found.rows]


def _seconds(viewer: Viewer, found: source.Evidence) -> list[float | None]:
    """The second in the call for each row: as it stands in the row, or where its turn begins."""
    names = {name: place for place, name in enumerate(found.columns)}
    for column in ("at_seconds", "evidence_at_seconds"):
        if column in names:
            return [row[names[column]] for row in found.rows]
    if not {"recording_id", "turn_no", "call_date"} <= set(names):
        return [None] * len(found.rows)
    keys = [(row[names["recording_id"]], row[names["turn_no"]]) for row in found.rows]
    days = [row[names["call_date"]] for row in found.rows]
    if not keys:
        return []
    starts = ask(
        viewer,
        _Start,
        """select recording_id, turn_no, start_seconds from mart_turn
        where call_date between ? and ? and recording_id in (select unnest(?::varchar[]))""",
        [min(days), max(days), sorted({recording for recording, _ in keys if recording})],
    )
    known = {(one.recording_id, one.turn_no): one.start_seconds for one in starts}
    return [known.get(key) for key in keys]


@dataclass(frozen=True)
class _Start:
    recording_id: str
    turn_no: int
    start_seconds: float
