"""Who is signed in, in this browser tab. Accounts and sessions themselves are in lingting/store.

The token lives in the tab's Streamlit session and, so that a reload or a link does not ask for the password again, in
an HttpOnly cookie that the page's script can not read: see dashboards/server.py for how it is set.
"""

from __future__ import annotations

import json
import secrets

import streamlit as st

from dashboards import tickets
from lingting.settings import settings
from lingting.store import AccountView, end_session, live_session, open_store, sign_in, start_session
from lingting.store.sessions import peek_session

COOKIE = "lingting_session"
COOKIE_PATH = "/session"
TICKET_HEADER = "X-Lingting-Ticket"
_TOKEN, _TICKET = "token", "ticket"


def current_account() -> AccountView | None:
    """The account of the live session of this tab, or None. Asked on every run, so that an end is an end at once."""
    token = st.session_state.get(_TOKEN) or st.context.cookies.get(COOKIE)
    if not token or token == st.session_state.get("ended"):
        return None
    account = live_session(open_store(), token)
    if account is None:
        forget()
    else:
        st.session_state[_TOKEN] = token
    return account


def still_signed_in() -> AccountView | None:
    """The account of this tab's session as it is now; asking does not prolong the session, unlike a click."""
    token = st.session_state.get(_TOKEN)
    return peek_session(open_store(), token) if token else None


def try_sign_in(name: str, password: str) -> bool:
    """Begin a session when name and password fit."""
    store = open_store()
    account = sign_in(store, name, password)
    if account is None:
        return False
    token = start_session(store, account.user_id)
    forget()
    st.session_state[_TOKEN] = token
    st.session_state[_TICKET] = tickets.issue(token)
    return True


def sign_out() -> None:
    token = st.session_state.get(_TOKEN)
    if token:
        end_session(open_store(), token)
    forget()
    st.session_state["ended"] = token


def forget() -> None:
    """Drop everything that this tab holds except its language: the next person must find nothing of this one."""
    language = st.session_state.get("language")
    st.session_state.clear()
    if language:
        st.session_state["language"] = language


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
