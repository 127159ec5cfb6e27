"""What one evaluation found: rows of the contract ``evaluations``, printed, or put into landing/ for the next run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from lingting.lake import atomic_bytes
from lingting.paths import home

ALL = "all"  # the item of a metric that is about everything
ID_LETTERS = 16


@dataclass(frozen=True)
class Metric:
    """One figure. ``item`` is the class, rule, dimension or rating that it is about; ``n`` the cases it rests on."""

    metric: str
    item: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    target: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """One run over one data set. ``split`` is all, tune or test; ``model`` what was measured, ``engine`` what heard."""

    kind: str
    dataset: str
    dataset_sha256: str
    split: str
    engine: str | None
    model: str
    model_version: str
    metrics: tuple[Metric, ...]

    @property
    def run_id(self) -> str:
        """The same data, model and way give the same id: measuring again replaces the earlier figures."""
        parts = (self.kind, self.dataset, self.dataset_sha256, self.split, self.engine, self.model, self.model_version)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:ID_LETTERS]

    def rows(self, evaluated_at: datetime) -> list[dict[str, Any]]:
        """Rows of the contract; ``evaluated_at`` is UTC without a zone."""
        about = {name: value for name, value in vars(self).items() if name != "metrics"}
        head = {"run_id": self.run_id, "evaluated_at": evaluated_at.isoformat(sep=" ", timespec="seconds"), **about}
        return [{**head, **vars(_rounded(metric))} for metric in self.metrics]


def _rounded(metric: Metric) -> Metric:
    value, low, high = (None if at is None else round(at, 6) for at in (metric.value, metric.ci_low, metric.ci_high))
    return replace(metric, value=value, ci_low=low, ci_high=high)


def now() -> datetime:
    """UTC without a zone, as the contracts have it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def rows_of(evaluations: Iterable[Evaluation]) -> list[dict[str, Any]]:
    moment = now()
    return [row for evaluation in evaluations for row in evaluation.rows(moment)]


def land(rows: Sequence[dict[str, Any]]) -> list[Path]:
    """One file a run in landing/contract/evaluations; the next `lingting run` loads them."""
    written = []
    for run_id in sorted({str(row["run_id"]) for row in rows}):
        own = [row for row in rows if row["run_id"] == run_id]
        path = home().landing / "contract" / "evaluations" / f"{run_id}.jsonl"
        write_rows(own, path)
        written.append(path)
    return written


def write_rows(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """JSON lines, whole or not at all."""
    atomic_bytes(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8"))


@cache
def target_of(kpi_id: str) -> float | None:
    """The mark of the KPI catalogue that a measure is held against."""
    from lingting.kpi.dictionary import Project

    marks = [row["target"] for row in Project().seed("kpi_catalogue") if row["kpi_id"] == kpi_id]
    return float(marks[0]) if marks and marks[0] else None


def sum_of_files(paths: Iterable[Path]) -> str:
    """Sum of the contents of files, in the order of their names: it says which data were measured."""
    total = hashlib.sha256()
    for path in sorted(paths, key=lambda item: item.name):
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sum_of_rows(rows: Iterable[Any]) -> str:
    """The same for rows that came out of the lake."""
    text = "\n".join(sorted(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) for row in rows))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
