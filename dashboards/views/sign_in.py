"""Signing in: password, then the code, the enrolment or the new password that is asked for; or an identity provider.

It never says whether a name exists, is disabled or locked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboards import session
from dashboards.components import address, codes, sidebar
from dashboards.components.html import escaped
from dashboards.components.page import refusals
from dashboards.i18n import Texts
from lingting.settings import settings
from lingting.store import AccountView, open_store
from lingting.store.second_factor import begin_enrolment
from lingting.store.sessions import Step
from lingting.work import own_account, sign_in

_SECRET, _CODES = "enrol_secret", "recovery_codes"


def render(texts: Texts) -> None:
    with st.container(key="signin"):
        sidebar.brand(texts)
        with refusals(texts):
            _step(texts)
        sidebar.language_switch(texts, "language_sign_in")


def _step(texts: Texts) -> None:
    waiting = session.pending()
    if waiting is None:
        _password(texts)
        return
    token, account, step = waiting
    if st.session_state.get(_CODES):
        _codes(texts, token)
    elif step is Step.CODE:
        _code(texts, token)
    elif step is Step.ENROL:
        _enrol(texts, token, account)
    else:
        _new_password(texts, token)
    st.button(texts("enter.again"), type="tertiary", icon=":material/arrow_back:", on_click=session.forget)


def _password(texts: Texts) -> None:
    _lead(texts("sign_in.lead"))
    if session.is_store_down():
        st.warning(texts("refused.store_down"), icon=":material/cloud_off:")
    with _form("sign_in"):
        name = st.text_input(texts("sign_in.name"), autocomplete="username", max_chars=100)
        password = st.text_input(
            texts("sign_in.password"), type="password", autocomplete="current-password", max_chars=256
        )
        sent = _submit(texts("sign_in.submit"))
    if sent:
        if session.begin(name, password):
            st.rerun()
        st.error(texts("sign_in.failed"), icon=":material/error:")
    if settings().oidc.metadata_url is not None:
        address.keep_language(texts)
        refused = session.sso_refused()
        if refused and not sent:
            st.error(texts(f"refused.{refused}"), icon=":material/block:")
        st.button(texts("enter.sso"), icon=":material/key:", width="stretch", key="sso", on_click=st.login)


def _code(texts: Texts, token: str) -> None:
    _lead(texts("enter.code_lead"))
    with _form("code"):
        code = st.text_input(texts("enter.code"), autocomplete="one-time-code", max_chars=40)
        sent = _submit(texts("enter.go_on"))
    if sent:
        step = sign_in.with_code(open_store(), token, code)
        if step is not None:
            _next(step)
        st.error(texts("enter.code_wrong"), icon=":material/error:")
    _lead(texts("enter.lost"))


def _enrol(texts: Texts, token: str, account: AccountView) -> None:
    _lead(texts("enter.enrol_lead"))
    if _SECRET not in st.session_state:
        st.session_state[_SECRET] = begin_enrolment(open_store(), account.user_id)
    codes.secret(st.session_state[_SECRET], account.name, texts)
    with _form("enrol"):
        code = st.text_input(texts("enter.first_code"), autocomplete="one-time-code", max_chars=20)
        sent = _submit(texts("enter.go_on"))
    if sent:
        found = sign_in.with_enrolment(open_store(), token, code.replace(" ", ""))
        if found is not None:
            st.session_state.pop(_SECRET)
            st.session_state[_CODES] = found
            st.rerun()
        st.error(texts("enter.code_wrong"), icon=":material/error:")


def _codes(texts: Texts, token: str) -> None:
    codes.recovery(st.session_state[_CODES], texts)
    if st.button(texts("enter.codes_kept"), type="primary", width="stretch", key="codes_kept"):
        st.session_state.pop(_CODES)
        _next(sign_in.go_on(open_store(), token, "totp"))


def _new_password(texts: Texts, token: str) -> None:
    _lead(texts("enter.password_lead"))
    with _form("new_password"):
        new = st.text_input(texts("own.new"), type="password", autocomplete="new-password", max_chars=256)
        again = st.text_input(texts("own.again"), type="password", autocomplete="new-password", max_chars=256)
        sent = _submit(texts("enter.go_on"))
    if not sent:
        return
    if new != again:
        st.error(texts("own.differ"), icon=":material/error:")
        return
    own_account.replace_first_password(open_store(), token, new)
    _next(sign_in.go_on(open_store(), token, None))


def _next(step: Step) -> None:
    session.complete(step)
    st.rerun()


@contextmanager
def _form(key: str) -> Iterator[None]:
    with st.form(key, enter_to_submit=True):
        yield


def _submit(label: str) -> bool:
    return bool(st.form_submit_button(label, type="primary", width="stretch"))


def _lead(text: str) -> None:
    st.html(f'<div class="lt-note">{escaped(text)}</div>')
