"""Adds up numerators and denominators by day and scope. What is added up: kpis.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from simulator.centre import QUEUES, Agents
from simulator.events.codes import NONE

CENTRE, QUEUE, TEAM, AGENT = "centre", "queue", "team", "agent"
ALL = (CENTRE, QUEUE, TEAM, AGENT)
VISITS = (CENTRE, QUEUE)  # an abandoned call belongs to nobody
PEOPLE = (CENTRE, TEAM, AGENT)  # time at the desk belongs to no queue


@dataclass
class Keys:
    """Where rows belong: day number, queue and agent (NONE where there is none), arrays of equal length."""

    day: np.ndarray
    queue: np.ndarray
    agent: np.ndarray

    def where(self, mask: np.ndarray) -> Keys:
        return Keys(self.day[mask], self.queue[mask], self.agent[mask])


@dataclass
class _Sums:
    """Per day and scope member, shape [days, members]. Counts and milliseconds, so that sums are exact."""

    numerator: np.ndarray
    denominator: np.ndarray
    still_open: np.ndarray


class Ledger:
    """Sums of every KPI formula. Rows on days outside the simulation are not counted."""

    def __init__(self, days: int, agents: Agents) -> None:
        self._days = days
        self._team = agents.team
        self._members = {CENTRE: 1, QUEUE: len(QUEUES), TEAM: len(agents.team_queue), AGENT: agents.n}
        self._names = {
            CENTRE: np.array(["centre"], dtype=object),
            QUEUE: np.array([q.queue_id for q in QUEUES], dtype=object),
            TEAM: agents.team_ids,
            AGENT: agents.ids,
        }
        self._sums: dict[tuple[str, str, str], _Sums] = {}
        self._units: dict[tuple[str, str], tuple[float, float | None]] = {}

    def add(
        self,
        kpi: str,
        formula: str,
        keys: Keys,
        numerator: np.ndarray | int = 0,
        denominator: np.ndarray | int = 0,
        still_open: np.ndarray | int = 0,
        scopes: tuple[str, ...] = ALL,
        numerator_unit: float = 1,
        denominator_unit: float | None = 1,
    ) -> None:
        """Add rows. A sum is divided by its unit at the end (1000: ms to s); denominator_unit None: a mere count."""
        units = (numerator_unit, denominator_unit)
        if self._units.setdefault((kpi, formula), units) != units:
            raise ValueError(f"{kpi}/{formula}: units differ between two calls")
        inside = (keys.day >= 0) & (keys.day < self._days)
        for scope in scopes:
            member = self._member(scope, keys)
            counted = inside & (member >= 0)
            cell = keys.day[counted] * self._members[scope] + member[counted]
            sums = self._cells(scope, kpi, formula)
            _count(sums.numerator, cell, numerator, counted)
            _count(sums.denominator, cell, denominator, counted)
            _count(sums.still_open, cell, still_open, counted)

    def _member(self, scope: str, keys: Keys) -> np.ndarray:
        if scope == CENTRE:
            return np.zeros(len(keys.day), dtype=np.int64)
        if scope == QUEUE:
            return keys.queue
        if scope == TEAM:
            return np.where(keys.agent >= 0, self._team[keys.agent.clip(0)], NONE)
        return keys.agent

    def _cells(self, scope: str, kpi: str, formula: str) -> _Sums:
        shape = (self._days, self._members[scope])
        key = (scope, kpi, formula)
        if key not in self._sums:
            self._sums[key] = _Sums(np.zeros(shape), np.zeros(shape), np.zeros(shape))
        return self._sums[key]

    def table(self, days: list[date]) -> pd.DataFrame:
        """All rows, grain day and month. A row is there when its base, a count's numerator, or n_open is above 0."""
        parts = [
            self._rows(grain, starts, index, key, sums)
            for grain, starts, index in (("day", days, np.arange(len(days))), ("month", *_months(days)))
            for key, sums in self._sums.items()
        ]
        table = pd.concat(parts, ignore_index=True)
        order = ["grain", "period_start", "scope", "scope_id", "kpi_id", "formula_id"]
        return table.sort_values(order, kind="stable", ignore_index=True)

    def _rows(self, grain: str, starts: list[date], index: np.ndarray, key: tuple[str, str, str],
              sums: _Sums) -> pd.DataFrame:  # fmt: skip
        scope, kpi, formula = key
        numerator_unit, denominator_unit = self._units[kpi, formula]
        grouped = []
        for values in (sums.numerator, sums.denominator, sums.still_open):
            total = np.zeros((len(starts), values.shape[1]), dtype=values.dtype)
            np.add.at(total, index, values)
            grouped.append(total)
        numerator, denominator, still_open = grouped
        is_count = denominator_unit is None
        there = ((numerator if is_count else denominator) > 0) | (still_open > 0)
        period, member = np.nonzero(there)
        base = np.full(len(period), np.nan) if denominator_unit is None else denominator[there] / denominator_unit
        return pd.DataFrame(
            {
                "grain": grain,
                "period_start": np.array(starts, dtype=object)[period],
                "scope": scope,
                "scope_id": self._names[scope][member],
                "kpi_id": kpi,
                "formula_id": formula,
                "numerator": numerator[there] / numerator_unit,
                "denominator": base,
                "n_open": still_open[there].astype(np.int64),
            }
        )


def _count(target: np.ndarray, cell: np.ndarray, values: np.ndarray | int, counted: np.ndarray) -> None:
    """Add ``values`` (a number: the same for each row) into the cells of ``target``."""
    if isinstance(values, np.ndarray):
        target += np.bincount(cell, values[counted].astype(np.float64), target.size).reshape(target.shape)
    elif values:
        target += values * np.bincount(cell, minlength=target.size).reshape(target.shape)


def _months(days: list[date]) -> tuple[list[date], np.ndarray]:
    starts = sorted({day.replace(day=1) for day in days})
    return starts, np.array([starts.index(day.replace(day=1)) for day in days])
