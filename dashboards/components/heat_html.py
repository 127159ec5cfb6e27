"""Small pictures inside tables: cells shaded by their share (confusion, menu paths, risks), an interval beside zero.

The number stands beside or in each of them, so that nothing is told by colour alone. Knows no Streamlit.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.components import palette
from dashboards.components.html import escaped

_RGB = {"calm": "33, 102, 172", "alarm": "213, 94, 0"}  # the ends of palette.HEAT
_STRONGEST = 0.62  # dark ink must stay readable on the darkest cell


@dataclass(frozen=True)
class HeatCell:
    """``strength`` 0-1 decides the shade, ``tone`` its colour; ``html`` was escaped where it was made."""

    html: str
    strength: float
    tone: str = "calm"
    title: str = ""


def heat_table(
    corner: str,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    cells: Mapping[tuple[str, str], HeatCell],
) -> str:
    """``rows`` and ``columns`` are (id, label); a pair without a cell stays empty."""
    head = "".join(f'<th scope="col" class="num">{_breakable(label)}</th>' for _, label in columns)
    lines = [
        f'<tr><th scope="row">{_breakable(label)}</th>'
        f"{''.join(_cell(cells.get((row, column))) for column, _ in columns)}</tr>"
        for row, label in rows
    ]
    return (
        '<div class="lt-scroll" tabindex="0"><table class="lt-table lt-heat"><thead>'
        f"<tr><th>{escaped(corner)}</th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _breakable(label: str) -> str:
    """A label; one with an underscore is a name from data, stands as a quotation and may be broken there."""
    broken = escaped(label).replace("_", "_<wbr>")
    return f"<q>{broken}</q>" if "_" in label else broken


def _cell(cell: HeatCell | None) -> str:
    if cell is None:
        return "<td></td>"
    shade = f"rgba({_RGB[cell.tone]}, {min(max(cell.strength, 0.0), 1.0) * _STRONGEST:.2f})"
    return f'<td class="num" style="background:{shade}" title="{escaped(cell.title)}">{cell.html}</td>'


def interval_mark(low: float, middle: float, high: float, limit: float, is_apart: bool, label: str) -> str:
    """A dot with its interval on a scale from -limit to limit, and the line of zero, as an image."""
    width, height = 180.0, 22.0

    def at(value: float) -> float:
        return width / 2 + max(-1.0, min(1.0, value / (limit or 1.0))) * (width / 2 - 6)

    colour = palette.SERIES[1] if is_apart else palette.SERIES[0]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">'
        f'<line x1="{width / 2}" x2="{width / 2}" y1="1" y2="{height - 1}" stroke="#8A97A6" stroke-dasharray="3 3"/>'
        f'<line x1="{at(low):.1f}" x2="{at(high):.1f}" y1="11" y2="11" stroke="{colour}" stroke-width="3"/>'
        f'<circle cx="{at(middle):.1f}" cy="11" r="5" fill="{colour}"/></svg>'
    )
    encoded = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<img class="lt-interval" alt="{escaped(label)}" src="data:image/svg+xml;base64,{encoded}"/>'
