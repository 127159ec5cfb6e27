"""Alerts of calls that go on: keeping them, and reading those after a given one. Raising them is in asr_jobs/live."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

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
