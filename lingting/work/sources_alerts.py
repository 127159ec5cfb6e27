"""Our own alerts as rows of the contract `alerts`, by the local day on which they were raised.

One row a half-hour window that breached, as the contract counts them: an alert that stands over several windows gives
several. Alerts about days and weeks, about the machinery and about single calls are not in it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from lingting.clock import bounds
from lingting.store import open_store
from lingting.store.models import Alert, AlertWindow


def alerts_of(day: date) -> list[dict[str, Any]]:
    """Windows noted on a local day, in order."""
    start, end = bounds(day)
    wanted = (
        select(AlertWindow, Alert)
        .join(Alert, Alert.alert_id == AlertWindow.alert_id)
        .where(
            Alert.kind == "kpi",
            Alert.grain == "half_hour",
            AlertWindow.noted_at >= start,
            AlertWindow.noted_at < end,
        )
        .order_by(AlertWindow.noted_at, AlertWindow.alert_id, AlertWindow.window_start_at)
    )
    with open_store()() as session:
        return [_row(window, alert) for window, alert in session.execute(wanted).all()]


def _row(window: AlertWindow, alert: Alert) -> dict[str, Any]:
    """Who took note did so for the windows that were known by then."""
    is_noted = alert.acknowledged_at is not None and alert.acknowledged_at >= window.noted_at
    has_ended = alert.ended_at is not None and alert.ended_at >= window.noted_at
    return {
        "alert_id": f"{alert.alert_id}-{window.window_start_at:%Y%m%d%H%M}",
        "kpi_id": alert.subject,
        "scope": alert.scope,
        "scope_id": alert.scope_id,
        "window_start_at": window.window_start_at,
        "window_end_at": window.window_end_at,
        "value_ratio": window.value,
        "threshold_ratio": alert.threshold,
        "raised_at": window.noted_at,
        "cleared_at": alert.ended_at if has_ended else None,
        "acknowledged_at": alert.acknowledged_at if is_noted else None,
        "acknowledged_by": alert.acknowledged_by if is_noted else None,
    }


SOURCES: dict[str, Callable[[date], list[dict[str, Any]]]] = {"alerts": alerts_of}
