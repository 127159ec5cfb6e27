"""What a coaching sheet is drawn from: dimensions beside the team, calls to listen to, and the words it begins with."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import NO_VALUE, clock
from dashboards.components.review_html import chip, listen, points
from dashboards.data.rows_reviews import DimensionMonth, Evidence
from dashboards.i18n import Texts
from lingting.work.coaching import Note

MINIMUM_N = 5  # fewer samples are shown and not judged
_Z95 = 1.959964


def _margin(row: DimensionMonth) -> float | None:
    """Half width of the 95 % interval of the mean; None where it can not be told."""
    if row.deviation_points is None or row.n < MINIMUM_N:
        return None
    return _Z95 * row.deviation_points / sqrt(row.n)


def _step(row: DimensionMonth) -> float | None:
    return None if row.team_median_points is None else row.mean_points - row.team_median_points


def _judged(rows: Sequence[DimensionMonth]) -> list[DimensionMonth]:
    return [row for row in rows if row.n >= MINIMUM_N and row.team_median_points is not None]


def _is_real(row: DimensionMonth) -> bool:
    """Whether the difference to the team is more than chance."""
    step, margin = _step(row), _margin(row)
    return step is not None and margin is not None and abs(step) > margin


def best(rows: Sequence[DimensionMonth]) -> DimensionMonth | None:
    """The dimension really above the team, by the largest step; the strongest one where none is."""
    found = _judged(rows)
    above = [row for row in found if _is_real(row) and (_step(row) or 0) > 0]
    return max(above or found, key=lambda row: (_step(row) or 0, row.mean_points), default=None)


def worst(rows: Sequence[DimensionMonth]) -> DimensionMonth | None:
    """The dimension really below the team, by the largest step; else the one furthest below its median, if any is."""
    found = [row for row in _judged(rows) if (_step(row) or 0) < 0 and row is not best(rows)]
    below = [row for row in found if _is_real(row)]
    return min(below or found, key=lambda row: (_step(row) or 0, row.mean_points), default=None)


def _verdict(row: DimensionMonth, texts: Texts) -> str:
    step, margin = _step(row), _margin(row)
    if step is None or margin is None:
        return chip("lt-insufficient_n", "≈", texts("coaching.too_few"))
    if step > margin:
        return chip("lt-pass", "↑", texts("coaching.above"))
    if step < -margin:
        return chip("lt-fail", "↓", texts("coaching.below"))
    return chip("lt-open", "→", texts("coaching.alike"))


def dimensions(rows: Sequence[DimensionMonth], texts: Texts) -> str:
    """Mean with interval and n beside the team's median, the weakest first."""
    head = ["dimension", "mean", "interval", "n", "team", "verdict"]
    body = []
    for row in sorted(rows, key=lambda row: _step(row) or 0):
        margin = _margin(row)
        low_high = NO_VALUE
        if margin is not None:
            low_high = f"{max(row.mean_points - margin, 0):.1f} – {min(row.mean_points + margin, 100):.1f}"
        body.append(
            [
                text_cell(texts(f"dimension.{row.dimension}")),
                text_cell(f"{row.mean_points:.1f}", "num"),
                text_cell(low_high, "num"),
                text_cell(row.n, "num"),
                text_cell(NO_VALUE if row.team_median_points is None else f"{row.team_median_points:.1f}", "num"),
                Cell(_verdict(row, texts)),
            ]
        )
    numeric = {"mean", "interval", "n", "team"}
    return table([text_cell(texts(f"coaching.head_{one}"), "num" if one in numeric else "") for one in head], body)


def calls(
    good_in: DimensionMonth | None,
    good: Sequence[Evidence],
    bad_in: DimensionMonth | None,
    bad: Sequence[Evidence],
    texts: Texts,
) -> str:
    """Calls to play together: what went well, and what cost points, each at its second."""
    parts = []
    for key, row, found in (("coaching.hear_good", good_in, good), ("coaching.hear_bad", bad_in, bad)):
        if row is None or not found:
            continue
        lines = "".join(_call(one, texts) for one in found)
        heading = texts(key, name=texts(f"dimension.{row.dimension}"))
        parts.append(f'<div><div class="lt-label">{escaped(heading)}</div>{lines}</div>')
    return f'<div class="lt-rv-two">{"".join(parts)}</div>' if parts else ""


def _call(one: Evidence, texts: Texts) -> str:
    place = listen(one.call_id, one.evidence_at_seconds, texts, None if one.evidence_at_seconds else one.call_id)
    words = f'<q class="lt-words">{escaped(one.evidence_text)}</q>' if one.evidence_text else ""
    css = "hit" if one.score_points >= 100 else "miss"
    return f'<div class="lt-find {css}"><b>{points(one.score_points)}</b> {place} {words}</div>'


def strength(row: DimensionMonth | None, texts: Texts) -> str:
    if row is None:
        return ""
    return texts("coaching.draft_strength" if _is_real(row) else "coaching.draft_strength_alike", **_said(row, texts))


def gap(row: DimensionMonth | None, found: Sequence[Evidence], texts: Texts) -> str:
    if row is None:
        return ""
    seen = [one.evidence_text for one in found if one.evidence_text]
    words = texts("coaching.draft_gap", **_said(row, texts))
    between = "" if texts.language == "zh" else " "
    return between.join([words, texts("coaching.draft_seen", words=seen[0])]) if seen else words


def next_step(row: DimensionMonth | None, found: Sequence[Evidence], texts: Texts) -> str:
    if row is None:
        return ""
    places = texts("reviews.joined").join(f"{one.call_id} {clock(one.evidence_at_seconds)}" for one in found)
    name = texts(f"dimension.{row.dimension}")
    return texts("coaching.draft_step", name=name, calls=places) if places else texts("coaching.draft_hear", name=name)


def _said(row: DimensionMonth, texts: Texts) -> dict[str, object]:
    return {
        "name": texts(f"dimension.{row.dimension}"),
        "mean": f"{row.mean_points:.1f}",
        "team": NO_VALUE if row.team_median_points is None else f"{row.team_median_points:.1f}",
        "n": row.n,
    }


def kept(note: Note, texts: Texts) -> str:
    """A sheet whose next step was taken."""
    parts = "".join(
        f'<dt>{escaped(texts(key))}</dt><dd class="lt-words">{escaped(words)}</dd>'
        for key, words in (
            ("coaching.strength", note.strength),
            ("coaching.gap", note.gap),
            ("coaching.next_step", note.next_step),
        )
    )
    done = chip("lt-pass", "✓", texts("coaching.done"))
    return f'<div class="lt-def">{done} {note.due_date.isoformat()}<dl>{parts}</dl></div>'


def printing(texts: Texts) -> str:
    """A button that prints the page; the style sheet leaves menu and buttons out on paper."""
    script = "document.querySelectorAll('.lt-print').forEach(one => { one.onclick = () => window.print(); });"
    return (
        f'<button type="button" class="lt-print">{escaped(texts("coaching.print"))}</button><script>{script}</script>'
    )
