"""The tables of the store. How they came to be is in migrations/; a test holds the two equal.

Times are UTC without a zone, as everywhere in Lingting, so that SQLite and PostgreSQL agree.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, DateTime, Float, ForeignKey, Index, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Role(StrEnum):
    """What a person may see: an agent the own calls, a supervisor the own teams, the management everything."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGEMENT = "management"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Account(Base):
    """One person who may sign in. ``name_key`` makes the name unique whatever its case or width."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("role in ('agent', 'supervisor', 'management')", name="role"),
        CheckConstraint("role <> 'agent' or agent_id is not null", name="agent_id"),
    )

    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    agent_id: Mapped[str | None] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(255))
    is_disabled: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime)
    n_failed: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None] = mapped_column(DateTime)
    teams: Mapped[list[AccountTeam]] = relationship(
        cascade="all, delete-orphan", order_by="AccountTeam.team_id", lazy="selectin"
    )


class AccountTeam(Base):
    """A team that an account may see."""

    __tablename__ = "account_teams"

    user_id: Mapped[str] = mapped_column(ForeignKey("accounts.user_id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(100), primary_key=True)


class SignedIn(Base):
    """A session of the cockpit. Only the hash of its token is kept: who reads the store can not take a session over."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id", "user_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("accounts.user_id", ondelete="CASCADE"))
    started_at: Mapped[datetime] = mapped_column(DateTime)
    last_seen_at: Mapped[datetime] = mapped_column(DateTime)


class LiveAlert(Base):
    """An alert of a call that went on (`lingting live`). Words are masked; ``alert_no`` counts in the order of storing.

    ``at_seconds`` is the second of the call. Times and scores as in asr_jobs; a call may have several rows a rule.
    """

    __tablename__ = "live_alerts"
    __table_args__ = (
        CheckConstraint("kind in ('risk', 'forbidden', 'silence', 'notice_missing')", name="kind"),
        Index("ix_live_alerts_call_id", "call_id"),
        Index("ix_live_alerts_raised_at", "raised_at"),
    )

    alert_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    alert_id: Mapped[str] = mapped_column(String(36), unique=True)
    call_id: Mapped[str] = mapped_column(String(100))
    queue_id: Mapped[str | None] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    rule_id: Mapped[str] = mapped_column(String(100))
    rule_version: Mapped[str] = mapped_column(String(20))
    at_seconds: Mapped[float] = mapped_column(Float)
    raised_at: Mapped[datetime] = mapped_column(DateTime)
    speaker: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(Text)
    phrase: Mapped[str | None] = mapped_column(Text)
    score: Mapped[float | None] = mapped_column(Float)
    is_partial: Mapped[bool] = mapped_column(Boolean)
    script: Mapped[str | None] = mapped_column(Text)
    script_version: Mapped[str | None] = mapped_column(String(20))
