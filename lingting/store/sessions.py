"""Sessions of the cockpit: begun at sign-in, ended by sign-out, by doing nothing for a while, or by their age.

A session that is not complete waits for what is still to be checked (``Step``) and opens no page.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.settings import settings
from lingting.store.accounts import AccountView, end_all, signed_in, view
from lingting.store.database import Store
from lingting.store.models import Account, SignedIn

MARK_LENGTH = 12
PENDING_LIFE = timedelta(minutes=10)
_WRITE_AT_MOST_EVERY = timedelta(seconds=20)  # a page can run several times a second


class Step(StrEnum):
    """What a sign-in still waits for, in this order."""

    CODE = "code"
    ENROL = "enrol"
    PASSWORD = "password"
    DONE = "done"


@dataclass(frozen=True)
class SessionView:
    """A session as its owner sees it; ``mark`` tells sessions apart and opens nothing. Times are UTC."""

    mark: str
    started_at: datetime
    last_seen_at: datetime
    factor: str
    device: str


def start_session(
    store: Store,
    user_id: str,
    at: datetime | None = None,
    *,
    factor: str = "password",
    device: str = "",
    is_complete: bool = True,
) -> str:
    """Begin a session and give its token (256 random bits); the store keeps only the token's hash."""
    moment = at or now()
    token = secrets.token_urlsafe(32)
    begun = SignedIn(
        token_hash=token_hash(token),
        user_id=user_id,
        started_at=moment,
        last_seen_at=moment,
        is_complete=is_complete,
        factor=factor,
        device=device[:100],
    )
    with store.begin() as session:
        _forget_expired(session, moment)
        session.add(begun)
    return token


def live_session(store: Store, token: str, at: datetime | None = None) -> AccountView | None:
    """The account of a complete session that still lives, else None. Counts as the person doing something."""
    moment = at or now()
    with store() as session:
        found = session.get(SignedIn, token_hash(token))
        if found is None or not found.is_complete or _is_over(found, moment):
            return None
        account = session.get(Account, found.user_id)
        if account is None or account.is_disabled:
            return None
        if moment - found.last_seen_at >= _WRITE_AT_MOST_EVERY:
            found.last_seen_at = moment
            session.commit()
        return view(account)


def peek_session(store: Store, token: str, at: datetime | None = None) -> AccountView | None:
    """As ``live_session``, only looking: a part of a page that refreshes itself is nobody doing something."""
    with store() as session:
        found = session.get(SignedIn, token_hash(token))
        account = session.get(Account, found.user_id) if found else None
        if found is None or account is None or account.is_disabled:
            return None
        return view(account) if found.is_complete and not _is_over(found, at or now()) else None


def pending_session(store: Store, token: str, at: datetime | None = None) -> tuple[AccountView, Step] | None:
    """The account of a session that is being begun, and what it waits for; None when it is over."""
    moment = at or now()
    with store() as session:
        found = session.get(SignedIn, token_hash(token))
        if found is None or found.is_complete or moment - found.started_at >= PENDING_LIFE:
            return None
        account = session.get(Account, found.user_id)
        if account is None or account.is_disabled:
            return None
        return view(account), _step(view(account), found.factor)


def advance(store: Store, token: str, factor: str | None = None, at: datetime | None = None) -> tuple[Step, str]:
    """Note the factor that was checked; a session that waits for nothing more is complete from here on.

    Gives what it waits for, and the strongest factor that was checked.
    """
    moment = at or now()
    with store.begin() as session:
        found = session.get(SignedIn, token_hash(token), with_for_update=True)
        account = session.get(Account, found.user_id) if found else None
        if found is None or account is None or account.is_disabled:
            return Step.CODE, ""
        found.factor = factor or found.factor
        step = _step(view(account), found.factor)
        if step is Step.DONE and not found.is_complete:
            found.is_complete, found.started_at, found.last_seen_at = True, moment, moment
            signed_in(account, moment)
        return step, found.factor


def _step(account: AccountView, factor: str) -> Step:
    if factor == "password" and account.has_second_factor:
        return Step.CODE
    if factor == "password" and settings().cockpit.second_factor == "required":
        return Step.ENROL
    return Step.PASSWORD if account.must_change_password else Step.DONE


def sessions_of(store: Store, user_id: str, at: datetime | None = None) -> list[SessionView]:
    """The live sessions of an account, the latest first."""
    moment = at or now()
    with store() as session:
        wanted = select(SignedIn).where(SignedIn.user_id == user_id, SignedIn.is_complete)
        rows = session.scalars(wanted.order_by(SignedIn.last_seen_at.desc()))
        return [
            SessionView(row.token_hash[:MARK_LENGTH], row.started_at, row.last_seen_at, row.factor, row.device)
            for row in rows
            if not _is_over(row, moment)
        ]


def end_session(store: Store, token: str) -> None:
    with store.begin() as session:
        session.execute(delete(SignedIn).where(SignedIn.token_hash == token_hash(token)))


def end_sessions(store: Store, user_id: str, mark: str | None = None) -> None:
    """End the session with this mark, or every session of the account."""
    with store.begin() as session:
        if mark is None:
            end_all(session, user_id)
        else:
            of_account = delete(SignedIn).where(SignedIn.user_id == user_id)
            session.execute(of_account.where(SignedIn.token_hash.startswith(mark, autoescape=True)))


def session_mark(token: str) -> str:
    """What tells a session apart in the access log and in lists."""
    return token_hash(token)[:MARK_LENGTH]


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def _limits() -> tuple[timedelta, timedelta]:
    """(longest time without doing anything, longest life)"""
    cockpit = settings().cockpit
    return timedelta(minutes=cockpit.session_minutes), timedelta(hours=cockpit.session_hours)


def _is_over(found: SignedIn, moment: datetime) -> bool:
    idle, life = _limits()
    return moment - found.last_seen_at >= idle or moment - found.started_at >= life


def _forget_expired(session: Session, moment: datetime) -> None:
    idle, life = _limits()
    is_over = or_(SignedIn.last_seen_at <= moment - idle, SignedIn.started_at <= moment - life)
    session.execute(delete(SignedIn).where(is_over))
