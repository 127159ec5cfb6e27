"""Which agent needs help with what, and in which order: pure figures, no words, no Streamlit.

An agent needs help with a KPI where the whole 95 % interval lies on the wrong side of the target and of the median of
the team: what the whole team misses is no one's own need (the team's KPIs show it), and chance is none at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from dashboards.components.kpi_set import shown_to
from dashboards.data.rows import Formula, Kpi
from lingting.rights import Role

# Beside every KPI with a target. Not the handle time: who hurries people through their calls does not help them.
WITHOUT_TARGET = ("csat", "qa_score", "transfer_rate")
# What is done with an agent's calls, not by the agent.
NOT_THE_AGENTS = ("qc_coverage",)
SMALLEST_TEAM = 3  # fewer values have no median worth comparing with
_STEP_OF_RATIO, _STEP = 0.05, 0.1


@dataclass(frozen=True)
class Need:
    """How far one KPI of one agent lies on the wrong side of ``reference``, in steps; the interval from low to high.

    ``reference``: the target or the team's median, whichever is easier. ``is_target``: which of the two it is.
    """

    kpi: Kpi
    reference: float
    is_target: bool
    low: float
    high: float

    @property
    def is_real(self) -> bool:
        return self.low > 0


@dataclass(frozen=True)
class Ranked:
    """An agent with the greatest need. ``rank`` None: no difference that is real, so no place in the order."""

    agent_id: str
    need: Need | None
    rank: int | None


def of_agents(kpis: Iterable[Kpi], formulas: Iterable[Formula]) -> list[Kpi]:
    """The rows of what an agent can do something about: KPIs that the catalogue shows to agents."""
    shown = {formula.kpi_id for formula in shown_to(formulas, Role.AGENT)} - set(NOT_THE_AGENTS)
    return [kpi for kpi in kpis if kpi.kpi_id in shown]


def ranked(agent_ids: Iterable[str], kpis: Sequence[Kpi]) -> list[Ranked]:
    """The agents in the order of their need; two whose intervals touch share a rank.

    An agent comes after everybody who is surely worse off, and those without a real need come last.
    """
    medians = team_medians(kpis)
    worst: dict[str, Need] = {}
    for kpi in kpis:
        need = need_of(kpi, medians.get((kpi.kpi_id, kpi.formula_id)))
        if need and need.is_real and (kpi.scope_id not in worst or need.low > worst[kpi.scope_id].low):
            worst[kpi.scope_id] = need
    found = []
    for agent_id in agent_ids:
        own = worst.get(agent_id)
        rank = None if own is None else 1 + sum(other.low > own.high for other in worst.values())
        found.append(Ranked(agent_id, own, rank))
    return sorted(found, key=_order)


def _order(one: Ranked) -> tuple[bool, int, float, str]:
    return (one.rank is None, one.rank or 0, -one.need.low if one.need else 0.0, one.agent_id)


def team_medians(kpis: Iterable[Kpi]) -> dict[tuple[str, str], float]:
    """The median of the agents' values by KPI and formula, of those who have enough cases."""
    values: dict[tuple[str, str], list[float]] = {}
    for kpi in kpis:
        if kpi.value is not None and kpi.status != "INSUFFICIENT_N":
            values.setdefault((kpi.kpi_id, kpi.formula_id), []).append(kpi.value)
    return {key: median(found) for key, found in values.items() if len(found) >= SMALLEST_TEAM}


def need_of(kpi: Kpi, team_median: float | None) -> Need | None:
    """None where nothing can be said: no direction, too few cases, no interval, nothing to compare with."""
    is_named = kpi.target is not None or kpi.kpi_id in WITHOUT_TARGET
    if not (is_named and kpi.is_default) or kpi.direction == "none" or kpi.status == "INSUFFICIENT_N":
        return None
    if kpi.ci_low is None or kpi.ci_high is None or team_median is None:
        return None
    sign = 1.0 if kpi.direction == "higher" else -1.0
    known = [team_median] if kpi.target is None else [team_median, kpi.target]
    reference = min(known, key=lambda value: sign * value)
    ends = sorted(sign * (reference - end) / _step(kpi) for end in (kpi.ci_low, kpi.ci_high))
    return Need(kpi, reference, reference == kpi.target, ends[0], ends[1])


def _step(kpi: Kpi) -> float:
    """What counts as one step: from the target to the warning, else five points of a ratio or a tenth of the target."""
    if kpi.target is not None and kpi.warning is not None and kpi.target != kpi.warning:
        return abs(kpi.target - kpi.warning)
    if kpi.unit == "ratio":
        return _STEP_OF_RATIO
    return abs(kpi.target or kpi.value or 0.0) * _STEP or 1.0


def against(kpi: Kpi, team_median: float | None) -> str:
    """How a KPI stands beside the team's median: better, worse, same (may be chance) or unknown."""
    if team_median is None or kpi.ci_low is None or kpi.ci_high is None or kpi.status == "INSUFFICIENT_N":
        return "unknown"
    if kpi.direction == "none" or kpi.ci_low <= team_median <= kpi.ci_high:
        return "same" if kpi.direction != "none" else "unknown"
    return "better" if (kpi.ci_low > team_median) == (kpi.direction == "higher") else "worse"
