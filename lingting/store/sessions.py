"""Sessions of the cockpit: begun at sign-in, ended by sign-out, by doing nothing for a while, or by their age."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from lingting.settings import settings
from lingting.store.accounts import AccountView, now, view
from lingting.store.database import Store
from lingting.store.models import Account, SignedIn

_WRITE_AT_MOST_EVERY = timedelta(seconds=20)  # a page can run several times a second


def start_session(store: Store, user_id: str, at: datetime | None = None) -> str:
    """Begin a session and give its token (256 random bits); the store keeps only the token's hash."""
    moment = at or now()
    token = secrets.token_urlsafe(32)
    with store.begin() as session:
        _forget_expired(session, moment)
        session.add(SignedIn(token_hash=_hash(token), user_id=user_id, started_at=moment, last_seen_at=moment))
    return token


def live_session(store: Store, token: str, at: datetime | None = None) -> AccountView | None:
    """The account of a session that still lives, else None. Counts as the person doing something."""
    moment = at or now()
    with store() as session:
        found = session.get(SignedIn, _hash(token))
        if found is None or _is_over(found, moment):
            return None
        account = session.get(Account, found.user_id)
        if account is None or account.is_disabled:
            return None
        if moment - found.last_seen_at >= _WRITE_AT_MOST_EVERY:
            found.last_seen_at = moment
            session.commit()
        return view(account)


def peek_session(store: Store, token: str, at: datetime | None = None) -> AccountView | None:
    """As ``live_session``, only looking: a page that reads again by itself is nobody doing something."""
    with store() as session:
        found = session.get(SignedIn, _hash(token))
        account = session.get(Account, found.user_id) if found else None
        if found is None or account is None or account.is_disabled or _is_over(found, at or now()):
            return None
        return view(account)


def end_session(store: Store, token: str) -> None:
    with store.begin() as session:
        session.execute(delete(SignedIn).where(SignedIn.token_hash == _hash(token)))


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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
