"""Accounts: adding, listing, disabling, changing a password, and the check at the door with its lock-out.

Sessions are in sessions.py, the second factor in second_factor.py, what each role may read in lingting/rights.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.errors import UsageError
from lingting.rights import Role, Viewer
from lingting.store.database import Store
from lingting.store.models import Account, AccountTeam, SignedIn
from lingting.store.passwords import check_policy, hash_password, is_correct, needs_rehash

FREE_ATTEMPTS = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)


@dataclass(frozen=True)
class AccountView:
    """An account without its password hash. Times are UTC."""

    user_id: str
    name: str
    role: Role
    agent_id: str | None
    team_ids: tuple[str, ...]
    is_disabled: bool
    created_at: datetime
    last_login_at: datetime | None
    locked_until: datetime | None
    employee_id: str | None = None
    has_second_factor: bool = False
    must_change_password: bool = False
    is_sso: bool = False
    disabled_at: datetime | None = None
    role_since: datetime | None = None
    version: int = 1

    def viewer(self, session: str = "") -> Viewer:
        """The person as questions and work know it; ``session``: a mark of this sign-in for the access log."""
        return Viewer(self.role, self.agent_id, self.team_ids, self.name, self.user_id, self.employee_id, session)


def name_key(name: str) -> str:
    """Two names are the same when only case, width or outer blanks differ."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def view(account: Account) -> AccountView:
    return AccountView(
        user_id=account.user_id,
        name=account.name,
        role=Role(account.role),
        agent_id=account.agent_id,
        team_ids=tuple(team.team_id for team in account.teams),
        is_disabled=account.is_disabled,
        created_at=account.created_at,
        last_login_at=account.last_login_at,
        locked_until=account.locked_until,
        employee_id=account.employee_id,
        has_second_factor=account.second_factor is not None and account.second_factor.secret is not None,
        must_change_password=account.must_change_password,
        is_sso=account.issuer is not None,
        disabled_at=account.disabled_at,
        role_since=account.role_since,
        version=account.version,
    )


def add_account(
    store: Store,
    name: str,
    role: Role,
    password: str,
    agent_id: str | None = None,
    team_ids: Iterable[str] = (),
    employee_id: str | None = None,
    must_change_password: bool = False,
) -> AccountView:
    """Add an account. Raises ``UsageError`` for a name in use, a weak password, or a scope that does not fit."""
    shown = name.strip()
    teams = team_list(team_ids)
    check_scope(shown, role, agent_id, teams)
    check_policy(password, shown)
    made_at = now()
    account = Account(
        user_id=str(uuid.uuid4()),
        name=shown,
        name_key=name_key(shown),
        role=role.value,
        agent_id=agent_id,
        employee_id=employee_id or agent_id,
        password_hash=hash_password(password),
        is_disabled=False,
        must_change_password=must_change_password,
        created_at=made_at,
        role_since=made_at,
        last_login_at=None,
        n_failed=0,
        locked_until=None,
        second_factor=None,
        teams=[AccountTeam(team_id=team) for team in teams],
    )
    try:
        with store.begin() as session:
            session.add(account)
    except IntegrityError:
        raise UsageError(f"an account called {shown} exists already; choose another name") from None
    return view(account)


def team_list(team_ids: Iterable[str]) -> list[str]:
    """Each team once, in order."""
    return sorted({team.strip() for team in team_ids if team.strip()})


def check_scope(name: str, role: Role, agent_id: str | None, teams: list[str]) -> None:
    """Raise ``UsageError`` unless agent and teams fit the role."""
    if not name or len(name) > 100:
        raise UsageError("the name of the account must have 1 to 100 characters")
    if role is Role.AGENT and not agent_id:
        raise UsageError(f"{name} is an agent: say which one with --agent ID, as in the list of agents")
    if role is not Role.AGENT and agent_id:
        raise UsageError(f"--agent fits only the role agent; leave it out for {name}")
    if role is Role.SUPERVISOR and not teams:
        raise UsageError(f"{name} is a supervisor: name at least one team with --team ID")
    if role is not Role.SUPERVISOR and teams:
        raise UsageError(f"--team fits only the role supervisor; leave it out for {name}")


def list_accounts(store: Store) -> list[AccountView]:
    """Every account, in the order of the names."""
    with store() as session:
        return [view(account) for account in session.scalars(select(Account).order_by(Account.name_key))]


def set_disabled(store: Store, name: str, is_disabled: bool) -> AccountView:
    """Disable or enable an account. Disabling ends its sessions; enabling also forgets failed attempts."""
    with store.begin() as session:
        account = named(session, name)
        disable(session, account, is_disabled)
        return view(account)


