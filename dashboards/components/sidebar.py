"""The side bar below the navigation: who is signed in, the language, the way out."""

from __future__ import annotations

import streamlit as st

from dashboards import session
from dashboards.components import address, palette
from dashboards.components.html import escaped
from dashboards.i18n import LANGUAGES, Texts
from lingting.store import AccountView


def brand(texts: Texts) -> None:
    letter, name = escaped(texts("app.letter")), escaped(texts("app.name"))
    st.html(f'<div class="lt-brand"><i aria-hidden="true">{letter}</i>{name}</div>')


def logo(texts: Texts) -> None:
    """The name above the navigation, and in the header while the side bar is folded away."""
    badge = (
        f'<rect width="30" height="30" y="1" rx="9" fill="{palette.ACCENT}"/>'
        f'<text x="15" y="21.5" font-size="15" font-weight="700" fill="#fff" text-anchor="middle">'
        f"{escaped(texts('app.letter'))}</text>"
    )
    name = (
        f'<text x="40" y="23" font-size="19" font-weight="700" fill="{palette.INK}">{escaped(texts("app.name"))}</text>'
    )
    start = '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" height="32"'
    st.logo(f'{start} width="150" viewBox="0 0 150 32">{badge}{name}</svg>', size="large")


def language_switch(texts: Texts, key: str) -> None:
    """Each language stands there by its own name, so that nobody is lost in a language he can not read."""
    other = next(language for language in LANGUAGES if language != texts.language)
    st.button(
        texts("app.other_language"),
        icon=":material/translate:",
        type="tertiary",
        key=key,
        on_click=address.choose_language,
        args=(other,),
    )


def draw(texts: Texts, account: AccountView) -> None:
    logo(texts)
    with st.sidebar:
        role = escaped(texts(f"role.{account.role.value}"))
        st.html(f'<div class="lt-who">{escaped(account.name)}<small>{role}</small></div>')
        language_switch(texts, "language_side")
        st.button(
            texts("sign_in.out"), icon=":material/logout:", type="tertiary", key="sign_out", on_click=session.sign_out
        )
