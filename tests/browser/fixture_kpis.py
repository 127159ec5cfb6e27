"""KPI rows and the heat map of the fixture. Values are drawn; day rows add up to weeks and months."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd

from lingting.kpi.intervals import interval, verdict

if TYPE_CHECKING:
    from tests.browser.published_fixture import World

# kpi_id -> (mean value, spread between agents, units counted a day and agent)
SHAPE = {
    "service_level": (0.93, 0.03, 22),
    "answer_rate": (0.955, 0.02, 22),
    "abandonment": (0.042, 0.02, 22),
    "asa": (13.0, 3.0, 20),
    "aht": (286.0, 40.0, 20),
    "transfer_rate": (0.09, 0.03, 20),
    "fcr": (0.84, 0.05, 18),
    "csat": (0.89, 0.06, 6),
    "nps": (38.0, 12.0, 6),
    "occupancy": (0.74, 0.05, 1),
    "calls_per_agent_hour": (6.4, 0.8, 20),
    "script_compliance": (0.962, 0.03, 40),
    "qc_coverage": (0.99, 0.01, 20),
}
COUNTS = {"calls_offered": 23, "calls_answered": 21, "calls_abandoned": 2}
QUEUE_ONLY = {"service_level", "answer_rate", "abandonment", "calls_offered", "calls_abandoned"}
NO_QUEUE = {"occupancy", "calls_per_agent_hour"}
FORMULA_SHIFT = {"sl_f1": 0.02, "sl_f2": 0.03, "sl_f4": 0.015, "sl_f5": 0.01, "sl_f5b": 0.008, "ab_net": -0.012}


def kpis(world: World, catalogue: pd.DataFrame) -> pd.DataFrame:
    """mart_kpi with the grains day, week and month: the KPIs with a shape here, of the others the default formula."""
    shaped = catalogue["kpi_id"].isin([*SHAPE, *COUNTS]) | (catalogue["is_default"] & (catalogue["unit"] == "ratio"))
    catalogue = catalogue[shaped & (catalogue["smallest_grain"] == "day")]
    daily = pd.DataFrame([row for definition in catalogue.to_dict("records") for row in _daily(world, definition)])
    frames = []
    for grain in ("day", "week", "month"):
        frame = daily.assign(grain=grain, period_start=[_start(grain, day) for day in daily["day"]])
        keys = ["grain", "period_start", "scope", "scope_id", "kpi_id", "formula_id"]
        frames.append(frame.groupby(keys, as_index=False)[["numerator", "denominator", "n", "n_open"]].sum())
    rows = pd.concat(frames).merge(
        catalogue[
            [
                "kpi_id",
                "formula_id",
                "is_default",
                "target",
                "warning",
                "minimum_n",
                "direction",
                "unit",
                "interval_kind",
            ]
        ],
        on=["kpi_id", "formula_id"],
    )
    judged = pd.DataFrame([_judge(row) for row in rows.to_dict("records")])
    return pd.concat([rows.drop(columns=["minimum_n", "interval_kind"]), judged], axis=1)


def _start(grain: str, day: date) -> date:
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain == "month" else day


def _daily(world: World, definition: dict[Any, Any]) -> list[dict[str, object]]:
    kpi, formula = str(definition["kpi_id"]), str(definition["formula_id"])
    scopes: list[tuple[str, str, float]] = []
    is_shaped = kpi in SHAPE or kpi in COUNTS
    if is_shaped and kpi not in QUEUE_ONLY:
        scopes += [("agent", agent, 1.0) for agent, _, _ in world.agents]
        scopes += [("team", team, 4.0) for team in ("T1", "T2", "T3")]
    if is_shaped and kpi not in NO_QUEUE:
        scopes += [("queue", "service", 7.0), ("queue", "sales", 3.0), ("queue", "complaint", 2.0)]
    scopes.append(("centre", "centre", 12.0))
    rows = []
    for scope, scope_id, weight in scopes:
        skill = random_of(world, kpi, scope_id).gauss(0, 1) / math.sqrt(weight)
        for number, day in enumerate(world.days):
            n, numerator = _draw(world, kpi, formula, scope_id, number, weight, skill)
            is_open = formula == "fcr_repeat_7d" and number >= 24
            rows.append(
                {
                    "day": day,
                    "scope": scope,
                    "scope_id": scope_id,
                    "kpi_id": kpi,
                    "formula_id": formula,
                    "numerator": 0.0 if is_open else numerator,
                    "denominator": None if kpi in COUNTS else (0.0 if is_open else float(n)),
                    "n": 0 if is_open else n,
                    "n_open": n if is_open else 0,
                }
            )
    return rows


def random_of(world: World, *parts: object) -> Random:
    """A generator that depends only on the seed and the parts, so that adding a KPI moves no other number."""
    return Random("/".join([str(world.seed), *map(str, parts)]))


def _draw(
    world: World, kpi: str, formula: str, scope_id: str, number: int, weight: float, skill: float
) -> tuple[int, float]:
    dice = random_of(world, kpi, scope_id, number)
    busy = 0.55 if number % 7 in (2, 3) else 1.0  # 3 and 4 October 2026 are a weekend
    if kpi in COUNTS:
        count = max(0, round(COUNTS[kpi] * weight * busy * dice.uniform(0.85, 1.15)))
        return count, float(count)
    mean, spread, size = SHAPE.get(kpi, (0.8, 0.05, 10))
    n = max(1, round(size * weight * busy * dice.uniform(0.8, 1.2)))
    value = mean + FORMULA_SHIFT.get(formula, 0.0) + spread * (0.6 * skill + dice.gauss(0, 0.5) / math.sqrt(weight))
    if formula == "csat_mean":
        value = 4.4 + (value - mean)
    if mean < 1:
        value = min(1.0 if formula != "csat_mean" else 5.0, max(0.0, value))
        return n, float(round(value * n)) if size > 1 else value * n
    return n, value * n


def _judge(row: dict[Any, Any]) -> dict[str, object]:
    """Value, interval and status of one row by the rules of lingting.kpi; the rows have a plausible spread."""
    denominator, n, unit = row["denominator"], int(row["n"]), str(row["unit"])
    value = row["numerator"] if unit == "count" else (row["numerator"] / denominator if denominator else None)
    squares = None if value is None or unit == "count" else n * (value * value + (0.4 * abs(value) + 1) ** 2)
    target, warning = (None if math.isnan(row[name]) else row[name] for name in ("target", "warning"))
    low, high = interval(str(row["interval_kind"]), value, n, squares)
    status = verdict(value, target, warning, str(row["direction"]), n, row["minimum_n"], int(row["n_open"]))
    return {"value": value, "ci_low": low, "ci_high": high, "sum_of_squares": squares, "status": status}


def heatmap(world: World, queues: list[str]) -> pd.DataFrame:
    """mart_answer_heatmap of one month: thin at night, worst on Monday morning."""
    rows = []
    for scope, scope_id, weight in [("centre", "centre", 4.0), *[("queue", queue, 1.0) for queue in queues]]:
        for weekday in range(1, 8):
            for half_hour in range(48):
                dice = random_of(world, "heat", scope_id, weekday, half_hour)
                day_shape = math.exp(-(((half_hour - 21) / 5) ** 2)) + 0.8 * math.exp(-(((half_hour - 31) / 5) ** 2))
                n = round(60 * weight * day_shape * (0.5 if weekday > 5 else 1) * dice.uniform(0.8, 1.2))
                if n == 0:
                    continue
                rush = 0.14 if weekday == 1 and 18 <= half_hour <= 22 else 0.0
                answered = min(n, round(n * max(0.6, 0.965 - rush - 0.05 * day_shape * dice.random())))
                rows.append(
                    {
                        "month_start": world.days[0].replace(day=1),
                        "scope": scope,
                        "scope_id": scope_id,
                        "weekday": weekday,
                        "half_hour": half_hour,
                        "n_offered": n,
                        "n_answered": answered,
                        "n_within": round(answered * 0.96),
                        "answer_rate": answered / n,
                    }
                )
    return pd.DataFrame(rows)
