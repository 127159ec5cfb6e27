"""Why a team's week is out of line, in words: beside the other teams, beside the own past. No Streamlit."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.components.numbers import amount
from dashboards.data.rows import Formula
from dashboards.data.rows_supervisor import TeamWeek
from dashboards.i18n import Texts

_Z_PER_SPREAD = 0.6745  # a robust z of 0.6745 is one usual spread (median absolute deviation)
_MANY = 10  # spreads; beyond them the number says only that the KPI hardly moved before


def is_worse(week: TeamWeek) -> bool | None:
    """Whether the week lies on the wrong side of what it was compared with; None where no side is the wrong one."""
    if week.direction == "none":
        return None
    z = max((week.z_teams or 0.0, week.z_past or 0.0), key=abs)
    return (z > 0) == (week.direction == "lower")


def strength(week: TeamWeek) -> float:
    """How many usual spreads the week lies away, by the greater of the two comparisons that made it an outlier."""
    found = [
        abs(z) for kind, z in (("teams", week.z_teams), ("past", week.z_past)) if z is not None and _by(week, kind)
    ]
    return max(found, default=0.0) / _Z_PER_SPREAD


def _by(week: TeamWeek, kind: str) -> bool:
    return week.outlier_reason in (kind, "both")


def reasons(week: TeamWeek, formula: Formula, texts: Texts) -> list[str]:
    """One sentence for each comparison that the week falls out of."""
    compared = (("teams", week.median_of_teams, week.z_teams), ("past", week.median_of_past, week.z_past))
    return [
        texts(
            f"outlier.{'above' if z > 0 else 'below'}_{kind}",
            median=amount(middle, formula.unit, texts),
            times=_times(abs(z) / _Z_PER_SPREAD, texts),
        )
        for kind, middle, z in compared
        if z is not None and _by(week, kind)
    ]


def _times(spreads: float, texts: Texts) -> str:
    return texts("outlier.many", n=_MANY) if spreads > _MANY else texts("outlier.about", n=f"{spreads:.0f}")


def in_order(weeks: Iterable[TeamWeek]) -> list[TeamWeek]:
    """The outliers, newest week first; in a week what is worse comes before what is better, the strongest first."""
    found = [week for week in weeks if week.outlier_reason]
    return sorted(found, key=lambda week: (-week.week_start.toordinal(), is_worse(week) is not True, -strength(week)))
