"""What moved a KPI between two periods: reads the sums of the members and divides the change (decompose.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lingting.kpi.asked import ask
from lingting.kpi.decompose import Contribution, Decomposition, Sums, decompose
from lingting.rights import Forbidden, Viewer

Dimension = Literal["queue", "team", "topic", "agent"]
DIMENSIONS: tuple[Dimension, ...] = ("queue", "team", "topic", "agent")
# Sums of a KPI over single calls, for the division by topic: numerator and cases, as in dbt/models/core/kpi_parts.
_BY_TOPIC = {
    ("aht", "aht"): ("handle_seconds", "1"),
    ("talk_time", "talk_time"): ("talk_seconds", "1"),
    ("hold_time", "hold_time"): ("hold_seconds", "1"),
    ("wrap_time", "wrap_time"): ("wrap_seconds", "1"),
    ("asa", "asa"): ("wait_seconds", "1"),
    ("transfer_rate", "transfer_rate"): ("(transfer_kind is not null)::int", "1"),
    ("csat", "csat_top2"): ("(csat_answer >= 4)::int", "(csat_answer is not null)::int"),
    ("script_compliance", "script_compliance"): ("n_clauses_hit", "n_clauses_applicable"),
}


@dataclass(frozen=True)
class Span:
    """A period as KPIs are stored by it (day, week, month), or any range of days; both ends are inside."""

    grain: str
    start: date
    end: date


def sums(viewer: Viewer, scope: str, formula: tuple[str, str], span: Span, is_count: bool) -> dict[str, Sums]:
    """The parts of one formula of a KPI by member of a scope; ``centre`` has one member of that name."""
    found = ask(
        viewer,
        _Member,
        """select scope_id, sum(numerator), sum(denominator), sum(n)::bigint from mart_kpi
        where scope = ? and kpi_id = ? and formula_id = ? and grain = ? and period_start between ? and ?
        group by scope_id order by scope_id""",
        [scope, *formula, *_stored(span)],
    )
    return {row.member: row.sums(is_count) for row in found}


def _stored(span: Span) -> tuple[str, date, date]:
    """Grain, first and last period_start: a stored period is its one row, a range is its days."""
    return ("day", span.start, span.end) if span.grain == "range" else (span.grain, span.start, span.start)


def topic_sums(viewer: Viewer, formula: tuple[str, str], span: Span) -> dict[str, Sums]:
    """The same by topic of the call; empty for a KPI that is not made of single calls."""
    parts = _BY_TOPIC.get(formula)
    if parts is None:
        return {}
    found = ask(
        viewer,
        _Member,
        f"""select topic, sum({parts[0]})::double, sum({parts[1]})::double, sum({parts[1]})::bigint
        from mart_call where call_date between ? and ? and topic is not null group by topic order by topic""",
        [span.start, span.end],
    )
    return {row.member: row.sums(False) for row in found}


def divide(
    viewer: Viewer, formula: tuple[str, str], dimension: Dimension, before: Span, now: Span, is_count: bool
) -> Decomposition | None:
    """What each member of a dimension contributed; None where the KPI is not kept by it or members overlap."""
    whole = [sums(viewer, "centre", formula, span, is_count).get("centre") for span in (before, now)]
    if whole[0] is None or whole[1] is None:
        return None
    parts: list[Mapping[str, Sums]] = []
    for span in (before, now):
        if dimension == "topic":
            parts.append(topic_sums(viewer, formula, span))
        else:
            parts.append(sums(viewer, dimension, formula, span, is_count))
    return decompose(whole[0], whole[1], parts[0], parts[1])


def main_mover(
    viewer: Viewer, formula: tuple[str, str], before: Span, now: Span, direction: str, is_count: bool = False
) -> tuple[Dimension, Contribution] | None:
    """The queue or team that contributed most to a change for the worse; None when it did not become worse."""
    sign = 1 if direction == "lower" else -1
    best: tuple[Dimension, Contribution] | None = None
    for dimension in DIMENSIONS[:2]:
        try:
            found = divide(viewer, formula, dimension, before, now, is_count)
        except Forbidden:
            continue
        if found is None or sign * found.change <= 0:
            continue
        for part in found.parts:
            if part.member and sign * part.total > (sign * best[1].total if best else 0.0):
                best = (dimension, part)
    return best


@dataclass(frozen=True)
class _Member:
    member: str
    numerator: float | None
    denominator: float | None
    n: int

    def sums(self, is_count: bool) -> Sums:
        return Sums(self.numerator or 0.0, None if is_count else self.denominator or 0.0, self.n)
