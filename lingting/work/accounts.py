"""What administrators do with accounts, and the monthly attestation. Each change is an entry of the access log.

The entry is written before the change is kept: a change that can not be noted is not made. What people do with their
own account is in own_account.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from lingting.audit import note
from lingting.clock import now
from lingting.errors import UsageError
from lingting.rights import Role, Viewer
from lingting.store import AccountView, Store, add_account, list_accounts, set_password
from lingting.store.accounts import check_scope, disable, end_all, team_list, view
from lingting.store.attestations import AttestationView, attest, latest_attestations
from lingting.store.identities import set_teams
from lingting.store.models import Account
from lingting.store.second_factor import forget_second_factor
from lingting.work.refused import Refused, must

_PASSWORD_BYTES = 12  # 16 letters and digits, to be replaced at the first sign-in


def all_accounts(store: Store, viewer: Viewer) -> list[AccountView]:
    """Every account, for those who administer or confirm them."""
    _must_see(viewer)
    return list_accounts(store)


def attestations(store: Store, viewer: Viewer) -> dict[str, AttestationView]:
    """The latest confirmation of each account."""
    _must_see(viewer)
    return latest_attestations(store)


def add(
    store: Store,
    viewer: Viewer,
    name: str,
    role: Role,
    agent_id: str | None = None,
    team_ids: Sequence[str] = (),
    employee_id: str | None = None,
) -> tuple[AccountView, str]:
    """A new account and its first password, which the person replaces when signing in; it is shown once."""
    must(viewer, "accounts")
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    note(viewer, "change", "account", name.strip()[:100], purpose="add")
    try:
        added = add_account(store, name, role, password, agent_id or None, team_ids, employee_id or None, True)
    except UsageError as error:
        raise _of_scope(error) from error
    return added, password


def set_enabled(store: Store, viewer: Viewer, user_id: str, is_enabled: bool) -> AccountView:
    """Enable or disable; disabling ends the sessions, enabling lifts a lock."""
    return _changed(
        store,
        viewer,
        user_id,
        "enable" if is_enabled else "disable",
        lambda session, account: disable(session, account, not is_enabled),
    )


def change_scope(
    store: Store,
    viewer: Viewer,
    user_id: str,
    version: int,
    role: Role,
    agent_id: str | None = None,
    team_ids: Sequence[str] = (),
    employee_id: str | None = None,
) -> AccountView:
    """Another role, agent, teams or employee. Refused when somebody else changed the account since ``version``."""

    def write(_session: Session, account: Account) -> None:
        if account.version != version:
            raise Refused("account_changed", f"somebody else changed the account {account.name}; look at it again")
        if account.issuer is not None:
            raise Refused("account_of_provider", f"the identity provider decides on {account.name}; change it there")
        teams = team_list(team_ids)
        try:
            check_scope(account.name, role, agent_id or None, teams)
        except UsageError as error:
            raise _of_scope(error) from error
        if account.role != role.value:
            account.role_since = now()
        account.role, account.agent_id = role.value, agent_id or None
        account.employee_id = employee_id or agent_id or None
        account.version = version + 1
        set_teams(account, teams)

    return _changed(store, viewer, user_id, "scope", write)


def reset_password(store: Store, viewer: Viewer, user_id: str) -> str:
    """A new first password, shown once; ends the sessions of the account."""
    found = _other(store, viewer, user_id)
    if found.is_sso:
        raise Refused("account_no_password", f"{found.name} signs in by the identity provider and has no password here")
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    note(viewer, "change", "account", user_id, purpose="reset_password")
    set_password(store, found.name, password, must_change=True)
    return password


def reset_second_factor(store: Store, viewer: Viewer, user_id: str) -> AccountView:
    """Take the second factor and the recovery codes away, and end the sessions: the person enrols again."""

    def write(session: Session, account: Account) -> None:
        forget_second_factor(session, account.user_id)
        session.expire(account, ["second_factor"])
        end_all(session, account.user_id)

    return _changed(store, viewer, user_id, "reset_second_factor", write)


def end_sessions_of(store: Store, viewer: Viewer, user_id: str) -> AccountView:
    """Sign the person out everywhere."""
    return _changed(store, viewer, user_id, "end_sessions", lambda session, account: end_all(session, account.user_id))


def attest_accounts(store: Store, viewer: Viewer, user_ids: Sequence[str]) -> int:
    """Confirm that these accounts and their rights are needed. Nobody confirms the own account."""
    must(viewer, "attest")
    if viewer.user_id in user_ids:
        raise Refused("account_own", "nobody confirms the own account; somebody else does")
    for user_id in user_ids:
        note(viewer, "change", "account", user_id, purpose="attest")
        attest(store, user_id, viewer.user_id, viewer.name)
    return len(user_ids)


def _must_see(viewer: Viewer) -> None:
    if not viewer.may("attest"):
        must(viewer, "accounts")


def _other(store: Store, viewer: Viewer, user_id: str) -> AccountView:
    """The account of somebody else."""
    must(viewer, "accounts")
    if user_id == viewer.user_id:
        raise Refused("account_own", "an administrator does not administer the own account; somebody else does")
    with store() as session:
        found = session.get(Account, user_id)
        if found is None:
            raise Refused("account_gone", "there is no such account; look at the list again")
        return view(found)


def _changed(
    store: Store, viewer: Viewer, user_id: str, what: str, write: Callable[[Session, Account], None]
) -> AccountView:
    _other(store, viewer, user_id)
    with store.begin() as session:
        account = session.get_one(Account, user_id, with_for_update=True)
        write(session, account)
        session.flush()
        note(viewer, "change", "account", user_id, purpose=what)
        return view(account)


def _of_scope(error: UsageError) -> Refused:
    code = "account_name_taken" if "exists already" in str(error) else "account_scope"
    return Refused(code, str(error))
