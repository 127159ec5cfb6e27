"""My account: password, second factor, recovery codes, and where I am signed in."""

from __future__ import annotations

import streamlit as st

from dashboards import session
from dashboards.components import account_list, codes
from dashboards.components.html import escaped
from dashboards.components.numbers import moment
from dashboards.components.page import Page, card, refusals, section, title
from dashboards.data.staff import teams
from lingting.store import AccountView, account_by_id, open_store
from lingting.store.second_factor import recovery_codes_left
from lingting.store.sessions import SessionView, sessions_of
from lingting.work import own_account

_SECRET, _CODES, _DONE = "own_secret", "own_codes", "own_done"


def render(page: Page) -> None:
    texts = page.texts
    account = account_by_id(open_store(), page.viewer.user_id)
    if account is None:
        return
    title(texts("nav.account"), f"{account.name} · {texts(f'role.{account.role.value}')}")
    done = st.session_state.pop(_DONE, None)
    if done:
        st.success(texts(f"own.done_{done}"), icon=":material/check:")
    _facts(page, account)
    left, right = st.columns(2)
    with left:
        _password(page, account)
    with right:
        _second_factor(page, account)
    _sessions(page, account)


def _facts(page: Page, account: AccountView) -> None:
    texts = page.texts
    last = moment(account.last_login_at) if account.last_login_at else texts("own.never")
    facts = [
        (texts("own.role"), texts(f"role.{account.role.value}")),
        (texts("own.scope"), account_list.scope(texts, account, teams(page.viewer, page.language))),
        (texts("own.employee"), account.employee_id or "—"),
        (texts("own.last"), last),
    ]
    cells = "".join(f"<div><small>{escaped(name)}</small>{escaped(value)}</div>" for name, value in facts)
    with card("own_facts"):
        st.html(f'<div class="lt-facts">{cells}</div>')


def _password(page: Page, account: AccountView) -> None:
    texts = page.texts
    with card("own_password"):
        section(texts("own.password"))
        if account.is_sso:
            st.html(f'<div class="lt-note">{escaped(texts("own.by_provider"))}</div>')
            return
        with st.form("own_password", clear_on_submit=True, border=False):
            old = st.text_input(texts("own.old"), type="password", autocomplete="current-password", max_chars=256)
            new = st.text_input(texts("own.new"), type="password", autocomplete="new-password", max_chars=256)
            again = st.text_input(texts("own.again"), type="password", autocomplete="new-password", max_chars=256)
            sent = st.form_submit_button(texts("own.change_password"), type="primary")
        st.html(f'<div class="lt-note">{escaped(texts("own.password_note"))}</div>')
        if not sent:
            return
        if new != again:
            st.error(texts("own.differ"), icon=":material/error:")
            return
        with refusals(texts):
            own_account.change_password(open_store(), page.viewer, session.token(), old, new)
            _done("password")


def _second_factor(page: Page, account: AccountView) -> None:
    texts = page.texts
    with card("own_factor"):
        section(texts("own.factor"))
        if account.is_sso:
            st.html(f'<div class="lt-note">{escaped(texts("own.by_provider"))}</div>')
            return
        if st.session_state.get(_CODES):
            codes.recovery(st.session_state[_CODES], texts)
            if st.button(texts("enter.codes_kept"), type="primary", key="own_codes_kept"):
                st.session_state.pop(_CODES)
                _done("codes")
        elif st.session_state.get(_SECRET):
            _confirm(page, account)
        else:
            _state(page, account)


def _state(page: Page, account: AccountView) -> None:
    """Whether there is one, and the two things that can be done, each against a code."""
    texts = page.texts
    if not account.has_second_factor:
        st.html(f'<span class="lt-chip lt-watch"><b aria-hidden="true">!</b>{escaped(texts("own.factor_off"))}</span>')
        if st.button(texts("own.enrol"), type="primary", key="own_enrol"):
            with refusals(texts):
                st.session_state[_SECRET] = own_account.start_second_factor(open_store(), account)
                st.rerun()
        return
    n_left = recovery_codes_left(open_store(), account.user_id)
    st.html(
        f'<span class="lt-chip lt-pass"><b aria-hidden="true">✓</b>{escaped(texts("own.factor_on"))}</span> '
        f'<span class="lt-note">{escaped(texts("own.codes_left", n=n_left))}</span>'
    )
    with st.form("own_factor", clear_on_submit=True, border=False):
        code = st.text_input(texts("enter.code"), autocomplete="one-time-code", max_chars=40)
        renew = st.form_submit_button(texts("own.new_codes"), width="stretch")
        replace = st.form_submit_button(texts("own.replace"), width="stretch")
    st.html(f'<div class="lt-note">{escaped(texts("own.factor_note"))}</div>')
    with refusals(texts):
        if renew:
            st.session_state[_CODES] = own_account.renew_recovery_codes(open_store(), page.viewer, code)
            st.rerun()
        if replace:
            st.session_state[_SECRET] = own_account.start_second_factor(open_store(), account, code)
            st.rerun()


def _confirm(page: Page, account: AccountView) -> None:
    texts = page.texts
    codes.secret(st.session_state[_SECRET], account.name, texts)
    with st.form("own_confirm", border=False):
        code = st.text_input(texts("enter.first_code"), autocomplete="one-time-code", max_chars=20)
        sent = st.form_submit_button(texts("enter.go_on"), type="primary")
    if sent:
        with refusals(texts):
            found = own_account.confirm_second_factor(open_store(), page.viewer, code.replace(" ", ""))
            st.session_state.pop(_SECRET)
            st.session_state[_CODES] = found
            st.rerun()


def _sessions(page: Page, account: AccountView) -> None:
    texts = page.texts
    with card("own_sessions"):
        section(texts("own.sessions"), texts("own.sessions_note"))
        for one in sessions_of(open_store(), account.user_id):
            _session(page, one)
        if st.button(texts("own.everywhere"), icon=":material/logout:", key="own_everywhere"):
            with refusals(texts):
                own_account.end_everywhere(open_store(), page.viewer)
                session.leave()
                st.rerun()


def _session(page: Page, one: SessionView) -> None:
    texts = page.texts
    is_this = one.mark == page.viewer.session
    what, how = st.columns([4, 1], vertical_alignment="center")
    here = f' <span class="lt-chip lt-pass"><b aria-hidden="true">✓</b>{escaped(texts("own.here"))}</span>'
    when = texts("own.since", start=moment(one.started_at), seen=moment(one.last_seen_at))
    what.html(
        f'<div class="lt-item"><b>{escaped(one.device or texts("own.unknown_device"))}</b>{here if is_this else ""}'
        f"<br/><small>{escaped(when)} · {escaped(texts(f'own.by_{one.factor}'))}</small></div>"
    )
    if not is_this and how.button(texts("own.end"), key=f"own_end_{one.mark}", width="stretch"):
        with refusals(texts):
            own_account.end_one(open_store(), page.viewer, one.mark)
            _done("session")


def _done(what: str) -> None:
    st.session_state[_DONE] = what
    st.rerun()
