"""Accounts, the teams they may see, and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lingting.rights import Role
from lingting.store.models.base import Base

_ROLES = ", ".join(f"'{role}'" for role in Role)


class Account(Base):
    """One person who may sign in. ``name_key`` makes the name unique whatever its case or width.

    ``employee_id`` is the person in the lists of staff and in what is loaded back (who scored, who owns an issue).
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(f"role in ({_ROLES})", name="role"),
        CheckConstraint("role <> 'agent' or agent_id is not null", name="agent_id"),
    )

    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    agent_id: Mapped[str | None] = mapped_column(String(100))
    employee_id: Mapped[str | None] = mapped_column(String(100))
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
