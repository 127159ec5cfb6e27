"""Alerts of calls that go on: keeping them, and reading those after a given one. Raising them is in asr_jobs/live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lingting.store.database import Store
from lingting.store.models import LiveAlert

_COLUMNS = tuple(column.key for column in LiveAlert.__table__.columns)


def add_alert(store: Store, values: dict[str, Any]) -> int:
    """Keep one alert (the columns of live_alerts but ``alert_no``); gives its number. The same ``alert_id`` twice is
    one row, so that a caller whose connection broke may try again."""
    with store.begin() as session:
        known = session.scalar(select(LiveAlert.alert_no).where(LiveAlert.alert_id == values["alert_id"]))
        if known is not None:
            return known
        row = LiveAlert(**values)
        session.add(row)
        session.flush()
        return row.alert_no


def alerts_after(store: Store, alert_no: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """The stored alerts behind a number, in order; times are UTC without a zone."""
    wanted = select(LiveAlert).where(LiveAlert.alert_no > alert_no).order_by(LiveAlert.alert_no).limit(limit)
    with store() as session:
        return [{name: getattr(row, name) for name in _COLUMNS} for row in session.scalars(wanted)]


@dataclass(frozen=True)
class LiveCall:
    """A call with an alert of late: the newest one, without a word that was said, and how many there were."""

    call_id: str
    queue_id: str | None
    kind: str
    rule_id: str
    at_seconds: float
    raised_at: datetime
    n_alerts: int


def live_calls(store: Store, since: datetime, limit: int = 20) -> list[LiveCall]:
    """The calls about which an alert was raised since a moment (UTC), the newest first."""
    newest = (
        select(func.max(LiveAlert.alert_no).label("alert_no"), func.count().label("n_alerts"))
        .where(LiveAlert.raised_at >= since)
        .group_by(LiveAlert.call_id)
        .subquery()
    )
    wanted = (
        select(LiveAlert, newest.c.n_alerts)
        .join(newest, LiveAlert.alert_no == newest.c.alert_no)
        .order_by(LiveAlert.alert_no.desc())
        .limit(limit)
    )
    with store() as session:
        found = session.execute(wanted).tuples()
        return [
            LiveCall(row.call_id, row.queue_id, row.kind, row.rule_id, row.at_seconds, row.raised_at, n)
            for row, n in found
        ]
