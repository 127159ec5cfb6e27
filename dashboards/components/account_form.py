"""The forms of an administrator: one account with all that can be done to it, and a new account."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards.components import account_list, codes
from dashboards.components.account_list import Shown
from dashboards.components.html import escaped
from dashboards.components.page import Page, card, refusals, section
from dashboards.data.staff import teams as names_of_teams
from dashboards.i18n import Texts
from lingting.rights import Role
from lingting.store import AccountView, open_store
from lingting.work import accounts as work

_TOLD, _PASSWORD = "accounts_told", "accounts_password"


def tell(what: str, password: str | None = None) -> None:
    """Say at the top of the page what was done; a new password is shown there once."""
    st.session_state[_TOLD] = what
    if password is not None:
        st.session_state[_PASSWORD] = password
    st.rerun()


def told(texts: Texts) -> None:
    what, password = st.session_state.pop(_TOLD, None), st.session_state.pop(_PASSWORD, None)
    if what:
        st.success(texts(f"accounts.done_{what}"), icon=":material/check:")
    if password:
        codes.once(password, texts("accounts.password_once"))


def draw(page: Page, one: Shown) -> None:
    """The chosen account. The own one and, for who only confirms, every one is shown without buttons."""
    texts, account = page.texts, one.account
    with card("chosen"):
        scope = account_list.scope(texts, account, names_of_teams(page.viewer, page.language))
        section(account.name, f"{texts(f'role.{account.role.value}')} · {scope}")
        if account.user_id == page.viewer.user_id:
            st.html(f'<div class="lt-note">{escaped(texts("accounts.own"))}</div>')
        elif page.viewer.may("accounts"):
            _actions(page, account)
            if account.is_sso:
                st.html(f'<div class="lt-note">{escaped(texts("accounts.sso_scope"))}</div>')
            else:
                _scope(page, account)


def _actions(page: Page, account: AccountView) -> None:
    store, viewer, user_id = open_store(), page.viewer, account.user_id
    toggle = "enable" if account.is_disabled else "disable"
    actions: dict[str, Callable[[], object]] = {
        toggle: lambda: work.set_enabled(store, viewer, user_id, account.is_disabled),
        "end_sessions": lambda: work.end_sessions_of(store, viewer, user_id),
    }
    if not account.is_sso:
        actions["reset_password"] = lambda: work.reset_password(store, viewer, user_id)
        if account.has_second_factor:
            actions["reset_factor"] = lambda: work.reset_second_factor(store, viewer, user_id)
    for column, (name, act) in zip(st.columns(4), actions.items(), strict=False):
        if column.button(page.texts(f"accounts.do_{name}"), key=f"do_{name}", width="stretch"):
            with refusals(page.texts):
                result = act()
                tell(name, result if isinstance(result, str) else None)


def _scope(page: Page, account: AccountView) -> None:
    texts = page.texts
    with st.form(f"scope_{account.user_id}_{account.version}", border=False):
        role, agent, teams, employee = _fields(page, account, "scope")
        sent = st.form_submit_button(texts("accounts.do_scope"), type="primary")
    if sent:
        with refusals(texts):
            work.change_scope(open_store(), page.viewer, account.user_id, account.version, role, agent, teams, employee)
            tell("scope")


def add(page: Page) -> None:
    """A new account; its first password is made here and replaced by the person at the first sign-in."""
    texts = page.texts
    with card("add"):
        section(texts("accounts.add"), texts("accounts.add_note"))
        with st.form("add", border=False):
            name = st.text_input(texts("accounts.name"), max_chars=100)
            role, agent, teams, employee = _fields(page, None, "add")
            sent = st.form_submit_button(texts("accounts.do_add"), type="primary")
        if sent:
            with refusals(texts):
                _, password = work.add(open_store(), page.viewer, name, role, agent, teams, employee)
                tell("added", password)


def _fields(page: Page, account: AccountView | None, key: str) -> tuple[Role, str, list[str], str]:
    texts = page.texts
    roles = list(Role)
    named = names_of_teams(page.viewer, page.language)
    known = sorted({*named, *(account.team_ids if account else ())})
    first, second, third, fourth = st.columns(4)
    role = first.selectbox(
        texts("accounts.role"),
        roles,
        index=roles.index(account.role) if account else 0,
        format_func=lambda item: texts(f"role.{item.value}"),
        key=f"{key}_role_{page.language}",
        placeholder=texts("filter.choose"),
    )
    agent = second.text_input(
        texts("accounts.agent"), value=(account.agent_id or "") if account else "", max_chars=100, key=f"{key}_agent"
    )
    chosen = third.multiselect(
        texts("accounts.teams"),
        known,
        default=list(account.team_ids) if account else [],
        format_func=lambda team: named.get(team, team),
        placeholder=texts("filter.choose"),
        key=f"{key}_teams",
    )
    employee = fourth.text_input(
        texts("own.employee"),
        value=(account.employee_id or "") if account else "",
        max_chars=100,
        key=f"{key}_employee",
    )
    is_agent, is_supervisor = role is Role.AGENT, role is Role.SUPERVISOR
    return role, agent.strip() if is_agent else "", chosen if is_supervisor else [], employee.strip()
