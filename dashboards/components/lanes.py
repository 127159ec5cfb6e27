"""Who spoke when, as lanes on a time axis: agent, customer, both at once, nobody; the findings above. Plain HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.components.html import escaped
from dashboards.components.numbers import clock
from dashboards.data.rows import Finding, Turn
from dashboards.i18n import Texts

LONG_SILENCE = 3.0  # seconds without a word that are worth a mark
_TICKS = 6
Span = tuple[float, float]


def overlaps(agent: Sequence[Span], customer: Sequence[Span]) -> list[Span]:
    """Where both speak at once."""
    found = [(max(a, c), min(b, d)) for a, b in agent for c, d in customer]
    return sorted((start, end) for start, end in found if start < end)


def silences(spans: Sequence[Span], length: float, longest: float = LONG_SILENCE) -> list[Span]:
    """Where nobody speaks for ``longest`` seconds or more, from the first second to the last."""
    found, heard_until = [], 0.0
    for start, end in sorted(spans):
        if start - heard_until >= longest:
            found.append((heard_until, start))
        heard_until = max(heard_until, end)
    if length - heard_until >= longest:
        found.append((heard_until, length))
    return found


def html(
    turns: Sequence[Turn], findings: Sequence[Finding], length: float | None, texts: Texts, playable: bool
) -> str | None:
    """The lanes; None where the speakers were not told apart or the length is not known."""
    agent, customer = _spans(turns, "agent"), _spans(turns, "customer")
    total = max([length or 0.0, *(turn.end_seconds for turn in turns)], default=0.0)
    if not agent or not customer or not total:
        return None
    lanes = [
        (texts("speaker.agent"), "agent", agent),
        (texts("speaker.customer"), "customer", customer),
        (texts("call.overlap"), "overlap", overlaps(agent, customer)),
        (texts("call.silence"), "silence", silences([*agent, *customer], total)),
    ]
    rows = [_lane(texts("player.found"), _marks(findings, total, playable))]
    rows += [_lane(name, "".join(_blocks(spans, css, name, total, playable))) for name, css, spans in lanes]
    about = escaped(texts("player.lanes"))
    return f'<div class="lt-lanes" role="group" aria-label="{about}">{"".join(rows)}{_axis(total)}</div>'


def _spans(turns: Sequence[Turn], speaker: str) -> list[Span]:
    return [(turn.start_seconds, turn.end_seconds) for turn in turns if turn.speaker == speaker]


def _lane(name: str, inside: str) -> str:
    return f'<small>{escaped(name)}</small><div class="lt-lane">{inside}</div>'


def _blocks(spans: Sequence[Span], css: str, name: str, total: float, playable: bool) -> Iterator[str]:
    for start, end in spans:
        place = f"left:{start / total * 100:.2f}%;width:{max((end - start) / total * 100, 0.3):.2f}%"
        about = f"{name} {clock(start)} – {clock(end)}"
        jump = f' data-at="{start:.2f}"' if playable else ""
        yield f'<i class="lt-block {css}" style="{place}" title="{escaped(about)}"{jump}></i>'


def _marks(findings: Sequence[Finding], total: float, playable: bool) -> str:
    """A mark a hit: its shape tells a bad one from a good one, not its colour alone."""
    marks = []
    for found in findings:
        if found.outcome != "hit" or found.at_seconds is None:
            continue
        is_bad = found.rule_kind in ("risk", "forbidden")
        jump = f' data-at="{found.at_seconds:.2f}"' if playable else ""
        left = min(found.at_seconds / total, 1) * 100
        marks.append(
            f'<b class="lt-pin {"risk" if is_bad else "ok"}" style="left:{left:.2f}%" '
            f'title="{clock(found.at_seconds)}"{jump}>{"▲" if is_bad else "●"}</b>'
        )
    return "".join(marks)


def _axis(total: float) -> str:
    ticks = "".join(
        f'<span style="left:{number / _TICKS * 100:.1f}%">{clock(total * number / _TICKS)}</span>'
        for number in range(_TICKS)
    )
    return f'<small></small><div class="lt-axis">{ticks}</div>'
