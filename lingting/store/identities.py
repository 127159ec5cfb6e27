"""Accounts of people whom an identity provider vouches for, keyed by issuer and subject.

What the provider's claims mean is in lingting/work/sign_in.py.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.rights import Role
from lingting.store.accounts import AccountView, check_scope, name_key, signed_in, team_list, view
from lingting.store.database import Store
from lingting.store.models import Account, AccountTeam, UsedIdentity

_KEEP_MARKS = timedelta(days=2)  # much longer than an answer counts as fresh


@dataclass(frozen=True)
class Identity:
    """What an identity provider says of a person, in our words."""

    issuer: str
    subject: str
    name: str
    role: Role
    agent_id: str | None = None
    team_ids: tuple[str, ...] = ()
    employee_id: str | None = None


def use_once(store: Store, mark: str, at: datetime | None = None) -> bool:
    """Whether this answer of the provider is used for the first time; from here on it is used."""
    moment = at or now()
    try:
        with store.begin() as session:
            session.execute(delete(UsedIdentity).where(UsedIdentity.used_at < moment - _KEEP_MARKS))
            session.add(UsedIdentity(mark=hashlib.sha256(mark.encode("utf-8")).hexdigest(), used_at=moment))
    except IntegrityError:
        return False
    return True


def account_of(store: Store, issuer: str, subject: str) -> AccountView | None:
    with store() as session:
        found = _found(session, issuer, subject)
        return view(found) if found else None


def keep_identity(store: Store, identity: Identity, at: datetime | None = None) -> AccountView:
    """Make the person's account, or bring its role and scope up to date. UsageError when the scope does not fit."""
    moment = at or now()
    teams = team_list(identity.team_ids)
    check_scope(identity.name, identity.role, identity.agent_id, teams)
    with store.begin() as session:
        account = _found(session, identity.issuer, identity.subject)
        if account is None:
            account = _made(session, identity, moment)
        if account.role != identity.role.value:
            account.role_since = moment
        scope = (account.role, account.agent_id, [team.team_id for team in account.teams], account.employee_id)
        employee = identity.employee_id or identity.agent_id
        if scope != (identity.role.value, identity.agent_id, teams, employee):
            account.version += 1
            account.role, account.agent_id, account.employee_id = identity.role.value, identity.agent_id, employee
            set_teams(account, teams)
        signed_in(account, moment)
        session.flush()
        return view(account)


def set_teams(account: Account, teams: list[str]) -> None:
    """Replace the teams of an account, keeping the rows that stay."""
    kept = {team.team_id: team for team in account.teams}
    account.teams = [kept.get(team) or AccountTeam(team_id=team) for team in teams]


def _found(session: Session, issuer: str, subject: str) -> Account | None:
    wanted = select(Account).where(Account.issuer == issuer, Account.subject == subject)
    return session.scalars(wanted.with_for_update()).one_or_none()


def _made(session: Session, identity: Identity, moment: datetime) -> Account:
    """A new account. A name that is taken gets a mark of the person: the other account must not be taken over."""
    name = identity.name[:80]
    if session.scalar(select(Account.user_id).where(Account.name_key == name_key(name))):
        name = f"{name} {hashlib.sha256(f'{identity.issuer} {identity.subject}'.encode()).hexdigest()[:8]}"
    account = Account(
        user_id=str(uuid.uuid4()),
        name=name,
        name_key=name_key(name),
        role=identity.role.value,
        agent_id=identity.agent_id,
        employee_id=identity.employee_id or identity.agent_id,
        password_hash="",
        is_disabled=False,
        must_change_password=False,
        created_at=moment,
        role_since=moment,
        n_failed=0,
        version=1,
        issuer=identity.issuer,
        subject=identity.subject,
        second_factor=None,
        teams=[AccountTeam(team_id=team) for team in team_list(identity.team_ids)],
    )
    session.add(account)
    session.flush()
    return account
