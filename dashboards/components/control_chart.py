"""The control chart of a project: days, centre line, limits of three sigma, signals by shape and word, phases as bands.

Where the limits come from is in dbt/models/marts/mart_control_chart.sql. No Streamlit here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from dashboards.components import palette
from dashboards.components.charts import _axis_format, _finished
from dashboards.components.numbers import amount
from dashboards.data.rows_loop import ChartDay
from dashboards.i18n import Texts

_SHAPES = {"in": "circle", "beyond": "diamond", "run": "triangle-up"}
_COLOURS = {"in": palette.ACCENT, "beyond": palette.BAD, "run": palette.OTHER}


def signal(day: ChartDay) -> str:
    return "beyond" if day.is_beyond_limits else "run" if day.is_run_of_eight else "in"


def chart(days: Sequence[ChartDay], phases: Sequence[tuple[str, date]], unit: str, texts: Texts) -> alt.LayerChart:
    """``phases``: name and first day, in order; the days must not be empty."""
    words = {name: texts(f"projects.signal_{name}") for name in _SHAPES}
    frame = pd.DataFrame([_row(day, unit, words, texts) for day in days])
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%m-%d", grid=False, labelOverlap=True))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=_axis_format(unit), tickCount=5))
    base = alt.Chart(frame)
    kinds = list(words)
    marks = {
        "shape": alt.Shape(
            "signal:N",
            scale=alt.Scale(domain=[words[kind] for kind in kinds], range=[_SHAPES[kind] for kind in kinds]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        "color": alt.Color(
            "signal:N",
            scale=alt.Scale(domain=[words[kind] for kind in kinds], range=[_COLOURS[kind] for kind in kinds]),
            legend=alt.Legend(title=None, orient="top"),
        ),
    }
    tips = [alt.Tooltip(f"{name}:N", title=texts(f"projects.tip_{name}"))
            for name in ("date", "shown", "n", "limits", "signal")]  # fmt: skip
    layers: list[Any] = [
        *_bands(days, phases, texts),
        *[base.mark_line(strokeDash=[5, 4], color=palette.MUTED, interpolate="step-after").encode(x=x, y=f"{name}:Q")
          for name in ("low", "high")],
        base.mark_line(color=palette.GOOD, strokeWidth=1.4).encode(x=x, y="centre:Q"),
        base.mark_line(color=palette.FAINT, strokeWidth=1.2).encode(x=x, y=y),
        base.mark_point(filled=True, size=52, opacity=1).encode(x=x, y=y, tooltip=tips, **marks),
    ]  # fmt: skip
    return _finished(layers, 300)


def _row(day: ChartDay, unit: str, words: dict[str, str], texts: Texts) -> dict[str, Any]:
    limits = f"{amount(day.lower_limit, unit, texts)} – {amount(day.upper_limit, unit, texts)}"
    return {
        "day": day.kpi_date.isoformat(),
        "date": day.kpi_date.isoformat(),
        "value": day.value,
        "shown": amount(day.value, unit, texts),
        "n": f"{day.n:,.0f}",
        "centre": day.centre_value,
        "low": day.lower_limit,
        "high": day.upper_limit,
        "limits": limits,
        "signal": words[signal(day)],
    }


def _bands(days: Sequence[ChartDay], phases: Sequence[tuple[str, date]], texts: Texts) -> list[Any]:
    """Every other phase lies on a pale ground; each has its name at its beginning."""
    first, last = days[0].kpi_date, days[-1].kpi_date + timedelta(days=1)
    begins = [(name, max(day, first)) for name, day in phases if day < last]
    ends = [*(day for _, day in begins[1:]), last]
    rows = [
        {"from": day.isoformat(), "to": end.isoformat(), "phase": texts(f"loop.step_{name}"), "odd": at % 2}
        for at, ((name, day), end) in enumerate(zip(begins, ends, strict=True))
        if day < end
    ]
    if not rows:
        return []
    bands = alt.Chart(pd.DataFrame(rows)).encode(x=alt.X("from:T", title=None))
    return [
        bands.transform_filter("datum.odd == 1").mark_rect(color=palette.LINE, opacity=0.35).encode(x2="to:T"),
        bands.mark_text(align="left", baseline="top", dx=4, color=palette.MUTED, fontSize=11).encode(
            y=alt.value(2), text="phase:N"
        ),
    ]
