"""The verdicts of the compliance checklist: decided from what was planted, by the marks that are declared.

Marks, items and the least number of cases are read from where a centre declares them (the dbt seeds). Everything else
is worked out here in its own way: Wilson's bounds as the roots of the quadratic that defines them, the corrected share
of clauses with a numerical gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lingting.kpi.dictionary import Project
from simulator.truth.ledger import CENTRE

Z = NormalDist().inv_cdf(0.975)
LEAST_LABELS = 30  # fewer settled labels of mandatory clauses do not correct anything
CORRECTED = "corrected"
# Of several verdicts in an item the one that stands first here is the item's.
WORST_FIRST = ("FAIL", "NO_DATA", "OPEN", "INSUFFICIENT_N", "WATCH", "PASS")
SCHEMA = pa.schema(
    [("month_start", pa.date32()), ("item_no", pa.int64()), ("part_no", pa.int64())]
    + [(name, pa.string()) for name in ("kpi_id", "formula_id")]
    + [("is_judged", pa.bool_())]
    + [(name, pa.float64()) for name in ("numerator", "denominator")]
    + [("n_open", pa.int64())]
    + [(name, pa.float64()) for name in ("value", "ci_low", "ci_high")]
    + [("comparison", pa.string()), ("mark", pa.float64())]
    + [("n_gold", pa.int64()), ("sensitivity", pa.float64()), ("specificity", pa.float64()), ("status", pa.string())]
)


@dataclass(frozen=True)
class Part:
    """What is declared about one part of an item. ``is_better`` says whether a value reaches the mark."""

    item_no: int
    part_no: int
    kpi_id: str
    formula_id: str
    comparison: str
    mark: float
    is_judged: bool
    least_n: int
    interval_kind: str

    @property
    def raw_formula(self) -> str:
        """The formula whose planted sums stand behind the part."""
        return self.kpi_id if self.formula_id == CORRECTED else self.formula_id

    def is_better(self, value: float) -> bool:
        return value >= self.mark if self.comparison == ">=" else value <= self.mark


@cache
def declared() -> tuple[Part, ...]:
    """All parts in the order of their items."""
    project = Project()
    # The months of a simulation are after the last change of the catalogue, so the last row of a formula holds.
    catalogue = {(row["kpi_id"], row["formula_id"]): row for row in project.seed("kpi_catalogue")}
    parts = []
    for row in project.seed("compliance_checklist_part"):
        known = catalogue.get((row["kpi_id"], row["formula_id"]), {})
        numbers = int(row["item_no"]), int(row["part_no"])
        parts.append(
            Part(*numbers, row["kpi_id"], row["formula_id"], row["comparison"], float(row["mark"]),
                 row["is_judged"] == "true", int(known.get("minimum_n") or 0), known.get("interval_kind", "none"))
        )  # fmt: skip
    return tuple(sorted(parts, key=lambda part: (part.item_no, part.part_no)))


def means() -> list[tuple[str, str]]:
    """The formulas that are means of values: their interval needs every case."""
    return [(part.kpi_id, part.formula_id) for part in declared() if part.interval_kind == "normal"]


def checklist(kpis: pd.DataFrame, cases: dict[tuple[str, str], pd.DataFrame], labels: pd.DataFrame) -> pa.Table:
    """Every part of every month, and every item (part_no null).

    ``kpis``: the planted KPIs. ``cases``: day and value of each case of the formulas that are means. ``labels``: day,
    is_said and is_found of each mandatory clause that people labelled.
    """
    sums = kpis[(kpis["grain"] == "month") & (kpis["scope"] == CENTRE)]
    rows: list[dict[str, Any]] = []
    for month in sorted(set(sums["period_start"])):
        found = {(row.kpi_id, row.formula_id): row for row in sums[sums["period_start"] == month].itertuples()}
        parts = [_part(part, month, found, cases, _of_month(labels, month)) for part in declared()]
        rows += parts + _items(parts)
    return pa.Table.from_pylist(rows, SCHEMA)


def _of_month(rows: pd.DataFrame, month: date) -> pd.DataFrame:
    days = rows["day"].to_numpy(dtype="datetime64[M]")
    return pd.DataFrame(rows[days == np.datetime64(month, "M")])


def _part(part: Part, month: date, sums: dict[tuple[str, str], Any], cases: dict[tuple[str, str], pd.DataFrame],
          labels: pd.DataFrame) -> dict[str, Any]:  # fmt: skip
    row: dict[str, Any] = {
        "month_start": month,
        **{name: getattr(part, name) for name in ("item_no", "part_no", "kpi_id", "formula_id", "is_judged")},
        **{name: getattr(part, name) for name in ("comparison", "mark")},
    }
    planted = sums.get((part.kpi_id, part.raw_formula))
    if planted is None:
        return row | {"status": "NO_DATA"}
    numerator, n = planted.numerator, planted.denominator
    row |= {"numerator": numerator, "denominator": n, "n_open": planted.n_open}
    if not n > 0:
        return row | {"status": "OPEN" if planted.n_open > 0 else "NO_DATA"}
    value, low, high = numerator / n, None, None
    if part.formula_id == CORRECTED:
        quality = _quality(labels)
        corrected = _corrected(value, n, quality)
        row |= {name: quality.get(name) for name in ("n_gold", "sensitivity", "specificity")}
        if corrected is None:
            return row | {"status": "INSUFFICIENT_N"}
        value, low, high = corrected
    elif part.interval_kind == "wilson":
        low, high = _wilson(value, n)
    elif part.interval_kind == "normal" and n > 1:
        each = _of_month(cases[part.kpi_id, part.formula_id], month)["value"].to_numpy(dtype=float)
        margin = Z * float(np.std(each)) / np.sqrt(len(each))
        low, high = value - margin, value + margin
    status = _status(part, value, low, high, n)
    return row | {"value": value, "ci_low": low, "ci_high": high, "status": status}


def _status(part: Part, value: float, low: float | None, high: float | None, n: float) -> str:
    if part.mark in (0, 1):  # none, or all: one case decides
        return "PASS" if value == part.mark else "FAIL"
    if n < part.least_n:
        return "INSUFFICIENT_N"
    if not part.is_better(value):
        return "FAIL"
    worst = low if part.comparison == ">=" else high  # none: everybody was counted, nothing was sampled
    return "PASS" if part.is_better(value if worst is None else worst) else "WATCH"


def _items(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row an item: numbers of its first judged part, the worst verdict of all judged parts."""
    items = []
    for number in dict.fromkeys(part["item_no"] for part in parts):
        judged = [part for part in parts if part["item_no"] == number and part["is_judged"]]
        verdict = min((part["status"] for part in judged), key=WORST_FIRST.index)
        items.append(judged[0] | {"part_no": None, "is_judged": None, "status": verdict})
    return items


