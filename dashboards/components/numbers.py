"""Numbers, names, times and periods as people read them. Ratios are stored as 0-1 and shown as per cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dashboards.data.periods import Period
from dashboards.data.rows import Kpi
from dashboards.i18n import Texts
from lingting.clock import local
from lingting.kpi.change import step_of

NO_VALUE = "—"
_HOURS_FROM = 2 * 3600  # seconds; longer times are read in hours


def name_of(names: Mapping[str, str], item_id: str | None) -> str:
    """The name behind an id; the id itself where none is known, a dash where there is no id."""
    return names.get(item_id or "", item_id or NO_VALUE)


def amount(value: float | None, unit: str, texts: Texts) -> str:
    """A value in its unit: 95.3%, 86.0 s, 42.1, 1,234; never a zero with a minus (``z``)."""
    if value is None:
        return NO_VALUE
    match unit:
        case "ratio":
            return f"{value * 100:z.1f}%"
        case "seconds":
            if abs(value) >= _HOURS_FROM:
                return texts("unit.hours", value=f"{value / 3600:z,.1f}")
            return texts("unit.seconds", value=f"{value:z,.1f}")
        case "count":
            return f"{value:z,.0f}"
        case "per_hour" | "per_minute":
            return texts(f"unit.{unit}", value=f"{value:z.1f}")
        case _:
            return f"{value:z.2f}" if abs(value) < 10 else f"{value:z,.1f}"


def goal(value: float | None, direction: str, unit: str, texts: Texts) -> str | None:
    """The target with the side that is good: ≥ 95.0%."""
    if value is None or direction == "none":
        return None
    return f"{'≥' if direction == 'higher' else '≤'} {amount(value, unit, texts)}"


@dataclass(frozen=True)
class Change:
    """A step against the period before: words with a sign, an arrow, and whether it is better, worse, the same, or
    unclear: chance alone could make it, or there is no interval to tell."""

    words: str
    arrow: str
    judged: str


def change(now: Kpi, before: Kpi | None, texts: Texts) -> Change | None:
    """None when one of the two periods has no value, or a count began from nothing."""
    if before is None or now.value is None or before.value is None or (now.unit == "count" and not before.value):
        return None
    step = now.value - before.value
    shown = _step(step, before.value, now.unit, texts)
    if not any(digit in shown for digit in "123456789"):
        return Change(_step(0.0, 1.0, now.unit, texts).replace("+", ""), "→", "same")
    found = step_of(before, now)
    judged = found.judged if found and found.judged in ("better", "worse") else "unclear"
    return Change(shown, "↑" if step > 0 else "↓", "same" if now.direction == "none" else judged)


def step_words(step: float, unit: str, texts: Texts) -> str:
    """A difference in the unit of its KPI, with its sign: +0.6 s."""
    shown = f"{step:+,.0f}" if unit == "count" else _step(step, 1.0, unit, texts)
    return shown if any(digit in shown for digit in "123456789") else shown.lstrip("+-")


def _step(step: float, before: float, unit: str, texts: Texts) -> str:
    match unit:
        case "count":
            return f"{step / before * 100:+.1f}%"
        case "ratio":
            return texts("unit.points_step", value=f"{step * 100:+.1f}")
        case "seconds":
            if abs(step) >= _HOURS_FROM:
                return texts("unit.hours", value=f"{step / 3600:+,.1f}")
            return texts("unit.seconds", value=f"{step:+,.1f}")
        case _:
            return f"{step:+.2f}" if abs(step) < 10 else f"{step:+,.1f}"


def interval(kpi: Kpi, texts: Texts) -> str | None:
    """The 95 % interval, or None where the KPI has none."""
    if kpi.ci_low is None or kpi.ci_high is None:
        return None
    return f"{amount(kpi.ci_low, kpi.unit, texts)} – {amount(kpi.ci_high, kpi.unit, texts)}"


def clock(seconds: float | None) -> str:
    """A place or a length in a recording: 01:05."""
    if seconds is None:
        return NO_VALUE
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def lasting(seconds: float | None, texts: Texts) -> str:
    """A time that may be seconds, minutes or a day: 8.5 s, 01:05, 26.4 h."""
    if seconds is None:
        return NO_VALUE
    if seconds < 60:
        return texts("unit.seconds", value=f"{seconds:.1f}")
    return clock(seconds) if seconds < 3600 else texts("unit.hours", value=f"{seconds / 3600:.1f}")


def moment(value: datetime) -> str:
    return f"{local(value):%Y-%m-%d %H:%M}"


def period_shown(period: Period, last: date, texts: Texts) -> str:
    """The name of a period, saying so when its end lies after the last day of data."""
    name = period_name(period, texts)
    return name if period.end <= last else texts("period.so_far", name=name, last=last.isoformat())


def period_name(period: Period, texts: Texts) -> str:
    if period.grain == "day":
        return f"{period.start.isoformat()} {weekday(period.start, texts)}"
    if period.grain == "month":
        return texts("period.month_name", year=period.start.year, month=f"{period.start.month:02d}")
    return f"{period.start.isoformat()} – {period.end.isoformat()}"


def weekday(day: date, texts: Texts) -> str:
    return texts(f"weekday.{day.isoweekday()}")
