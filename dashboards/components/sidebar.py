"""The side bar below the navigation: who is signed in, the language, the way out."""

from __future__ import annotations

import streamlit as st

from dashboards import session
from dashboards.components import address
from dashboards.components.html import escaped
from dashboards.i18n import LANGUAGES, Texts
from lingting.store import AccountView


def brand(texts: Texts) -> None:
    st.html(
        f'<div class="lt-brand"><i aria-hidden="true">{escaped(texts("app.letter"))}</i>{escaped(texts("app.name"))}</div>'
    )


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
    with st.sidebar:
        brand(texts)
        st.html(
            f'<div class="lt-who">{escaped(account.name)}<small>{escaped(texts(f"role.{account.role.value}"))}</small></div>'
        )
        language_switch(texts, "language_side")
        st.button(
            texts("sign_in.out"), icon=":material/logout:", type="tertiary", key="sign_out", on_click=session.sign_out
        )