def disable(session: Session, account: Account, is_disabled: bool) -> None:
    """As set_disabled, within the caller's transaction."""
    if account.is_disabled != is_disabled:
        account.disabled_at = now() if is_disabled else None
    account.is_disabled = is_disabled
    if is_disabled:
        end_all(session, account.user_id)
    else:
        account.n_failed, account.locked_until = 0, None


def end_all(session: Session, user_id: str, but: str | None = None) -> None:
    """End the sessions of an account, but for the one with the token hash ``but``."""
    wanted = delete(SignedIn).where(SignedIn.user_id == user_id)
    session.execute(wanted if but is None else wanted.where(SignedIn.token_hash != but))


def set_password(
    store: Store, name: str, password: str, must_change: bool = False, keep: str | None = None
) -> AccountView:
    """Set a new password, forget failed attempts, and end the sessions that the old one began.

    ``must_change``: the person has to replace it when signing in. ``keep``: the token hash of a session that goes on.
    """
    with store() as session:
        if named(session, name).issuer is not None:
            raise UsageError(f"{name} signs in by the identity provider and has no password here; change it there")
    check_policy(password, name)
    hashed = hash_password(password)
    with store.begin() as session:
        account = named(session, name)
        account.password_hash, account.must_change_password = hashed, must_change
        account.n_failed, account.locked_until = 0, None
        end_all(session, account.user_id, keep)
        return view(account)


def named(session: Session, name: str) -> Account:
    account = session.scalars(select(Account).where(Account.name_key == name_key(name))).one_or_none()
    if account is None:
        raise UsageError(f"no account is called {name}; `lingting user list` shows them all")
    return account


def lock_after(n_failed: int) -> timedelta | None:
    """How long an account is locked after so many failures in a row: none, then doubling from a minute to an hour."""
    if n_failed < FREE_ATTEMPTS:
        return None
    doublings = min(n_failed - FREE_ATTEMPTS, 20)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def sign_in(store: Store, name: str, password: str, at: datetime | None = None) -> AccountView | None:
    """The account when name and password fit, else None: unknown, wrong, disabled and locked look and cost the same.

    Where a second factor is still to be checked, earlier failures are not forgotten: that is up to the code.
    ``at`` is the time of the attempt (UTC), now when left out.
    """
    moment = at or now()
    with store() as session:
        found = session.scalars(select(Account).where(Account.name_key == name_key(name))).one_or_none()
    fits = is_correct(found.password_hash if found else None, password)
    if found is None:
        return None
    new_hash = hash_password(password) if fits and needs_rehash(found.password_hash) else None
    with store.begin() as session:
        # Read again and locked: attempts made side by side must each count.
        query = select(Account).where(Account.user_id == found.user_id).with_for_update()
        account = session.scalars(query).one_or_none()
        if account is None or account.is_disabled or is_locked(account, moment):
            return None
        if not fits:
            count_failure(session, account, moment)
            return None
        account.password_hash = new_hash or account.password_hash
        found_view = view(account)
        if not found_view.has_second_factor:
            signed_in(account, moment)
        return view(account)


def is_own_password(store: Store, user_id: str, password: str, at: datetime | None = None) -> bool:
    """Whether somebody who is signed in knows the own password; a wrong answer counts towards the lock."""
    moment = at or now()
    with store() as session:
        found = session.get(Account, user_id)
    if found is None or is_locked(found, moment):
        return False
    if is_correct(found.password_hash, password):
        return True
    with store.begin() as session:
        account = session.get(Account, user_id, with_for_update=True)
        if account is not None:
            count_failure(session, account, moment)
    return False


def has_password(store: Store, user_id: str, password: str) -> bool:
    """Whether the account has this password now; counts nothing."""
    with store() as session:
        found = session.get(Account, user_id)
    return is_correct(found.password_hash if found else None, password)


def account_by_id(store: Store, user_id: str) -> AccountView | None:
    with store() as session:
        found = session.get(Account, user_id)
        return view(found) if found else None


def account_named(store: Store, name: str) -> AccountView | None:
    with store() as session:
        account = session.scalars(select(Account).where(Account.name_key == name_key(name))).one_or_none()
        return view(account) if account else None


def signed_in(account: Account, moment: datetime) -> None:
    """Everything that was asked for was right: earlier failures are forgotten."""
    account.n_failed, account.locked_until, account.last_login_at = 0, None, moment


def count_failure(session: Session, account: Account, moment: datetime) -> None:
    """One more wrong password or code; locks the account from the fifth on."""
    account.n_failed = Account.n_failed + 1
    session.flush()
    session.refresh(account)
    lock = lock_after(account.n_failed)
    account.locked_until = moment + lock if lock else None


def is_locked(account: Account, moment: datetime) -> bool:
    return account.locked_until is not None and moment < account.locked_until
