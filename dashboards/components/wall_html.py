"""What stands on the wall, as HTML: queues, states of agents, alerts. The page that re-reads it is views/wall.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.components import palette
from dashboards.components.html import Cell, escaped, link, sparkline, table, text_cell
from dashboards.components.numbers import amount, goal, lasting, moment, name_of
from dashboards.components.status import chip
from dashboards.data.rows_supervisor import Alert, WallAgent, WallSlot, WallState
from dashboards.i18n import Texts
from lingting.clock import local

CLASSES = ("handling", "available", "away", "offline")
ICONS = {"handling": "☎", "available": "○", "away": "◇", "offline": "–"}
_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True)
class QueueDay:
    """One queue on the newest day up to the newest moment; ``queue_id`` None: the whole centre."""

    queue_id: str | None
    n_offered: int
    n_answered: int
    n_answered_within: int
    n_abandoned: int
    longest_wait_seconds: float | None
    n_waiting: int
    longest_waiting_seconds: float | None
    course: tuple[int, ...]
    target: float | None
    warning: float | None
    minimum_n: int

    @property
    def n_judged(self) -> int:
        return self.n_answered + self.n_abandoned

    @property
    def service_level(self) -> float | None:
        return self.n_answered_within / self.n_judged if self.n_judged else None

    @property
    def status(self) -> str:
        """As mart_kpi judges: against target and warning, never with too few calls."""
        level = self.service_level
        if level is None:
            return "NO_DATA"
        if self.n_judged < self.minimum_n:
            return "INSUFFICIENT_N"
        if self.target is None:
            return "NOT_APPLICABLE"
        if level >= self.target:
            return "PASS"
        return "WATCH" if self.warning is not None and level >= self.warning else "FAIL"


def queue_days(slots: Sequence[WallSlot]) -> list[QueueDay]:
    """The newest day of each queue, and of the centre first where there are several queues."""
    if not slots:
        return []
    day = max(slot.slot_date for slot in slots)
    today = [slot for slot in slots if slot.slot_date == day]
    ids = sorted({slot.queue_id for slot in today})
    single = [_summed([slot for slot in today if slot.queue_id == queue_id], queue_id) for queue_id in ids]
    return single if len(single) == 1 else [_summed(today, None), *single]


def _summed(slots: Sequence[WallSlot], queue_id: str | None) -> QueueDay:
    halves = sorted({slot.half_hour for slot in slots})
    last = [slot for slot in slots if slot.half_hour == halves[-1]]
    targets = {(slot.service_level_target, slot.service_level_warning) for slot in slots}
    # The centre is judged by the target of its queues only where they share one.
    target, warning = targets.pop() if len(targets) == 1 else (None, None)
    return QueueDay(
        queue_id,
        sum(slot.n_offered for slot in slots),
        sum(slot.n_answered for slot in slots),
        sum(slot.n_answered_within for slot in slots),
        sum(slot.n_abandoned for slot in slots),
        max((slot.longest_wait_seconds for slot in slots if slot.longest_wait_seconds is not None), default=None),
        sum(slot.n_waiting_at_end for slot in last),
        max((slot.longest_waiting_seconds for slot in last if slot.longest_waiting_seconds is not None), default=None),
        tuple(sum(slot.n_offered for slot in slots if slot.half_hour == half) for half in halves),
        target,
        warning,
        max((slot.minimum_n or 0 for slot in slots), default=0),
    )


def age(as_of: datetime, now: datetime, texts: Texts) -> str:
    """How old the newest moment is, in the unit that tells it best."""
    seconds = max((now - as_of) / timedelta(seconds=1), 0.0)
    if seconds < _HOUR:
        return texts("wall.minutes_old", n=int(seconds // 60))
    if seconds < 2 * _DAY:
        return texts("wall.hours_old", n=int(seconds // _HOUR))
    return texts("wall.days_old", n=int(seconds // _DAY))


def queues(days: Sequence[QueueDay], names: Mapping[str, str], texts: Texts) -> str:
    return f'<div class="lt-wall">{"".join(_queue(day, names, texts) for day in days)}</div>'


def _queue(day: QueueDay, names: Mapping[str, str], texts: Texts) -> str:
    name = names.get(day.queue_id, day.queue_id) if day.queue_id else texts("management.centre")
    waiting = escaped(texts("wall.waiting"))
    first = f'<div class="lt-big"><b>{day.n_waiting}</b><span>{waiting}{_longest(day, texts)}</span></div>'
    abandoned = day.n_abandoned / day.n_judged if day.n_judged else None
    facts = [
        ("wall.offered", f"{day.n_offered:,}"),
        ("wall.answered", f"{day.n_answered:,}"),
        ("wall.abandoned", f"{day.n_abandoned:,} · {amount(abandoned, 'ratio', texts)}"),
        ("wall.longest", lasting(day.longest_wait_seconds, texts)),
    ]
    shown = "".join(f"<div><small>{escaped(texts(key))}</small>{escaped(value)}</div>" for key, value in facts)
    aim = goal(day.target, "higher", "ratio", texts)
    level = (
        f"<span>{escaped(texts('wall.level'))} <b>{escaped(amount(day.service_level, 'ratio', texts))}</b></span>"
        + (chip(day.status, texts) if day.status != "NOT_APPLICABLE" else "")
        + (f"<span>{escaped(texts('tile.target', value=aim))}</span>" if aim else "")
        + f"<span>{escaped(texts('tile.n', n=f'{day.n_judged:,}'))}</span>"
    )
    course = sparkline([float(n) for n in day.course], palette.ACCENT, None, texts("wall.course"))
    return (
        f'<section class="lt-panel"><h3>{escaped(name)}</h3><div class="lt-row">{first}{course}</div>'
        f'<div class="lt-line">{level}</div><div class="lt-facts">{shown}</div></section>'
    )


def _longest(day: QueueDay, texts: Texts) -> str:
    if not day.n_waiting or day.longest_waiting_seconds is None:
        return ""
    words = texts("wall.waiting_longest", time=lasting(day.longest_waiting_seconds, texts))
    return f"<small>{escaped(words)}</small>"


def states(found: Sequence[WallState], texts: Texts) -> str:
    """How many of the whole centre are doing what, by class, with the states behind each."""
    panels = []
    for name in CLASSES:
        members = [state for state in found if state.state_class == name]
        total = sum(state.n_agents for state in members)
        detail = texts("scores.separator").join(
            f"{texts.maybe(f'wall_state.{state.state}', state.state)} {state.n_agents}"
            for state in members
            if state.state != "signed_off"
        )
        panels.append(
            f'<section class="lt-panel"><div class="lt-big"><b>{total}</b><span>'
            f'<i aria-hidden="true">{ICONS[name]}</i> {escaped(texts(f"wall_class.{name}"))}'
            f"<small>{escaped(detail)}</small></span></div></section>"
        )
    return f'<div class="lt-wall lt-narrow">{"".join(panels)}</div>'


def agents(found: Sequence[WallAgent], teams: Mapping[str, str], texts: Texts) -> str:
    """Who is there, in which state and for how long; each name leads to the agent's page."""
    place = {name: number for number, name in enumerate(CLASSES)}
    ordered = sorted(found, key=lambda agent: (place.get(agent.state_class, 9), -agent.for_seconds, agent.agent_id))
    head = [
        text_cell(texts("team.agent")),
        text_cell(texts("wall.state")),
        text_cell(texts("wall.for"), "num"),
        text_cell(texts("filter.team")),
    ]
    return table(head, [_agent(agent, teams, texts) for agent in ordered])


