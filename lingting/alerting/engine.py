"""The engine: a sequence of windows in, the alerts that they make out. Pure: knows no clock, no store and no data.

quiet -> standing when a window with enough cases lies beyond the rule's threshold; standing -> quiet when one lies on
the good side of where it clears. Windows between the two, or with too few cases, change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lingting.alerting.rules import AlertRule

Verdict = Literal["breach", "calm", "between", "unjudged"]


@dataclass(frozen=True, order=True)
class Window:
    """One period of one member of a scope: what was measured and on how many cases. UTC."""

    start_at: datetime
    end_at: datetime
    value: float | None
    n: int | None


@dataclass(frozen=True)
class Episode:
    """One alert as the windows make it: the windows that breached, the last one judged, and what ended it.

    ``cleared_by`` None and ``settled_at`` None: it stands.
    """

    breaches: tuple[Window, ...]
    last: Window
    cleared_by: Window | None = None
    settled_at: datetime | None = None

    @property
    def first(self) -> Window:
        return self.breaches[0]

    @property
    def stands(self) -> bool:
        return self.cleared_by is None and self.settled_at is None

    @property
    def end_at(self) -> datetime:
        """The end of what it covers."""
        return self.settled_at or (self.cleared_by or self.last).end_at


def verdict(rule: AlertRule, window: Window) -> Verdict:
    """How one window lies; at exactly a limit it lies between."""
    if window.value is None or (window.n is not None and window.n < rule.minimum_n):
        return "unjudged"
    threshold, clear_at = rule.threshold, rule.clear_at
    assert threshold is not None and clear_at is not None
    sign = 1 if rule.is_above else -1
    if sign * window.value > sign * threshold:
        return "breach"
    return "calm" if sign * window.value < sign * clear_at else "between"


def episodes(rule: AlertRule, windows: Iterable[Window], settled: Sequence[datetime] = ()) -> list[Episode]:
    """Every alert that the windows make, in order. Of two windows with one start the later given one counts.

    ``settled``: when a person resolved an alert of this member: what ended before that raises nothing again.
    """
    newest = {window.start_at: window for window in windows}
    waiting = sorted(settled)
    found: list[Episode] = []
    for _, window in sorted(newest.items()):
        while waiting and waiting[0] < window.end_at:
            _settle(found, waiting.pop(0))
        said = verdict(rule, window)
        if said == "unjudged":
            continue
        standing = bool(found) and found[-1].stands
        if standing:
            found[-1] = _followed(found[-1], window, said)
        elif said == "breach":
            found.append(Episode((window,), window))
    for at in waiting:
        _settle(found, at)
    return found


def _settle(found: list[Episode], at: datetime) -> None:
    if found and found[-1].stands and at >= found[-1].first.end_at:
        standing = found[-1]
        found[-1] = Episode(standing.breaches, standing.last, None, at)


def _followed(standing: Episode, window: Window, said: Verdict) -> Episode:
    breaches = (*standing.breaches, window) if said == "breach" else standing.breaches
    return Episode(breaches, window, window if said == "calm" else None)