def _wilson(value: float, n: float) -> tuple[float, float]:
    """The shares p for which the observed one lies just Z standard errors away: (value - p)^2 = Z^2 p (1 - p) / n."""
    spread = Z * Z / n
    low, high = sorted(np.roots([1 + spread, -(2 * value + spread), value * value]).real)
    return float(low), float(high)


def _quality(labels: pd.DataFrame) -> dict[str, Any]:
    """How well the rules heard the clauses, by the labels of a month."""
    said, found = labels["is_said"].to_numpy(dtype=bool), labels["is_found"].to_numpy(dtype=bool)
    return {
        "n_gold": len(labels),
        "n_said": int(said.sum()),
        "n_unsaid": int((~said).sum()),
        "sensitivity": float(found[said].mean()) if said.any() else None,
        "specificity": float((~found[~said]).mean()) if (~said).any() else None,
    }


def _corrected(raw: float, n: float, quality: dict[str, Any]) -> tuple[float, float, float] | None:
    """Rogan and Gladen's estimate with the interval of the delta method, all cut to 0..1; None: it can not be told."""
    sensitivity, specificity = quality["sensitivity"], quality["specificity"]
    if quality["n_gold"] < LEAST_LABELS or sensitivity is None or specificity is None:
        return None
    if sensitivity + specificity <= 1:
        return None
    rates = np.array([raw, sensitivity, specificity])
    variance = rates * (1 - rates) / np.array([n, quality["n_said"], quality["n_unsaid"]])
    step = 1e-6
    gradient = [(_true_share(rates + move) - _true_share(rates - move)) / (2 * step) for move in np.eye(3) * step]
    margin = Z * np.sqrt(np.square(gradient) @ variance)
    value = _true_share(rates)
    low, middle, high = np.clip([value - margin, value, value + margin], 0, 1)
    return float(middle), float(low), float(high)


def _true_share(rates: np.ndarray) -> float:
    """Which true share shows itself as the raw one: raw = share * Se + (1 - share) * (1 - Sp)."""
    raw, sensitivity, specificity = rates
    return float((raw - (1 - specificity)) / (sensitivity - (1 - specificity)))
