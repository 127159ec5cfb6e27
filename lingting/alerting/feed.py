"""The feed: the alerts that a person may see, with their steps and how they were told. Reads only.

A person sees the alerts of rules that the own role owns; a supervisor those of the whole centre, of the queues in
which the own teams take calls, and of the own teams.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from lingting.alerting.keeping import STANDING
from lingting.alerting.rules import SEVERITIES, AlertRule, rules
from lingting.kpi.asked import ask
from lingting.rights import Role, Viewer
from lingting.store.database import Store
from lingting.store.models import Alert, AlertDelivery, AlertMute, AlertStep
from lingting.warehouse import NoBuild

_QUEUE_DAYS, _QUEUE_SHARE = 28, 0.1  # a team's queues: at least this share of its calls in the newest days
_QUEUES = f"""select distinct queue_id from (
    select queue_id, count(*) / sum(count(*)) over (partition by team_id) as share
    from mart_call where call_date > (select max(data_to) from build_info) - interval '{_QUEUE_DAYS}' day
    group by team_id, queue_id
) where share >= {_QUEUE_SHARE}"""


@dataclass(frozen=True)
class Step:
    """``step_by`` None: the machine."""

    step: str
    happened_at: datetime
    step_by: str | None
    note: str | None


@dataclass(frozen=True)
class Telling:
    """How an alert was told on one channel."""

    channel: str
    kind: str
    state: str
    attempts: int
    sent_at: datetime | None
    next_try_at: datetime
    last_error: str | None


@dataclass(frozen=True)
class AlertView:
    """One alert as the feed shows it. ``rule`` None: the rule is gone since. Times are UTC."""

    alert_id: str
    rule_id: str
    rule: AlertRule | None
    kind: str
    subject: str
    scope: str
    scope_id: str
    object_id: str | None
    grain: str
    severity: str
    owners: tuple[str, ...]
    unit: str
    is_above: bool
    threshold: float | None
    clear_at: float | None
    window_start_at: datetime
    window_end_at: datetime
    value: float | None
    n: int | None
    last_window_end_at: datetime
    last_value: float | None
    last_n: int | None
    detail: str | None
    state: str
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    ended_at: datetime | None
    version: int
    is_muted: bool
    steps: tuple[Step, ...] = ()
    tellings: tuple[Telling, ...] = ()

    @property
    def stands(self) -> bool:
        return self.state in STANDING

    def label(self, language: str) -> str:
        return self.rule.label(language) if self.rule else self.subject


def feed(
    store: Store,
    viewer: Viewer,
    at: datetime,
    states: Collection[str] = STANDING,
    severities: Collection[str] = SEVERITIES,
    limit: int = 200,
) -> list[AlertView]:
    """Alerts in one of the states, worst and newest first; with steps and deliveries."""
    queues = own_queues(viewer)
    worst = case({name: place for place, name in enumerate(SEVERITIES)}, value=Alert.severity)
    wanted = (
        select(Alert)
        .where(Alert.state.in_(list(states)), Alert.severity.in_(list(severities)))
        .where(Alert.owners.contains(viewer.role.value))
        .order_by(case((Alert.state == "raised", 0), else_=1), worst, Alert.raised_at.desc(), Alert.alert_id)
    )
    with store() as session:
        found = [alert for alert in session.scalars(wanted) if is_open_to(viewer, alert, queues)][:limit]
        return _views(session, found, at)


def one(store: Store, viewer: Viewer, alert_id: str, at: datetime) -> AlertView | None:
    """One alert; None for one that does not exist and for one of somebody else."""
    queues = own_queues(viewer)
    with store() as session:
        alert = session.get(Alert, alert_id)
        if alert is None or not is_open_to(viewer, alert, queues):
            return None
        return _views(session, [alert], at)[0]


def is_open_to(viewer: Viewer, alert: Alert, queues: Collection[str]) -> bool:
    if viewer.role.value not in alert.owners.split("|"):
        return False
    if viewer.role is not Role.SUPERVISOR:
        return True
    if alert.scope == "queue":
        return alert.scope_id in queues
    return alert.scope != "team" or alert.scope_id in viewer.team_ids


def own_queues(viewer: Viewer) -> frozenset[str]:
    """The queues that the supervisor's teams lately served, beyond helping out; not asked for other roles."""
    if viewer.role is not Role.SUPERVISOR:
        return frozenset()
    try:
        return frozenset(ask(viewer, str, _QUEUES, counted=True))
    except NoBuild:
        return frozenset()


def _views(session: Session, alerts: Sequence[Alert], at: datetime) -> list[AlertView]:
    ids = [alert.alert_id for alert in alerts]
    steps: dict[str, list[Step]] = {}
    for row in session.scalars(select(AlertStep).where(AlertStep.alert_id.in_(ids)).order_by(AlertStep.step_no)):
        steps.setdefault(row.alert_id, []).append(Step(row.step, row.happened_at, row.step_by, row.note))
    tellings: dict[str, list[Telling]] = {}
    wanted = select(AlertDelivery).where(AlertDelivery.alert_id.in_(ids)).order_by(AlertDelivery.delivery_id)
    for told in session.scalars(wanted):
        tellings.setdefault(told.alert_id, []).append(
            Telling(told.channel, told.kind, told.state, told.attempts, told.sent_at, told.next_try_at, told.last_error)
        )
    muted = {
        (mute.rule_id, mute.scope_id) for mute in session.scalars(select(AlertMute).where(AlertMute.until_at > at))
    }
    known = rules()
    return [
        _view(alert, known.get(alert.rule_id), muted, steps.get(alert.alert_id, []), tellings.get(alert.alert_id, []))
        for alert in alerts
    ]


def _view(
    alert: Alert, rule: AlertRule | None, muted: set[tuple[str, str | None]], steps: list[Step], tellings: list[Telling]
) -> AlertView:
    own = {name: getattr(alert, name) for name in AlertView.__dataclass_fields__ if hasattr(Alert, name)}
    own["owners"] = tuple(alert.owners.split("|"))
    is_muted = bool({(alert.rule_id, None), (alert.rule_id, alert.scope_id)} & muted)
    return AlertView(**own, rule=rule, is_muted=is_muted, steps=tuple(steps), tellings=tuple(tellings))
