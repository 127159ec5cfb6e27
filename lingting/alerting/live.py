"""Alerts of calls that go on: what `lingting live` wrote into the store becomes an alert, one a call and kind.

No words of a call are taken over, only which call, which rule and at which second.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingting.alerting.engine import Window
from lingting.alerting.keeping import STANDING, Found, alert_id, clear, raise_alert
from lingting.alerting.rules import AlertRule
from lingting.settings import settings
from lingting.store.models import Alert, AlertMark, LiveAlert

_MARK = "live_alert_no"
_AT_ONCE = 1000


def follow_calls(session: Session, known: dict[str, AlertRule], at: datetime) -> Found:
    """Take over the events behind the last one taken; end what nobody settled for long."""
    stands = timedelta(minutes=settings().alerting.live_stands_minutes)
    found = Found()
    mark = session.get(AlertMark, _MARK)
    after = int(mark.mark) if mark else 0
    wanted = select(LiveAlert).where(LiveAlert.alert_no > after).order_by(LiveAlert.alert_no).limit(_AT_ONCE)
    for event in session.scalars(wanted):
        after = event.alert_no
        rule = known.get(f"live_{event.kind}")
        if rule is not None and at - event.raised_at <= stands:
            _take(session, rule, event, at, found)
    session.merge(AlertMark(name=_MARK, mark=str(after)))
    over = select(Alert).where(Alert.kind == "live", Alert.state.in_(STANDING), Alert.raised_at < at - stands)
    for alert in session.scalars(over):
        clear(session, alert, at, "expired")
        found.cleared.append(alert)
    return found


def _take(session: Session, rule: AlertRule, event: Any, at: datetime, found: Found) -> None:
    scope, member = ("queue", event.queue_id) if event.queue_id else ("centre", "centre")
    known = session.get(Alert, alert_id(rule.rule_id, member, event.call_id))
    if known is not None:
        known.last_n = (known.last_n or 0) + 1
        known.last_window_end_at = max(known.last_window_end_at, event.raised_at)
        return
    window = Window(event.raised_at, event.raised_at, None, 1)
    raised = raise_alert(
        session, rule, member, window, at,
        what=event.call_id, scope=scope, object_id=event.call_id, detail=f"{event.at_seconds:.0f}",
    )  # fmt: skip
    if raised is not None:
        found.raised.append(raised)
