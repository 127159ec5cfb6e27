"""The sign-in form. It never says whether a name exists, is disabled or locked."""

from __future__ import annotations

import streamlit as st

from dashboards import session
from dashboards.components import sidebar
from dashboards.components.html import escaped
from dashboards.i18n import Texts


def render(texts: Texts) -> None:
    with st.container(key="signin"):
        sidebar.brand(texts)
        st.html(f'<div class="lt-note">{escaped(texts("sign_in.lead"))}</div>')
        with st.form("sign_in", enter_to_submit=True):
            name = st.text_input(texts("sign_in.name"), autocomplete="username", max_chars=100)
            password = st.text_input(
                texts("sign_in.password"), type="password", autocomplete="current-password", max_chars=256
            )
            sent = st.form_submit_button(texts("sign_in.submit"), type="primary", width="stretch")
        if sent:
            if session.try_sign_in(name, password):
                st.rerun()
            st.error(texts("sign_in.failed"), icon=":material/error:")
        sidebar.language_switch(texts, "language_sign_in")
