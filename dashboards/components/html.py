"""Small pieces of HTML, every value escaped. Nothing here knows Streamlit or what a KPI is."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode


def escaped(value: object) -> str:
    return escape(str(value), quote=True)


# A date with its time, if any; not inside a tag.
_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?(?![\w-])(?![^<]*>)")


def whole_dates(html: str) -> str:
    """Each date stays on one line: a browser would break it after a hyphen."""
    return _DATE.sub(r'<span class="lt-whole">\g<0></span>', html)


def prose(value: object) -> str:
    """Escaped words for a place where lines break."""
    return whole_dates(escaped(value))


def link(path: str, label: str, title: str = "", **query: str | None) -> str:
    """A link to a page of the cockpit in this tab; parameters without a value are left out."""
    given = {key: value for key, value in query.items() if value}
    target = f"{path}?{urlencode(given)}" if given else path
    return f'<a class="lt-link" href="{escaped(target)}" target="_self" title="{escaped(title)}">{escaped(label)}</a>'


@dataclass(frozen=True)
class Cell:
    """One cell: HTML that was escaped where it was made, and a class."""

    html: str
    css: str = ""

    @property
    def breaks(self) -> bool:
        """Whether its words may stand on more than one line."""
        return "wrap" in self.css.split()


def text_cell(value: object, css: str = "") -> Cell:
    return Cell(escaped(value), css)


def table(head: Sequence[Cell], body: Iterable[Sequence[Cell]], css: str = "", row_css: Sequence[str] = ()) -> str:
    """A table that scrolls sideways in its own frame when the page is narrow."""
    head_html = "".join(f'<th class="{cell.css}" scope="col">{_fitted(cell)}</th>' for cell in head)
    lines = []
    for number, row in enumerate(body):
        row_class = row_css[number] if number < len(row_css) else ""
        cells = "".join(
            f'<td class="{cell.css}">{cell.html if place and not cell.breaks else _fitted(cell)}</td>'
            for place, cell in enumerate(row)
        )
        lines.append(f'<tr class="{row_class}">{cells}</tr>')
    return (
        f'<div class="lt-scroll" tabindex="0"><table class="lt-table {css}"><thead><tr>{head_html}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _fitted(cell: Cell) -> str:
    """In a box that is as wide as its words up to a limit; a cell itself would be as narrow as its longest word."""
    return f'<div class="lt-fit">{whole_dates(cell.html)}</div>'


def sparkline(values: Sequence[float | None], colour: str, target: float | None, label: str) -> str:
    """A small line of day values as an image; gaps stay gaps, the dashed line is the target, the dot the last value."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    marks = [*known, target] if target is not None else known
    low, high = min(marks), max(marks)
    span = (high - low) or 1.0
    width, height, pad = 120.0, 32.0, 3.0

    def at(position: int, value: float) -> tuple[float, float]:
        x = pad + position * (width - 2 * pad) / (len(values) - 1)
        return x, height - pad - (value - low) / span * (height - 2 * pad)

    parts = []
    if target is not None:
        _, y = at(0, target)
        parts.append(f'<line x1="0" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#8A97A6" stroke-dasharray="3 3"/>')
    for piece in _pieces(values):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(position, value) for position, value in piece))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
    last = max(position for position, value in enumerate(values) if value is not None)
    x, y = at(last, values[last] or 0.0)
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">{"".join(parts)}</svg>'
    encoded = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<img class="lt-spark" alt="{escaped(label)}" src="data:image/svg+xml;base64,{encoded}"/>'


def _pieces(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    pieces: list[list[tuple[int, float]]] = [[]]
    for position, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((position, value))
    return [piece for piece in pieces if len(piece) > 1]


def share_bar(parts: Sequence[tuple[str, float, str]]) -> str:
    """A stacked bar with its legend: (label, share 0-1, colour)."""
    bars = "".join(
        f'<span style="width:{share * 100:.2f}%;background:{colour}" title="{escaped(label)}"></span>'
        for label, share, colour in parts
    )
    legend = "".join(
        f'<span><i style="background:{colour}"></i>{escaped(label)} <b>{share * 100:.0f}%</b></span>'
        for label, share, colour in parts
    )
    return f'<div class="lt-share">{bars}</div><div class="lt-legend">{legend}</div>'
