"""Alerts: what stands, the windows and steps behind it, what was told to whom, and what is muted for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base

ALERT_STATES = ("raised", "acknowledged", "cleared", "resolved")
DELIVERY_STATES = ("waiting", "sending", "sent", "dropped", "given_up")
DELIVERY_KINDS = ("raised", "reminder", "cleared")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} in ({listed})"


class Alert(Base):
    """One alert of one rule about one member of a scope, from the window that raised it until it is over.

    ``alert_id`` is made from the rule, the member and the first window, so that the same cause can not raise twice.
    ``threshold`` and ``clear_at`` are the rule's when it was raised; ``last_*`` is the newest window that was judged.
    ``version`` counts the changes: two people who act at once can not overwrite each other.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint(_one_of("state", ALERT_STATES), name="state"),
        CheckConstraint("severity in ('critical', 'warning', 'notice')", name="severity"),
        Index("ix_alerts_state", "state"),
        Index("ix_alerts_rule_id", "rule_id"),
        Index("ix_alerts_raised_at", "raised_at"),
    )

    alert_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(20))
    scope_id: Mapped[str] = mapped_column(String(100))
    object_id: Mapped[str | None] = mapped_column(String(100))
    grain: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20))
    owners: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(20))
    is_above: Mapped[bool] = mapped_column(Boolean)
    threshold: Mapped[float | None] = mapped_column(Float)
    clear_at: Mapped[float | None] = mapped_column(Float)
    window_start_at: Mapped[datetime] = mapped_column(DateTime)
    window_end_at: Mapped[datetime] = mapped_column(DateTime)
    value: Mapped[float | None] = mapped_column(Float)
    n: Mapped[int | None] = mapped_column(Integer)
    last_window_end_at: Mapped[datetime] = mapped_column(DateTime)
    last_value: Mapped[float | None] = mapped_column(Float)
    last_n: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    raised_at: Mapped[datetime] = mapped_column(DateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(100))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime)
    version: Mapped[int] = mapped_column(Integer)


class AlertWindow(Base):
    """A window that breached the rule while its alert stood, the first one included."""

    __tablename__ = "alert_windows"

    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.alert_id", ondelete="CASCADE"), primary_key=True)
    window_start_at: Mapped[datetime] = mapped_column(DateTime, primary_key=True)
    window_end_at: Mapped[datetime] = mapped_column(DateTime)
    value: Mapped[float | None] = mapped_column(Float)
    n: Mapped[int | None] = mapped_column(Integer)
    noted_at: Mapped[datetime] = mapped_column(DateTime)


class AlertStep(Base):
    """What happened to an alert, in order; never changed. ``step_by`` is null where the machine did it."""

    __tablename__ = "alert_steps"
    __table_args__ = (Index("ix_alert_steps_alert_id", "alert_id"),)

    step_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.alert_id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime] = mapped_column(DateTime)
    step_by: Mapped[str | None] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)


class AlertDelivery(Base):
    """One alert to be told on one channel: a row of the outbox. Rows with one ``message_id`` go in one message.

    ``attempts`` and ``next_try_at`` outlive a killed process; a row in ``sending`` is tried again when its time comes.
    """

    __tablename__ = "alert_deliveries"
    __table_args__ = (
        CheckConstraint(_one_of("state", DELIVERY_STATES), name="state"),
        CheckConstraint(_one_of("kind", DELIVERY_KINDS), name="kind"),
        UniqueConstraint("alert_id", "channel", "kind", "round_no", name="uq_alert_deliveries_alert_id"),
        Index("ix_alert_deliveries_state", "state", "next_try_at"),
    )

    delivery_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.alert_id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    round_no: Mapped[int] = mapped_column(Integer)
    message_id: Mapped[str | None] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    next_try_at: Mapped[datetime] = mapped_column(DateTime)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


class AlertMute(Base):
    """A rule, or one member of its scope, that is not told until a time. Alerts are raised and shown all the same."""

    __tablename__ = "alert_mutes"

    mute_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(200))
    scope_id: Mapped[str | None] = mapped_column(String(100))
    until_at: Mapped[datetime] = mapped_column(DateTime)
    muted_at: Mapped[datetime] = mapped_column(DateTime)
    muted_by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)


class AlertMark(Base):
    """How far the engine has come: the first day that it ever judged, the last one, the last live event."""

    __tablename__ = "alert_marks"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    mark: Mapped[str] = mapped_column(String(100))
