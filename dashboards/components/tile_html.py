"""What stands in a KPI tile and in its definition, as HTML. The grid that holds them is tiles.py."""

from __future__ import annotations

from dashboards.components import palette
from dashboards.components.html import Cell, escaped, sparkline, table, text_cell
from dashboards.components.kpi_set import KpiView
from dashboards.components.numbers import NO_VALUE, amount, change, goal, interval
from dashboards.components.status import chip
from dashboards.data.rows import Formula, Kpi
from dashboards.i18n import Texts


def body(view: KpiView, texts: Texts, compared_with: str | None = None) -> str:
    """Value and line, status and target, change, size and interval. Greyed when there are too few cases."""
    now, unit = view.now, view.formula.unit
    values = [kpi.value if kpi else None for kpi in view.days]
    drawn = sparkline(
        values, palette.ACCENT, now.target if now else view.formula.target, texts("tile.trend", days=len(values))
    )
    first = f'<span class="lt-value">{escaped(amount(now.value if now else None, unit, texts))}</span>{drawn}'
    aim = goal(now.target if now else view.formula.target, view.formula.direction, unit, texts)
    second = f"<span>{escaped(texts('tile.target', value=aim))}</span>" if aim else ""
    if view.status != "NOT_APPLICABLE":
        second = chip(view.status, texts) + second
    elif view.formula.direction != "none":
        second = f"<span>{escaped(texts('status.NOT_APPLICABLE'))}</span>"
    third = "".join(_details(view, texts, compared_with))
    css = "lt-thin" if view.is_thin else ""
    return (
        f'<div class="{css}"><div class="lt-row">{first}</div></div>'
        f'<div class="lt-line">{second}</div><div class="lt-line">{third}</div>'
    )


def _details(view: KpiView, texts: Texts, compared_with: str | None) -> list[str]:
    now, parts = view.now, []
    if compared_with and view.compared:
        shown = amount(view.compared.value, view.formula.unit, texts)
        parts.append(f"<span>{escaped(compared_with)} <b>{escaped(shown)}</b></span>")
    if now is None:
        return parts
    moved = change(now, view.before, texts)
    if moved:
        title = escaped(texts(f"tile.{moved.judged}"))
        words = f'<b class="lt-{moved.judged}" title="{title}">{moved.arrow} {escaped(moved.words)}</b>'
        parts.append(f"<span>{escaped(texts('tile.change'))} {words}</span>")
    if now.unit != "count":
        parts.append(f"<span>{escaped(texts('tile.n', n=f'{now.n:,}'))}</span>")
    around = interval(now, texts)
    if around:
        parts.append(f"<span>{escaped(texts('tile.interval', range=around))}</span>")
    if now.n_open:
        parts.append(f"<span>{escaped(texts('tile.open', n=f'{now.n_open:,}'))}</span>")
    return parts


def definition(view: KpiView, texts: Texts) -> str:
    """Meaning, formula and source, and what the other formulas of the KPI give for the same period."""
    formula, language = view.formula, texts.language
    target = view.now.target if view.now else formula.target  # a queue may have its own
    facts = [
        ("define.formula", formula.formula(language)),
        ("define.parts", _parts(view.now, formula, texts)),
        ("define.target", goal(target, formula.direction, formula.unit, texts) or texts("define.no_target")),
        ("define.minimum", texts("define.minimum_n", n=formula.minimum_n)),
        ("define.source", formula.source_clause),
    ]
    listed = "".join(f"<dt>{escaped(texts(key))}</dt><dd>{escaped(value)}</dd>" for key, value in facts if value)
    html = (
        f'<div class="lt-def"><h3>{escaped(formula.label(language))}</h3>'
        f"<p>{escaped(formula.meaning(language))}</p><dl>{listed}</dl>"
    )
    if view.others:
        html += f"<h3>{escaped(texts('define.others'))}</h3>{_side_by_side(view, texts)}"
    return html + "</div>"


def _parts(now: Kpi | None, formula: Formula, texts: Texts) -> str | None:
    if now is None or now.numerator is None or now.denominator is None:
        return None
    return f"{now.numerator:,.0f} / {now.denominator:,.0f} = {amount(now.value, formula.unit, texts)}"


def _side_by_side(view: KpiView, texts: Texts) -> str:
    head = [
        text_cell(texts("define.formula")),
        text_cell(texts("define.value"), "num"),
        text_cell(texts("chart.n"), "num"),
    ]
    lines = [(view.formula, view.now), *view.others]
    body_rows = [
        [
            Cell(escaped(formula.formula(texts.language)), "wrap"),
            text_cell(amount(kpi.value, formula.unit, texts) if kpi else NO_VALUE, "num"),
            text_cell(f"{kpi.n:,}" if kpi else NO_VALUE, "num"),
        ]
        for formula, kpi in lines
    ]
    return table(head, body_rows, row_css=["lt-sum"])
