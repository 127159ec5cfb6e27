"""What people do with their own account: password, second factor, recovery codes, sessions; all in the access log."""

from __future__ import annotations

from lingting.audit import note
from lingting.errors import UsageError
from lingting.rights import Viewer
from lingting.store import AccountView, Store, set_password
from lingting.store.accounts import has_password, is_own_password
from lingting.store.second_factor import begin_enrolment, check_code, confirm_enrolment, new_recovery_codes
from lingting.store.sessions import end_sessions, pending_session, session_mark, token_hash
from lingting.work.refused import Refused


def change_password(store: Store, viewer: Viewer, token: str, old: str, new: str) -> None:
    """Replace the own password; the other sessions of the account end, this one goes on."""
    if not is_own_password(store, viewer.user_id, old):
        _note(viewer, "change_password", is_done=False)
        raise Refused("wrong_password", "the old password is not right, or the account is locked for a while")
    _replace(store, viewer, token, new)


def replace_first_password(store: Store, token: str, new: str) -> None:
    """Replace the password that an administrator set, while signing in."""
    found = pending_session(store, token)
    if found is None:
        raise Refused("sign_in_over", "this sign-in took too long; begin again")
    account = found[0]
    _replace(store, account.viewer(session_mark(token)), token, new)


def _replace(store: Store, viewer: Viewer, token: str, new: str) -> None:
    if has_password(store, viewer.user_id, new):
        raise Refused("same_password", "the new password is the old one; choose another")
    _note(viewer, "change_password")
    try:
        set_password(store, viewer.name, new, keep=token_hash(token))
    except UsageError as error:
        raise Refused("weak_password", str(error)) from error


def start_second_factor(store: Store, account: AccountView, code: str | None = None) -> str:
    """A new secret for an authenticator app. Who has a second factor already shows it with a code first."""
    if account.is_sso:
        raise Refused("account_no_password", "who signs in by the identity provider has the second factor there")
    if account.has_second_factor and check_code(store, account.user_id, code or "") is None:
        _note(account.viewer(), "replace_second_factor", is_done=False)
        raise Refused("wrong_code", "the code is not right or was used already")
    return begin_enrolment(store, account.user_id)


def confirm_second_factor(store: Store, viewer: Viewer, code: str) -> list[str]:
    """Put the new second factor to use; gives the recovery codes, which are shown once."""
    codes = confirm_enrolment(store, viewer.user_id, code)
    if codes is None:
        _note(viewer, "enrol_second_factor", is_done=False)
        raise Refused("wrong_code", "the code is not right or was used already")
    _note(viewer, "enrol_second_factor")
    return codes


def renew_recovery_codes(store: Store, viewer: Viewer, code: str) -> list[str]:
    """Ten new recovery codes against a code of the app; the old ones work no more."""
    if check_code(store, viewer.user_id, code) is None:
        _note(viewer, "recovery_codes", is_done=False)
        raise Refused("wrong_code", "the code is not right or was used already")
    _note(viewer, "recovery_codes")
    return new_recovery_codes(store, viewer.user_id)


def end_one(store: Store, viewer: Viewer, mark: str) -> None:
    """End one of the own sessions."""
    _note(viewer, "end_session")
    end_sessions(store, viewer.user_id, mark)


def end_everywhere(store: Store, viewer: Viewer) -> None:
    """Sign out on every device, this one too."""
    note(viewer, "sign_out", "account", viewer.user_id, purpose="everywhere")
    end_sessions(store, viewer.user_id)


def _note(viewer: Viewer, what: str, is_done: bool = True) -> None:
    outcome = "done" if is_done else "refused"
    note(viewer, "change", "account", viewer.user_id, outcome=outcome, purpose=what)  # type: ignore[arg-type]
