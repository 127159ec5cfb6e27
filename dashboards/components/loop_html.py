"""What the pages of the closed loop show alike: chips, the way of a case, history, before and after. No Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboards.components.html import Cell, escaped, link, table, text_cell, whole_dates
from dashboards.components.numbers import NO_VALUE, amount, clock, moment
from lingting.store.models.cases import StepColumns
from lingting.work.effect import Effect, Side

if TYPE_CHECKING:
    from dashboards.components.page import Page

_VERDICTS = {"better": ("pass", "▲"), "worse": ("fail", "▼"), "no_clear_change": ("open", "≈"),
             "too_few": ("open", "…"), "no_data": ("open", "—")}  # fmt: skip


def tag(css: str, icon: str, words: str) -> str:
    return f'<span class="lt-chip lt-{css}">{icon} {escaped(words)}</span>'


def fact_grid(pairs: Sequence[tuple[str, str]]) -> str:
    """Labels with their values, which are HTML already."""
    cells = "".join(f"<div><small>{escaped(label)}</small>{whole_dates(value)}</div>" for label, value in pairs)
    return f'<div class="lt-facts">{cells}</div>'


def way(page: Page, steps: Sequence[str], stage: str) -> str:
    """The steps of a case, with the one where it stands; a stage that is none of them began again at the first."""
    reached = steps.index(stage) if stage in steps else 0
    parts = []
    for at, name in enumerate(steps):
        mark = "✓" if at < reached or stage == steps[-1] else "●" if at == reached else "○"
        css = {"✓": "done", "●": "now"}.get(mark, "")
        current = ' aria-current="step"' if at == reached else ""
        parts.append(f'<li class="{css}"{current}>{mark} {escaped(page.texts(f"loop.step_{name}"))}</li>')
    again = tag("watch", "↻", page.texts("loop.step_reopened")) if stage == "reopened" else ""
    return f'<ol class="lt-way">{"".join(parts)}</ol>{again}'


def history(
    page: Page, steps: Sequence[StepColumns], names: Mapping[str, str], more: Mapping[int, str] | None = None
) -> str:
    """Steps as a list of who, when and what; ``more``: HTML below a step, by its number."""
    lines = []
    for step in steps:
        who = names.get(step.by_id, step.by_id)
        proof = "".join(f"<div>{part}</div>" for part in _proof(page, step))
        lines.append(
            f"<li><b>{escaped(page.texts(f'loop.step_{step.step}'))}</b> "
            f"<small>{escaped(moment(step.happened_at))} · {escaped(who)}</small>"
            f'<div class="lt-words">{escaped(step.text or "")}</div>{proof}{(more or {}).get(step.seq_no, "")}</li>'
        )
    return f'<ol class="lt-steps">{"".join(lines)}</ol>'


def _proof(page: Page, step: StepColumns) -> list[str]:
    found = []
    if step.call_id:
        at = None if step.call_seconds is None else str(int(step.call_seconds))
        label = page.texts("loop.call_at", call=step.call_id, at=clock(step.call_seconds))
        found.append(link("call", label, call=step.call_id, at=at, lang=page.texts.in_links))
    if step.link:
        words = f'<span class="lt-words">{escaped(step.link)}</span>'
        if step.link.lower().startswith(("http://", "https://")):
            target = f'href="{escaped(step.link)}" rel="noopener noreferrer" target="_blank"'
            words = f'<a class="lt-link" {target}>{words}</a>'
        found.append(f"{escaped(page.texts('loop.evidence'))} {words}")
    return found


def effect_json(page: Page, text: str) -> str:
    return effect(page, Effect.from_json(text))


def effect(page: Page, found: Effect) -> str:
    """Before, after and the difference, each with its interval, and in words what may be concluded."""
    texts = page.texts
    css, icon = _VERDICTS[found.verdict]
    head = [text_cell(texts(f"loop.effect_{name}"), css) for name, css in
            (("span", ""), ("value", "num"), ("n", "num"))]  # fmt: skip
    rows = [_side(page, found, texts(f"loop.effect_{name}"), side)
            for name, side in (("before", found.before), ("after", found.after))]  # fmt: skip
    change = ""
    if found.change is not None:
        span = ""
        if found.change_low is not None and found.change_high is not None:
            span = f" ({_step(page, found.change_low, found.unit)} – {_step(page, found.change_high, found.unit)})"
        change = f" {escaped(texts('loop.effect_change'))} {_step(page, found.change, found.unit)}{span}"
    verdict = tag(css, icon, texts(f"loop.effect_{found.verdict}"))
    return f'{table(head, rows)}<div class="lt-line">{verdict}{change}</div>'


def _side(page: Page, found: Effect, label: str, side: Side) -> list[Cell]:
    span = NO_VALUE
    if side.low is not None and side.high is not None:
        span = f"{amount(side.low, found.unit, page.texts)} – {amount(side.high, found.unit, page.texts)}"
    return [
        Cell(f"{escaped(label)}<br><small>{escaped(side.first)} – {escaped(side.last)}</small>"),
        Cell(f"{escaped(amount(side.value, found.unit, page.texts))}<br><small>{escaped(span)}</small>", "num"),
        text_cell(f"{side.n:,}", "num"),
    ]


def _step(page: Page, value: float, unit: str) -> str:
    if unit == "ratio":
        return escaped(page.texts("unit.points_step", value=f"{value * 100:+.1f}"))
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return escaped(sign + amount(abs(value), unit, page.texts))
