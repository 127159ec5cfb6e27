"""Who is signed in, in this browser tab. Accounts and sessions themselves are in lingting/store, the steps of signing
in in lingting/work/sign_in.py, their forms in dashboards/views/sign_in.py.

The token lives in the tab's Streamlit session and, so that a reload or a link does not ask for the password again, in
an HttpOnly cookie that the page's script can not read: see dashboards/server.py for how it is set.
"""

from __future__ import annotations

import json
import re
import secrets

import streamlit as st

from dashboards import last_good, tickets
from lingting.settings import settings
from lingting.store import AccountView, StoreDown, live_session, open_store, session_mark
from lingting.store.sessions import Step, pending_session
from lingting.work import Refused, sign_in

COOKIE = "lingting_session"
COOKIE_PATH = "/session"
TICKET_HEADER = "X-Lingting-Ticket"
_TOKEN, _TICKET, _PENDING = "token", "ticket", "pending_token"
_ENDED, _STORE_DOWN, _SSO_REFUSED = "ended", "store_down", "sso_refused"
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def current_account() -> AccountView | None:
    """The account of the live session of this tab, or None. Asked on every run, so that an end is an end at once."""
    token = st.session_state.get(_TOKEN) or st.context.cookies.get(COOKIE)
    account = _known(token) if token and token != st.session_state.get(_ENDED) else None
    if account is None and not is_store_down():
        return _from_provider()
    return account


def _known(token: str) -> AccountView | None:
    try:
        account = live_session(open_store(), token)
    except StoreDown:
        st.session_state[_STORE_DOWN] = True
        account = last_good.recall(token)
        if account is not None:
            st.session_state[_TOKEN] = token
        return account
    st.session_state.pop(_STORE_DOWN, None)
    if account is None:
        last_good.forget(token)
        if st.session_state.get(_TOKEN):
            forget()
    else:
        last_good.remember(token, account)
        st.session_state[_TOKEN] = token
    return account


def is_store_down() -> bool:
    """Whether the store did not answer in this run: reading goes on, nothing can be written."""
    return bool(st.session_state.get(_STORE_DOWN))


def token() -> str:
    """The token of this tab's session; empty when nobody is signed in."""
    return str(st.session_state.get(_TOKEN) or "")


def mark() -> str:
    """What tells this session apart in the access log."""
    return session_mark(token()) if token() else ""


def begin(name: str, password: str) -> bool:
    """Begin a session when name and password fit; what it still waits for is told by ``pending``."""
    st.session_state.pop(_STORE_DOWN, None)
    begun = sign_in.with_password(open_store(), name, password, device())
    if begun is None:
        return False
    forget()
    st.session_state[_PENDING] = begun[0]
    complete(begun[1])
    return True


def pending() -> tuple[str, AccountView, Step] | None:
    """The session that is being begun in this tab: token, account, what it waits for."""
    waiting = str(st.session_state.get(_PENDING) or "")
    found = pending_session(open_store(), waiting) if waiting else None
    if found is None:
        st.session_state.pop(_PENDING, None)
        return None
    account, step = found
    return waiting, account, step


def complete(step: Step) -> None:
    """Let the person in when nothing more is asked for."""
    waiting = st.session_state.get(_PENDING)
    if step is Step.DONE and waiting:
        _let_in(waiting)


def _let_in(token: str) -> None:
    forget()
    st.session_state[_TOKEN] = token
    st.session_state[_TICKET] = tickets.issue(token)


def _from_provider() -> AccountView | None:
    """The account of somebody whom the identity provider has just sent back to us."""
    if settings().oidc.metadata_url is None or not st.user.get("is_logged_in") or st.session_state.get(_SSO_REFUSED):
        return None
    try:
        begun = sign_in.with_identity(open_store(), {**st.user}, device())
        if begun is None:
            return None
        _let_in(begun)
        return live_session(open_store(), begun)
    except StoreDown:
        st.session_state[_STORE_DOWN] = True
    except Refused as refused:
        st.session_state[_SSO_REFUSED] = refused.code
    return None


def sso_refused() -> str | None:
    """Why the identity provider's word was not enough, as a code of ``refused.…``."""
    return st.session_state.get(_SSO_REFUSED)


def sign_out() -> None:
    """End this session; who came by the identity provider is signed out there as well."""
    ended = token()
    if ended:
        sign_in.sign_out(open_store(), ended)
    leave()


def leave() -> None:
    """The session is over already: let this tab forget it."""
    ended = token()
    last_good.forget(ended)
    forget()
    st.session_state[_ENDED] = ended
    if settings().oidc.metadata_url is not None and st.user.get("is_logged_in"):
        st.logout()


def forget() -> None:
    """Drop everything that this tab holds except its language: the next person must find nothing of this one."""
    language = st.session_state.get("language")
    st.session_state.clear()
    if language:
        st.session_state["language"] = language


def device() -> str:
    """Browser and system in two words, for the list of sessions."""
    agent = st.context.headers.get("User-Agent") or ""
    found = [next((name for sign, name in kinds if re.search(sign, agent)), "") for kinds in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)


def keep_in_browser() -> None:
    """Have the browser fetch its cookie, and reload when the person has done nothing for as long as a session lives."""
    ticket = st.session_state.get(_TICKET)
    if ticket and tickets.is_open(ticket):
        headers = json.dumps({TICKET_HEADER: ticket})
        st.html(
            f"<script>fetch('{COOKIE_PATH}', {{method: 'POST', headers: {headers}}});</script>",
            unsafe_allow_javascript=True,
        )
    wait = settings().cockpit.session_minutes * 60_000 + 5_000
    st.html(
        "<script>clearTimeout(window.lingtingIdle);"
        f"window.lingtingIdle = setTimeout(() => location.reload(), {wait}); // {secrets.token_hex(4)}</script>",
        unsafe_allow_javascript=True,
    )
