"""Signing in and out, with an entry in the access log for each attempt. Pages and rights are not here.

Password, then what the session still waits for (lingting/store/sessions.py: Step): a code, an enrolment, a new
password. Or an identity provider's word, which is good once and asks for no code of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from lingting.audit import Stranger, note
from lingting.clock import now
from lingting.errors import UsageError
from lingting.rights import Role
from lingting.settings import settings
from lingting.store import AccountView, Store, account_named, live_session, sign_in
from lingting.store.identities import Identity, account_of, keep_identity, use_once
from lingting.store.second_factor import check_code, confirm_enrolment
from lingting.store.sessions import Step, advance, end_session, pending_session, session_mark, start_session
from lingting.work.refused import Refused


def with_password(store: Store, name: str, password: str, device: str = "") -> tuple[str, Step] | None:
    """A session's token and what it waits for when name and password fit, else None; the caller learns no reason."""
    account = sign_in(store, name, password)
    if account is None:
        tried = account_named(store, name)
        _refused(Stranger(tried.user_id, tried.name) if tried else Stranger(), "password")
        return None
    token = start_session(store, account.user_id, device=device, is_complete=False)
    return token, _go_on(store, token, account, "password")


def with_code(store: Store, token: str, code: str) -> Step | None:
    """What the session waits for after a right code (of the app, or a recovery code); None when it is wrong."""
    account = _waiting(store, token, Step.CODE)
    kind = check_code(store, account.user_id, code)
    if kind is None:
        _refused(Stranger(account.user_id, account.name), "totp")
        return None
    return _go_on(store, token, account, kind)


def with_enrolment(store: Store, token: str, code: str) -> list[str] | None:
    """Recovery codes when the first code of a new second factor is right; ``go_on`` completes the session."""
    account = _waiting(store, token, Step.ENROL)
    codes = confirm_enrolment(store, account.user_id, code)
    if codes is None:
        _refused(Stranger(account.user_id, account.name), "totp")
        return None
    note(account.viewer(session_mark(token)), "change", "account", account.user_id, purpose="enrol_second_factor")
    return codes


def go_on(store: Store, token: str, factor: str | None) -> Step:
    """Note that ``factor`` was checked, if one was, and tell what is next."""
    found = pending_session(store, token)
    if found is None:
        raise Refused("sign_in_over", "this sign-in took too long; begin again")
    return _go_on(store, token, found[0], factor)


def with_identity(store: Store, claims: Mapping[str, object], device: str = "") -> str | None:
    """A session for the person of an identity provider's claims; None when this answer is used or too old.

    Raises Refused: no role among the claims, a scope that does not fit, or an account that is disabled here.
    """
    if not _is_fresh(claims) or not use_once(store, _mark(claims)):
        return None
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    known = account_of(store, issuer, subject)
    stranger = Stranger(known.user_id, known.name) if known else Stranger()
    try:
        if known is not None and known.is_disabled:
            raise Refused("account_disabled", f"the account of {known.name} is disabled here")
        account = _kept(store, claims, issuer, subject)
    except Refused:
        _refused(stranger, "sso")
        raise
    token = start_session(store, account.user_id, factor="sso", device=device)
    viewer = account.viewer(session_mark(token))
    if known is None or known.version != account.version:
        note(viewer, "change", "account", account.user_id, purpose="scope_from_claims")
    note(viewer, "sign_in", "account", account.user_id, purpose="sso")
    return token


def sign_out(store: Store, token: str) -> None:
    """End this session."""
    account = live_session(store, token)
    end_session(store, token)
    if account is not None:
        note(account.viewer(session_mark(token)), "sign_out", "account", account.user_id)


def identity_of(claims: Mapping[str, object]) -> Identity:
    """What the claims say, in our words. Raises Refused when they give no role, or not what the role needs."""
    oidc = settings().oidc
    given = set(_values(claims.get(oidc.role_claim)))
    role = next((Role(ours) for theirs, ours in oidc.roles.items() if theirs in given), None)
    if role is None:
        raise Refused("sso_no_role", "the identity provider gives this person no role that Lingting knows")
    agent = next(iter(_values(claims.get(oidc.agent_claim))), None) if role is Role.AGENT else None
    teams = tuple(_values(claims.get(oidc.teams_claim))) if role is Role.SUPERVISOR else ()
    if (role is Role.AGENT and not agent) or (role is Role.SUPERVISOR and not teams):
        raise Refused("sso_no_scope", f"the identity provider names the role {role} without its agent or teams")
    name = next(iter(_values(claims.get(oidc.name_claim) or claims.get("name") or claims.get("email"))), "")
    employee = next(iter(_values(claims.get(oidc.employee_claim))), None)
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    return Identity(issuer, subject, name.strip() or subject, role, agent, teams, employee)


def _kept(store: Store, claims: Mapping[str, object], issuer: str, subject: str) -> AccountView:
    try:
        return keep_identity(store, identity_of(claims))
    except Refused:
        raise
    except UsageError as error:
        raise Refused("sso_no_scope", str(error)) from error


def _go_on(store: Store, token: str, account: AccountView, factor: str | None) -> Step:
    step, checked = advance(store, token, factor)
    if step is Step.DONE:
        note(account.viewer(session_mark(token)), "sign_in", "account", account.user_id, purpose=checked)
    return step


def _waiting(store: Store, token: str, step: Step) -> AccountView:
    found = pending_session(store, token)
    if found is None or found[1] is not step:
        raise Refused("sign_in_over", "this sign-in took too long; begin again")
    return found[0]


def _refused(who: Stranger, factor: str) -> None:
    note(who, "sign_in", "account", who.user_id, outcome="refused", purpose=factor)


def _is_fresh(claims: Mapping[str, object], at: datetime | None = None) -> bool:
    issued = claims.get("iat")
    if not isinstance(issued, int | float) or not claims.get("iss") or not claims.get("sub"):
        return False
    age = (at or now()) - datetime(1970, 1, 1) - timedelta(seconds=issued)
    return abs(age) <= timedelta(minutes=settings().oidc.fresh_minutes)


def _mark(claims: Mapping[str, object]) -> str:
    """What tells one answer of the provider from all others."""
    return "\n".join(str(claims.get(name)) for name in ("iss", "sub", "aud", "iat", "nonce", "jti", "at_hash"))


def _values(claim: object) -> list[str]:
    """A claim as a list of texts: providers send one text, a list, or a text with commas."""
    if isinstance(claim, str):
        return [part.strip() for part in claim.split(",") if part.strip()]
    if isinstance(claim, list | tuple):
        return [str(part).strip() for part in claim if str(part).strip()]
    return [] if claim is None else [str(claim)]
