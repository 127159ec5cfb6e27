"""Accounts, the teams they may see, their second factor, their sessions, and who confirmed that they are needed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lingting.rights import Role
from lingting.store.models.base import Base

_ROLES = ", ".join(f"'{role}'" for role in Role)


class Account(Base):
    """One person who may sign in. ``name_key`` makes the name unique whatever its case or width.

    ``employee_id`` is the person in the lists of staff and in what is loaded back (who scored, who owns an issue).
    ``issuer`` and ``subject`` name the person at an identity provider; such an account has an empty password hash,
    which no password fits. ``version`` counts changes of role and scope, so that two administrators can not overwrite
    each other unseen.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(f"role in ({_ROLES})", name="role"),
        CheckConstraint("role <> 'agent' or agent_id is not null", name="agent_id"),
        UniqueConstraint("issuer", "subject", name="uq_accounts_issuer"),
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
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    issuer: Mapped[str | None] = mapped_column(String(300))
    subject: Mapped[str | None] = mapped_column(String(255))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime)
    role_since: Mapped[datetime | None] = mapped_column(DateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    second_factor: Mapped[SecondFactor | None] = relationship(cascade="all, delete-orphan", lazy="selectin")
    teams: Mapped[list[AccountTeam]] = relationship(
        cascade="all, delete-orphan", order_by="AccountTeam.team_id", lazy="selectin"
    )


class AccountTeam(Base):
    """A team that an account may see."""

    __tablename__ = "account_teams"

    user_id: Mapped[str] = mapped_column(ForeignKey("accounts.user_id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(100), primary_key=True)


class SecondFactor(Base):
    """The secret of an authenticator app, sealed (lingting/store/sealing.py).

    ``pending`` waits for its first code. ``last_step`` is the time step of the latest code: an older or equal one is
    refused, so that a code works once.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[str] = mapped_column(ForeignKey("accounts.user_id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(Text)
    pending: Mapped[str | None] = mapped_column(Text)
    enrolled_at: Mapped[datetime | None] = mapped_column(DateTime)
    last_step: Mapped[int] = mapped_column(Integer, default=0)


class RecoveryCode(Base):
    """The hash of a code that stands in once for a lost second factor."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[str] = mapped_column(ForeignKey("accounts.user_id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime)


class UsedIdentity(Base):
    """An answer of an identity provider that began a session. It is good once, whatever cookie still holds it."""

    __tablename__ = "used_identities"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(DateTime)


class Attestation(Base):
    """Somebody's word that an account and its rights were needed at a time."""

    __tablename__ = "attestations"
    __table_args__ = (Index("ix_attestations_user_id", "user_id"),)

    attestation_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("accounts.user_id", ondelete="CASCADE"))
    attested_at: Mapped[datetime] = mapped_column(DateTime)
    attested_by: Mapped[str] = mapped_column(String(36))
    attested_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(Text)


class SignedIn(Base):
    """A session of the cockpit. Only the hash of its token is kept: who reads the store can not take a session over.

    One that is not complete waits for a code, an enrolment or a new password, and opens no page. ``factor``: what was
    checked last (password, totp, recovery, sso); ``device``: browser and system, coarse, for the person to tell apart.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id", "user_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("accounts.user_id", ondelete="CASCADE"))
    started_at: Mapped[datetime] = mapped_column(DateTime)
    last_seen_at: Mapped[datetime] = mapped_column(DateTime)
    is_complete: Mapped[bool] = mapped_column(Boolean, default=True)
    factor: Mapped[str] = mapped_column(String(20), default="password")
    device: Mapped[str] = mapped_column(String(100), default="")
