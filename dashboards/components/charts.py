"""The charts, as plain functions from rows to Altair. Drawn as SVG, so that text stays text; no Streamlit here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

import altair as alt
import pandas as pd

from dashboards.components import palette
from dashboards.components.numbers import amount, interval, weekday
from dashboards.data.rows import HeatCell, Kpi
from dashboards.i18n import Texts

Chart = Callable[..., "alt.LayerChart | None"]
_SVG = {"embedOptions": {"renderer": "svg", "actions": False}}


@lru_cache(maxsize=256)
def spec_of(chart: Chart, *given: Any) -> dict[str, Any] | None:
    """The Vega-Lite of a chart, made once for the same rows: making one costs more than all else of a page.

    ``given``: what the chart function takes, hashable (rows as tuples).
    """
    made = chart(*given)
    return None if made is None else made.to_dict(validate=False)


def _finished(layers: Sequence[Any], height: int) -> alt.LayerChart:
    layered = cast(alt.LayerChart, alt.layer(*layers))  # a facet only comes of facets, and there are none
    chart: alt.LayerChart = (
        layered.properties(height=height, width="container", usermeta=_SVG, background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(labelColor=palette.MUTED, titleColor=palette.MUTED, gridColor=palette.LINE, labelFontSize=12)
        .configure_legend(labelColor=palette.MUTED, titleColor=palette.MUTED, labelFontSize=12, titleFontSize=12)
    )
    return chart


def _axis_format(unit: str) -> str:
    return {"ratio": ".0%", "count": ",.0f"}.get(unit, ".1f")


def _scale(unit: str, minimum_zero: bool = False) -> alt.Scale:
    return alt.Scale(zero=minimum_zero or unit == "count", nice=True, clamp=False)


def trend(series: Sequence[tuple[str, Sequence[Kpi]]], texts: Texts, height: int = 260) -> alt.LayerChart | None:
    """Day values as lines; the first series with its 95 % band, target and warning. None without data."""
    rows = [_point(name, kpi, texts) for name, kpis in series for kpi in kpis if kpi.value is not None]
    if not rows:
        return None
    first = next(kpis for _, kpis in series if kpis)[0]
    frame = pd.DataFrame(rows)
    names = [name for name, _ in series]
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%m-%d", labelOverlap=True, tickCount="day", grid=False))
    y = alt.Y(
        "value:Q", title=None, scale=_scale(first.unit), axis=alt.Axis(format=_axis_format(first.unit), tickCount=5)
    )
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=names, range=palette.SERIES[: len(names)]),
        legend=alt.Legend(title=None, orient="top", labelLimit=340, columns=1) if len(names) > 1 else None,
    )
    tips = [
        alt.Tooltip(f"{field}:N", title=texts(f"chart.{field}")) for field in ("date", "series", "shown", "n", "range")
    ]
    band = alt.Chart(frame[frame["series"] == names[0]]).mark_area(opacity=0.13, color=palette.SERIES[0])
    base, dots = alt.Chart(frame), {"x": x, "y": y, "color": colour, "tooltip": tips}
    layers: list[Any] = [
        band.encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q"),
        *_marks_of_target(first, texts),
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour),
        base.transform_filter("!datum.thin").mark_point(filled=True, size=42, opacity=1).encode(**dots),
        base.transform_filter("datum.thin").mark_point(filled=False, fill="#FFFFFF", size=42, opacity=1).encode(**dots),
    ]
    return _finished(layers, height)


def _point(name: str, kpi: Kpi, texts: Texts) -> dict[str, Any]:
    return {
        "series": name,
        "day": kpi.period_start.isoformat(),
        "date": f"{kpi.period_start.isoformat()} {weekday(kpi.period_start, texts)}",
        "value": kpi.value,
        "shown": amount(kpi.value, kpi.unit, texts),
        "low": kpi.ci_low,
        "high": kpi.ci_high,
        "range": interval(kpi, texts) or "—",
        "n": f"{kpi.n:,}",
        "thin": kpi.status == "INSUFFICIENT_N",
    }


def _marks_of_target(kpi: Kpi, texts: Texts) -> list[alt.Chart]:
    marks = []
    for value, key, colour in ((kpi.target, "target", palette.GOOD), (kpi.warning, "warning", palette.WATCH)):
        if value is None:
            continue
        label = f"{texts(f'chart.{key}')} {amount(value, kpi.unit, texts)}"
        line = alt.Chart(pd.DataFrame([{"level": value, "label": label}]))
        marks.append(line.mark_rule(strokeDash=[5, 4], color=colour, strokeWidth=1.2).encode(y="level:Q"))
        marks.append(
            line.mark_text(align="left", baseline="middle", dx=6, color=colour, fontSize=11).encode(
                y="level:Q", x=alt.value("width"), text="label:N"
            )
        )
    return marks


def half_hour(number: int) -> str:
    return f"{number // 2:02d}:{number % 2 * 30:02d}"


def heatmap(
    cells: Sequence[HeatCell], target: float | None, minimum_n: int, texts: Texts, counts: bool = False
) -> alt.LayerChart | None:
    """Weekday by half hour; orange below the target, blue above; pale where fewer than ``minimum_n`` calls came.

    ``counts``: the number of calls stands in each cell, where the chart is wide enough to read it.
    """
    if not cells:
        return None
    aim = target or 0.95
    # A half hour with two calls, both lost, must not take the colours away from all others.
    lowest = min([aim - 0.1, *(cell.answer_rate for cell in cells if cell.n_offered >= minimum_n)])
    first, last = min(cell.half_hour for cell in cells), max(cell.half_hour for cell in cells)
    frame = pd.DataFrame(
        {
            "day": texts(f"weekday.{cell.weekday}"),
            "half": half_hour(cell.half_hour),
            "rate": cell.answer_rate,
            "thin": cell.n_offered < minimum_n,
            "shown": f"{cell.answer_rate * 100:.1f}%",
            "n": f"{cell.n_offered:,}",
            "answered": f"{cell.n_answered:,}",
        }
        for cell in cells
    )
    days = [texts(f"weekday.{number}") for number in range(1, 8)]
    halves = [half_hour(number) for number in range(first, last + 1)]
    colour = alt.Color(
        "rate:Q",
        scale=alt.Scale(
            domain=[lowest, (lowest + aim) / 2, aim, (aim + 1) / 2, 1.0],
            range=palette.HEAT,
            clamp=True,
            interpolate="rgb",
        ),
        legend=alt.Legend(
            title=texts("chart.rate"), orient="bottom", format=".0%", gradientLength=170, titleOrient="left"
        ),
    )
    tips = [
        alt.Tooltip("day:N", title=texts("chart.weekday")),
        alt.Tooltip("half:N", title=texts("chart.half_hour")),
        alt.Tooltip("shown:N", title=texts("chart.rate")),
        alt.Tooltip("n:N", title=texts("chart.offered")),
        alt.Tooltip("answered:N", title=texts("chart.answered")),
    ]
    chart = (
        alt.Chart(frame)
        .mark_rect(stroke="#FFFFFF", strokeWidth=1, cornerRadius=2)
        .encode(
            x=alt.X(
                "half:O",
                sort=halves,
                title=None,
                scale=alt.Scale(domain=halves),
                axis=alt.Axis(
                    labelAngle=0,
                    labelOverlap=True,
                    ticks=False,
                    domain=False,
                    labelExpr="substring(datum.label, 3) == '00' ? datum.label : ''",
                ),
            ),
            y=alt.Y(
                "day:O", sort=days, title=None, scale=alt.Scale(domain=days), axis=alt.Axis(ticks=False, domain=False)
            ),
            color=colour,
            opacity=alt.condition("datum.thin", alt.value(0.35), alt.value(1)),
            tooltip=tips,
        )
    )
    if not counts:
        return _finished([chart], 270)
    numbers = (
        alt.Chart(frame)
        .mark_text(fontSize=9, opacity=alt.ExprRef("width > 900 ? 1 : 0"))
        .encode(
            x=chart.encoding.x,
            y=chart.encoding.y,
            text="n:N",
            tooltip=tips,  # it lies over the cell, seen or not
            color=alt.condition(
                f"!datum.thin && datum.rate > {aim + (1 - aim) * 0.8}", alt.value("#FFFFFF"), alt.value(palette.INK)
            ),
        )
    )
    return _finished([chart, numbers], 270)
