"""What people do with alerts: take note, resolve, mute a rule for a while. Within the right and the own scope."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingting.alerting.feed import is_open_to, own_queues
from lingting.alerting.keeping import STANDING, step
from lingting.alerting.rules import rules
from lingting.audit import note
from lingting.clock import now
from lingting.rights import Viewer
from lingting.store.database import Store
from lingting.store.models import Alert, AlertMute
from lingting.work.refused import Refused, must

LONGEST_NOTE = 500
LONGEST_MUTE = timedelta(days=7)


def acknowledge(
    store: Store, viewer: Viewer, alert_id: str, text: str, version: int | None = None, at: datetime | None = None
) -> None:
    """Take note of a standing alert: reminders stop. Raises Refused."""
    moment = at or now()
    with store.begin() as session:
        alert = _own(session, viewer, alert_id, version)
        if alert.state != "raised":
            raise Refused("alert_not_raised", f"the alert is {alert.state}; only a raised one can be acknowledged")
        alert.state, alert.acknowledged_at, alert.acknowledged_by = "acknowledged", moment, viewer.person
        step(session, alert, "acknowledged", moment, viewer.person, _text(text, "alert_note_missing"))


def resolve(
    store: Store, viewer: Viewer, alert_id: str, reason: str, version: int | None = None, at: datetime | None = None
) -> None:
    """End a standing alert with a reason. Windows that breach after this raise a new one. Raises Refused."""
    moment = at or now()
    with store.begin() as session:
        alert = _own(session, viewer, alert_id, version)
        if alert.state not in STANDING:
            raise Refused("alert_over", f"the alert is {alert.state}; there is nothing to resolve")
        alert.state, alert.ended_at = "resolved", moment
        step(session, alert, "resolved", moment, viewer.person, _text(reason, "alert_reason_missing"))


def mute(
    store: Store,
    viewer: Viewer,
    rule_id: str,
    until_at: datetime,
    reason: str,
    scope_id: str | None = None,
    at: datetime | None = None,
) -> str:
    """Tell nobody of a rule (or one member of its scope) until a time; the feed goes on. Gives the mute's id."""
    moment = at or now()
    must(viewer, "acknowledge_alert")
    rule = rules().get(rule_id)
    if rule is None or viewer.role not in rule.owners:
        raise Refused("not_yours", f"{rule_id} is no rule of the role {viewer.role}; see `lingting alerts rules`")
    if not moment < until_at <= moment + LONGEST_MUTE:
        raise Refused("alert_mute_too_long", f"a mute ends within {LONGEST_MUTE.days} days from now")
    with store.begin() as session:
        found = AlertMute(
            mute_id=str(uuid.uuid4()),
            rule_id=rule_id,
            scope_id=scope_id,
            until_at=until_at,
            muted_at=moment,
            muted_by=viewer.person,
            reason=_text(reason, "alert_reason_missing"),
        )
        session.add(found)
        return found.mute_id


def _own(session: Session, viewer: Viewer, alert_id: str, version: int | None) -> Alert:
    """The alert, for a person who may act on it; one that does not exist and a foreign one get the same answer."""
    must(viewer, "acknowledge_alert")
    queues = own_queues(viewer)
    alert = session.scalars(select(Alert).where(Alert.alert_id == alert_id).with_for_update()).one_or_none()
    if alert is None or not is_open_to(viewer, alert, queues):
        note(viewer, "change", "alert", alert_id, outcome="refused")
        raise Refused("alert_not_found", "there is no such alert among yours; open the feed again")
    if version is not None and alert.version != version:
        raise Refused("alert_changed", "somebody else changed the alert meanwhile; look at it again")
    return alert


def _text(given: str, code: str) -> str:
    text = " ".join(given.split())
    if not text:
        raise Refused(code, "say in a few words what was done or found")
    return text[:LONGEST_NOTE]
