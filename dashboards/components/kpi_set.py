"""Which KPIs a page shows and in which order; joins catalogue, period, period before and days. No Streamlit here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.data.periods import Period
from dashboards.data.rows import Formula, Kpi
from lingting.store import Role

# What a manager asks first stands first, as tiles. A KPI not named here has a row in its section (kpi_table.py).
GROUPS: dict[str, tuple[str, ...]] = {
    "access": ("service_level", "answer_rate", "abandonment", "asa"),
    "handling": ("aht", "fcr", "transfer_rate", "calls_per_agent_hour"),
    "experience": ("csat", "nps"),
    "quality": ("script_compliance", "qc_coverage"),
    "load": ("calls_offered", "calls_answered", "calls_abandoned", "occupancy"),
}
_PLACE = {kpi: place for place, kpi in enumerate(kpi for group in GROUPS.values() for kpi in group)}
TREND_DAYS, LONGEST_TREND = 14, 92


@dataclass(frozen=True)
class KpiView:
    """One KPI as a page shows it. ``others``: its other formulas with their value over the same period."""

    formula: Formula
    now: Kpi | None
    before: Kpi | None
    days: tuple[Kpi | None, ...]
    others: tuple[tuple[Formula, Kpi | None], ...]
    compared: Kpi | None = None

    @property
    def status(self) -> str:
        return self.now.status if self.now else "NO_DATA"

    @property
    def is_thin(self) -> bool:
        return self.status in ("INSUFFICIENT_N", "NO_DATA", "OPEN")


def group_of(kpi_id: str) -> str | None:
    """The group of tiles; None for a KPI without a tile."""
    return next((group for group, members in GROUPS.items() if kpi_id in members), None)


def shown_to(formulas: Iterable[Formula], role: Role) -> list[Formula]:
    """The formulas whose catalogue row names the role among its tiers, in the order of the groups."""
    found = [formula for formula in formulas if role.value in re.split(r"[|;, ]+", formula.tiers)]
    return sorted(found, key=lambda formula: (_PLACE.get(formula.kpi_id, len(_PLACE)), formula.kpi_id))


def trend_window(period: Period, first: date, last: date) -> Period:
    """The days behind a line: the period, or two weeks that end with it, as far as there is data."""
    end = min(period.end, last)
    count = max(TREND_DAYS, min((end - period.start).days + 1, LONGEST_TREND))
    return Period("range", max(end - timedelta(days=count - 1), first), end)


def comparable(before: Sequence[Kpi], period: Period, first: date, last: date) -> list[Kpi]:
    """The rows of the period before that may be compared: no counts when one of the two periods is not whole."""
    if period.is_whole(first, last) and period.previous.is_whole(first, last):
        return list(before)
    return [kpi for kpi in before if kpi.unit != "count"]


def views(
    formulas: Sequence[Formula],
    now: Sequence[Kpi],
    before: Sequence[Kpi],
    days: Sequence[Kpi],
    window: Period,
    compared: Sequence[Kpi] = (),
) -> list[KpiView]:
    """One view a KPI that has a default formula; all rows must be of one scope member."""
    now_by, before_by, compared_by = _by_formula(now), _by_formula(before), _by_formula(compared)
    by_day = {(kpi.kpi_id, kpi.formula_id, kpi.period_start): kpi for kpi in days}
    dates = [window.start + timedelta(days=number) for number in range(window.n_days)]
    found = []
    for formula in (item for item in formulas if item.is_default):
        key = (formula.kpi_id, formula.formula_id)
        others = [item for item in formulas if item.kpi_id == formula.kpi_id and not item.is_default]
        found.append(
            KpiView(
                formula=formula,
                now=now_by.get(key),
                before=before_by.get(key),
                days=tuple(by_day.get((*key, day)) for day in dates),
                others=tuple((item, now_by.get((item.kpi_id, item.formula_id))) for item in others),
                compared=compared_by.get(key),
            )
        )
    return found


def _by_formula(kpis: Iterable[Kpi]) -> dict[tuple[str, str], Kpi]:
    return {(kpi.kpi_id, kpi.formula_id): kpi for kpi in kpis}
