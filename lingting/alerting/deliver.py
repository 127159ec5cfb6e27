"""Sends what lies in the outbox: claims rows, sends one message, notes the outcome; retries with growing pauses.

At least once: a process killed between sending and noting leaves its rows in ``sending``; they are sent again when
their time comes, under the same message number. A row is claimed before anything is sent, so that two processes never
send the same one knowingly.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lingting.alerting.channels import Sent, channels, send
from lingting.alerting.keeping import STANDING
from lingting.alerting.messages import Names, Told, message, test_message
from lingting.alerting.names import members
from lingting.alerting.rules import SEVERITIES, rules
from lingting.clock import local, now
from lingting.settings import AlertChannel, settings
from lingting.store.database import Store
from lingting.store.models import Alert, AlertDelivery

LEASE = timedelta(minutes=5)  # a claimed message that was not noted is tried again after this
_DUE = ("waiting", "sending")
Rows = list[AlertDelivery]


@dataclass(frozen=True)
class Delivered:
    """Messages that went out, that failed (and wait, or were given up), and why the last of each channel failed."""

    n_sent: int
    n_failed: int
    errors: dict[str, str]


def deliver(store: Store, at: datetime | None = None) -> Delivered:
    """Send what is due on every channel. A channel that fails is left alone until its next time."""
    fixed = at
    n_sent, errors = 0, {}
    known = channels()
    _give_up_lost_channels(store, set(known), at or now())
    for channel in known.values():
        for rows in _messages(store, channel, at or now()):
            moment = fixed or now()
            claimed = _claim(store, rows, moment)
            if claimed is None:
                continue
            outcome = _send(store, channel, claimed)
            _note(store, claimed, outcome, fixed or now())
            if not outcome.is_done:
                errors[channel.name] = outcome.error or ""
                break
            n_sent += 1
    return Delivered(n_sent, len(errors), errors)


def test_channel(name: str) -> Sent:
    """One test message, past the outbox."""
    from lingting.errors import UsageError

    known = channels()
    if name not in known:
        raise UsageError(f"there is no alert channel {name}; there are: {', '.join(known) or 'none'}")
    title, body = test_message(name, str(uuid.uuid4())[:8], known[name].language)
    return send(known[name], title, body, "notice")


def _messages(store: Store, channel: AlertChannel, at: datetime) -> list[list[int]]:
    """The rows that are due, by the message they go in. Rows that were tried keep their company."""
    with store.begin() as session:
        due = _fresh(session, channel, at)
        tried: dict[str, list[int]] = {}
        single: Rows = []
        for row in due:
            if row.message_id is None:
                single.append(row)
            else:
                tried.setdefault(row.message_id, []).append(row.delivery_id)
        groups = list(tried.values())
        if len(single) > settings().alerting.group_above:
            groups.append([row.delivery_id for row in single])
        else:
            groups += [[row.delivery_id] for row in single]
    return groups


def _fresh(session: Session, channel: AlertChannel, at: datetime) -> Rows:
    """Due rows, without those that quiet hours hold back and those that nobody needs any more."""
    wanted = (
        select(AlertDelivery, Alert)
        .join(Alert, Alert.alert_id == AlertDelivery.alert_id)
        .where(
            AlertDelivery.channel == channel.name,
            AlertDelivery.state.in_(_DUE),
            AlertDelivery.next_try_at <= at,
        )
        .order_by(AlertDelivery.delivery_id)
    )
    kept: Rows = []
    until = quiet_until(channel, at)
    for row, alert in session.execute(wanted).all():
        if row.message_id is None and _is_needless(row, alert):
            row.state = "dropped"
        elif until is not None and alert.severity != "critical":
            row.next_try_at = until
        else:
            kept.append(row)
    return kept


def _is_needless(row: AlertDelivery, alert: Alert) -> bool:
    """It waited, and meanwhile the alert is over or somebody took note."""
    if row.kind == "cleared":
        return False
    if row.kind == "reminder":
        return alert.state != "raised"
    return alert.state not in STANDING and alert.ended_at is not None and alert.ended_at > row.created_at


def quiet_until(channel: AlertChannel, at: datetime) -> datetime | None:
    """The end of the quiet hours that hold now (UTC); None outside of them. They may go over midnight."""
    if channel.quiet_from is None or channel.quiet_until is None:
        return None
    here = local(at)
    start, end = time.fromisoformat(channel.quiet_from), time.fromisoformat(channel.quiet_until)
    clock = here.time()
    if not (start <= clock < end if start <= end else clock >= start or clock < end):
        return None
    day = here.date() + timedelta(days=1) if clock >= end else here.date()
    return datetime.combine(day, end, here.tzinfo).astimezone(UTC).replace(tzinfo=None)


def _claim(store: Store, ids: Sequence[int], at: datetime) -> list[int] | None:
    """Take the rows of one message for this process; None when another one was quicker."""
    with store() as session:
        taken = session.scalars(select(AlertDelivery.message_id).where(AlertDelivery.delivery_id.in_(ids))).first()
        changed = session.execute(
            update(AlertDelivery)
            .where(
                AlertDelivery.delivery_id.in_(ids),
                AlertDelivery.state.in_(_DUE),
                AlertDelivery.next_try_at <= at,
                or_(AlertDelivery.message_id.is_(None), AlertDelivery.message_id == taken),
            )
            .values(
                message_id=taken or str(uuid.uuid4()),
                state="sending",
                attempts=AlertDelivery.attempts + 1,
                next_try_at=at + LEASE,
            )
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount != len(ids):  # type: ignore[attr-defined]
            session.rollback()
            return None
        session.commit()
    return list(ids)


def _send(store: Store, channel: AlertChannel, ids: Sequence[int]) -> Sent:
    with store() as session:
        rows = session.execute(
            select(AlertDelivery, Alert)
            .join(Alert, Alert.alert_id == AlertDelivery.alert_id)
            .where(AlertDelivery.delivery_id.in_(ids))
            .order_by(AlertDelivery.delivery_id)
        ).all()
    told = [Told(alert, row.kind, row.round_no) for row, alert in rows]
    worst = min((one.alert.severity for one in told), key=SEVERITIES.index)
    names = Names(rules(), members(channel.language))
    title, body = message(told, str(rows[0][0].message_id)[:8], channel.language, names)
    return send(channel, title, body, worst)


def _note(store: Store, ids: Sequence[int], outcome: Sent, at: datetime) -> None:
    asked = settings().alerting
    with store.begin() as session:
        for row in session.scalars(select(AlertDelivery).where(AlertDelivery.delivery_id.in_(ids))):
            if outcome.is_done:
                row.state, row.sent_at, row.last_error = "sent", at, None
                continue
            row.last_error = outcome.error
            is_over = at - row.created_at >= timedelta(hours=asked.give_up_hours)
            row.state = "given_up" if is_over else "waiting"
            row.next_try_at = at + pause(row.attempts)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubles up to the longest."""
    asked = settings().alerting
    doubled = asked.first_retry_seconds * 2 ** min(attempts - 1, 30)
    return timedelta(seconds=min(doubled, asked.longest_retry_seconds))


def _give_up_lost_channels(store: Store, known: set[str], at: datetime) -> None:
    """Rows for a channel that the settings no longer name go nowhere."""
    with store.begin() as session:
        for row in session.scalars(select(AlertDelivery).where(AlertDelivery.state.in_(_DUE))):
            if row.channel not in known:
                row.state, row.last_error, row.next_try_at = "given_up", "the settings name no such channel", at
