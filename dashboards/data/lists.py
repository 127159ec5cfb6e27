"""Which calls a list holds, and how an address tells it, so that a call knows its neighbours. Asks nothing itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.data.periods import Period
from lingting.rights import Clause

_LIST = re.compile(r"(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)_([fa])_(.{0,600})")
_MOST_AGENTS = 40  # of a list that is told in an address
_FLAGGED = """exists (
    select 1 from mart_finding as f
    where f.call_id = c.call_id and f.call_date between ? and ?
    and ((f.is_mandatory and f.outcome = 'miss') or (f.rule_kind in ('risk', 'forbidden') and f.outcome = 'hit')))"""


@dataclass(frozen=True)
class CallList:
    """The days, whether only calls with findings, and whose calls; None: all that the person may see."""

    period: Period
    flagged: bool
    agent_ids: tuple[str, ...] | None


def condition(period: Period, agent_ids: Sequence[str] | None, flagged: bool) -> Clause:
    """The calls of a list, for a question that reads `mart_call as c`."""
    where = Clause("call_date between ? and ?", (period.start, period.end))
    if agent_ids is not None:
        where = where & Clause("agent_id in (select unnest(?::varchar[]))", (list(agent_ids),))
    return where & Clause(_FLAGGED, (period.start, period.end)) if flagged else where


def to_text(period: Period, flagged: bool, agent_ids: Sequence[str] | None) -> str | None:
    """The list as one parameter of an address; None for one that is too long to be told there."""
    if agent_ids is not None and len(agent_ids) > _MOST_AGENTS:
        return None
    who = ",".join(agent_ids) if agent_ids is not None else ""
    return f"{period.start.isoformat()}_{period.end.isoformat()}_{'f' if flagged else 'a'}_{who}"


def from_text(text: str) -> CallList | None:
    """The reverse; None for a text that is not a list."""
    matched = _LIST.fullmatch(text)
    if not matched:
        return None
    first, last, kind, who = matched.groups()
    try:
        period = Period("range", date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return CallList(period, kind == "f", tuple(who.split(",")) if who else None)
