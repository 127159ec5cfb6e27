"""What is to be told on which channel, as rows of the outbox. Sending them is deliver.py.

One row an alert, channel and kind; the table refuses a second one, so that one cause is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingting.settings import AlertChannel, settings
from lingting.store.models import Alert, AlertDelivery, AlertMute

CHANNEL_DOWN = "channel_down"


def enqueue(session: Session, raised: Sequence[Alert], cleared: Sequence[Alert], at: datetime) -> int:
    """Rows for what was raised and cleared just now, and reminders of what nobody took note of. Gives their number."""
    mutes = _mutes(session, at)
    just_raised = {alert.alert_id for alert in raised}
    n_rows = 0
    for channel in settings().alerting.channels:
        for alert in raised:
            n_rows += _add(session, channel, alert, "raised", 0, at, mutes)
        for alert in cleared:
            if channel.tell_cleared and alert.alert_id not in just_raised:
                n_rows += _add(session, channel, alert, "cleared", 0, at, mutes)
    return n_rows + _remind(session, at, mutes)


def _remind(session: Session, at: datetime, mutes: set[tuple[str, str | None]]) -> int:
    asked = settings().alerting
    if not asked.reminder_minutes or not asked.reminders:
        return 0
    every = timedelta(minutes=asked.reminder_minutes)
    overdue = session.scalars(select(Alert).where(Alert.state == "raised", Alert.raised_at <= at - every)).all()
    n_rows = 0
    for alert in overdue:
        round_no = min(int((at - alert.raised_at) / every), asked.reminders)
        for channel in asked.channels:
            if _was_told(session, alert, channel):
                n_rows += _add(session, channel, alert, "reminder", round_no, at, mutes)
    return n_rows


def _was_told(session: Session, alert: Alert, channel: AlertChannel) -> bool:
    """A reminder comes after the first message, never before or instead of it."""
    wanted = select(func.count()).where(
        AlertDelivery.alert_id == alert.alert_id,
        AlertDelivery.channel == channel.name,
        AlertDelivery.kind == "raised",
        AlertDelivery.state == "sent",
    )
    return bool(session.scalar(wanted))


def _add(
    session: Session,
    channel: AlertChannel,
    alert: Alert,
    kind: str,
    round_no: int,
    at: datetime,
    mutes: set[tuple[str, str | None]],
) -> int:
    if not takes(channel, alert) or (alert.rule_id, None) in mutes or (alert.rule_id, alert.scope_id) in mutes:
        return 0
    known = select(func.count()).where(
        AlertDelivery.alert_id == alert.alert_id,
        AlertDelivery.channel == channel.name,
        AlertDelivery.kind == kind,
        AlertDelivery.round_no == round_no,
    )
    if session.scalar(known):
        return 0
    session.add(
        AlertDelivery(
            alert_id=alert.alert_id, channel=channel.name, kind=kind, round_no=round_no,
            state="waiting", attempts=0, created_at=at, next_try_at=at,
        )
    )  # fmt: skip
    return 1


def takes(channel: AlertChannel, alert: Alert) -> bool:
    """Whether a channel wants an alert. What is wrong with a channel itself is not told on that channel."""
    if alert.severity not in channel.severities:
        return False
    if channel.scopes and not {alert.scope, f"{alert.scope}:{alert.scope_id}"} & set(channel.scopes):
        return False
    if alert.rule_id == CHANNEL_DOWN and alert.detail == channel.name:
        return False
    return not channel.roles or bool(set(alert.owners.split("|")) & set(channel.roles))


def _mutes(session: Session, at: datetime) -> set[tuple[str, str | None]]:
    standing: Iterable[AlertMute] = session.scalars(select(AlertMute).where(AlertMute.until_at > at))
    return {(mute.rule_id, mute.scope_id) for mute in standing}
