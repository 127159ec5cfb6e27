"""Accounts, for administrators: who may sign in and see what, what an audit finds wrong, and the monthly attestation.

Compliance sees the list and may confirm accounts, but changes none. Nobody administers the own account here.
"""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboards.components import account_form, account_list, address
from dashboards.components.html import escaped
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.data.staff import staff, teams
from lingting.clock import now
from lingting.settings import settings
from lingting.store import open_store
from lingting.work import accounts as work


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    cockpit, store = settings().cockpit, open_store()
    found = staff(viewer)
    shown = account_list.judged(
        work.all_accounts(store, viewer),
        work.attestations(store, viewer),
        found.is_orphan if found else lambda _account: False,
        now(),
        cockpit.idle_days,
        cockpit.attest_days,
    )
    title(texts("nav.accounts"), texts("accounts.lead", n=len(shown)))
    account_form.told(texts)
    narrowed = _narrow(page, shown)
    matching = [one for one in shown if account_list.NARROWED[narrowed](one)]
    given = address.read().get("who")
    chosen = next((one for one in shown if one.account.user_id == given), None)
    if chosen is not None:
        account_form.draw(page, chosen)
    if matching:
        st.html(account_list.html(texts, matching, narrowed, now(), teams(viewer, page.language)))
    else:
        empty(texts("accounts.none"), texts("accounts.none_advice"))
    notes = [texts("accounts.note", idle=cockpit.idle_days, due=cockpit.attest_days)]
    if found is None:
        notes.append(texts("accounts.no_staff"))
    st.html(f'<div class="lt-note">{escaped(" ".join(notes))}</div>')
    _attest(page, shown)
    if viewer.may("accounts"):
        account_form.add(page)


def _narrow(page: Page, shown: list[account_list.Shown]) -> str:
    """The chips above the list, each with its count; what is chosen stands in the address."""
    texts = page.texts
    counted = Counter(key for key, holds in account_list.NARROWED.items() for one in shown if holds(one))
    given = address.read().get("show", "all")
    chosen: str | None = st.segmented_control(
        texts("accounts.show"),
        list(account_list.NARROWED),
        format_func=lambda key: f"{texts(f'accounts.show_{key}')} {counted[key]}",
        default=given if given in account_list.NARROWED else "all",
        label_visibility="collapsed",
        key=f"accounts_show_{page.language}",
    )
    address.write({"show": chosen if chosen and chosen != "all" else None})
    return chosen or "all"


def _attest(page: Page, shown: list[account_list.Shown]) -> None:
    """Confirm accounts one by one by name: a button for all of them would confirm what nobody looked at."""
    texts = page.texts
    due = {one.account.user_id: one.account for one in shown if one.is_due}
    due.pop(page.viewer.user_id, None)
    with card("attest"):
        section(texts("accounts.attest"), texts("accounts.attest_note", n=len(due)))
        if not due:
            return
        named = teams(page.viewer, page.language)
        picked = st.multiselect(
            texts("accounts.attest_who"),
            list(due),
            format_func=lambda key: texts("scores.separator").join(
                [due[key].name, texts(f"role.{due[key].role.value}"), account_list.scope(texts, due[key], named)]
            ),
            placeholder=texts("filter.choose"),
            key="attest_who",
        )
        if st.button(texts("accounts.attest_do"), type="primary", disabled=not picked, key="attest_do"):
            with refusals(texts):
                work.attest_accounts(open_store(), page.viewer, picked)
                del st.session_state["attest_who"]
                account_form.tell("attested")