def _agent(agent: WallAgent, teams: Mapping[str, str], texts: Texts) -> list[Cell]:
    lang = texts.in_links
    name = link("team", agent.agent_name or agent.agent_id, agent=agent.agent_id, team=agent.team_id, lang=lang)
    word = texts.maybe(f"wall_state.{agent.state}", agent.state)
    return [
        Cell(name),
        Cell(f'<i aria-hidden="true">{ICONS.get(agent.state_class, "")}</i> {escaped(word)}'),
        text_cell(lasting(agent.for_seconds, texts), "num"),
        text_cell(name_of(teams, agent.team_id)),
    ]


def alerts(found: Sequence[Alert], names: Mapping[str, str], kpis: Mapping[str, str], texts: Texts) -> str:
    """Alerts of KPIs: which stands, what broke the line, who has seen it."""
    head = [text_cell(texts(f"wall.alert_{name}")) for name in ("state", "where", "what", "raised", "seen")]
    return table(head, [_alert(alert, names, kpis, texts) for alert in found])


def _alert(alert: Alert, names: Mapping[str, str], kpis: Mapping[str, str], texts: Texts) -> list[Cell]:
    state = "standing" if alert.cleared_at is None else "cleared"
    css, icon = ("lt-fail", "✕") if state == "standing" else ("lt-pass", "✓")
    where = names.get(alert.scope_id, alert.scope_id) if alert.scope == "queue" else texts("management.centre")
    broke = texts(
        "wall.alert_broke",
        kpi=kpis.get(alert.kpi_id, alert.kpi_id),
        value=amount(alert.value_ratio, "ratio", texts),
        limit=amount(alert.threshold_ratio, "ratio", texts),
    )
    word = escaped(texts(f"wall.alert_{state}"))
    seen = f"{local(alert.acknowledged_at):%H:%M}" if alert.acknowledged_at else texts("wall.alert_unseen")
    return [
        Cell(f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{word}</span>'),
        text_cell(where),
        text_cell(broke),
        text_cell(moment(alert.raised_at)),
        text_cell(seen),
    ]
