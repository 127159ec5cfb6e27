"""Writes what the engine found into the store: raising, following, clearing. Each change leaves a step behind.

The caller holds the transaction. Telling people is outbox.py, people's own steps are actions.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingting.alerting.engine import Episode, Window
from lingting.alerting.rules import AlertRule
from lingting.store.models import Alert, AlertStep, AlertWindow

STANDING = ("raised", "acknowledged")
_NAMESPACE = uuid.UUID("5a1f0c0e-6d0a-5f4b-9d0b-8f1f1a2f7a10")


@dataclass
class Found:
    """What a check changed."""

    raised: list[Alert] = field(default_factory=list)
    cleared: list[Alert] = field(default_factory=list)


def alert_id(rule_id: str, scope_id: str, what: str) -> str:
    """One cause, one alert: the id is made from them."""
    return str(uuid.uuid5(_NAMESPACE, f"{rule_id}|{scope_id}|{what}"))


def step(
    session: Session, alert: Alert, name: str, at: datetime, by: str | None = None, note: str | None = None
) -> None:
    """Note a step and count the change."""
    alert.version += 1
    session.add(AlertStep(alert_id=alert.alert_id, step=name, happened_at=at, step_by=by, note=note))


def raise_alert(
    session: Session, rule: AlertRule, member: str, window: Window, at: datetime, what: str = "", **more: str | None
) -> Alert | None:
    """A new alert; None when this very cause has raised one before."""
    own_id = alert_id(rule.rule_id, member, what or window.start_at.isoformat())
    if session.get(Alert, own_id) is not None:
        return None
    alert = Alert(
        alert_id=own_id, rule_id=rule.rule_id, kind=rule.kind, subject=rule.kpi_id or rule.rule_id,
        scope=more.get("scope") or rule.scope, scope_id=member,
        object_id=more.get("object_id"), grain=rule.grain, severity=rule.severity, owners="|".join(rule.owners),
        unit=rule.unit, is_above=rule.is_above, threshold=rule.threshold, clear_at=rule.clear_at,
        window_start_at=window.start_at, window_end_at=window.end_at, value=window.value, n=window.n,
        last_window_end_at=window.end_at, last_value=window.value, last_n=window.n, detail=more.get("detail"),
        state="raised", raised_at=at, version=0,
    )  # fmt: skip
    session.add(alert)
    session.flush()
    step(session, alert, "raised", at)
    note_breach(session, alert, window, at)
    return alert


def note_breach(session: Session, alert: Alert, window: Window, at: datetime) -> None:
    """Remember a window that breached; one that was corrected keeps the time at which it was first noted."""
    known = session.get(AlertWindow, (alert.alert_id, window.start_at))
    if known is not None:
        known.value, known.n = window.value, window.n
        return
    session.add(
        AlertWindow(
            alert_id=alert.alert_id, window_start_at=window.start_at, window_end_at=window.end_at,
            value=window.value, n=window.n, noted_at=at,
        )
    )  # fmt: skip


def clear(session: Session, alert: Alert, at: datetime, why: str | None = None) -> None:
    alert.state, alert.ended_at = "cleared", at
    step(session, alert, "cleared", at, note=why)


def follow(
    session: Session, rule: AlertRule, member: str, windows: Sequence[Window], made: list[Episode], at: datetime
) -> Found:
    """Bring the stored alerts of one member in line with the episodes that its windows make."""
    found = Found()
    stored = list(
        session.scalars(
            select(Alert)
            .where(Alert.rule_id == rule.rule_id, Alert.scope_id == member)
            .order_by(Alert.window_start_at, Alert.raised_at)
        )
    )
    matched: dict[str, list[Episode]] = {}
    for episode in made:
        own = _own(stored, episode)
        if own is not None:
            matched.setdefault(own.alert_id, []).append(episode)
            continue
        raised = raise_alert(session, rule, member, episode.first, at)
        if raised is not None:
            stored.append(raised)
            matched[raised.alert_id] = [episode]
            found.raised.append(raised)
    judged = {window.start_at for window in windows}
    for alert in stored:
        if alert.alert_id in matched:
            _update(session, alert, matched[alert.alert_id], at, found)
        elif alert.state in STANDING and alert.window_start_at in judged:
            clear(session, alert, at, "corrected")
            found.cleared.append(alert)
    return found


def _own(stored: Sequence[Alert], episode: Episode) -> Alert | None:
    """The stored alert that covers part of the time of an episode: late and corrected data move its edges."""
    for alert in stored:
        if alert.window_start_at < episode.end_at and episode.first.start_at < alert.last_window_end_at:
            return alert
    return None


def _update(session: Session, alert: Alert, own: list[Episode], at: datetime, found: Found) -> None:
    for episode in own:
        for window in episode.breaches:
            note_breach(session, alert, window, at)
    newest = own[-1]
    last = newest.cleared_by or newest.last
    alert.last_window_end_at, alert.last_value, alert.last_n = last.end_at, last.value, last.n
    if alert.state in STANDING and newest.cleared_by is not None:
        clear(session, alert, at)
        found.cleared.append(alert)
    elif alert.state == "cleared" and newest.stands:
        alert.state = "acknowledged" if alert.acknowledged_at else "raised"
        alert.ended_at = None
        step(session, alert, "reopened", at, note="corrected")
