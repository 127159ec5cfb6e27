"""What the address of a page says (filters, language), so that a view can be bookmarked and sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.i18n import LANGUAGES, Texts, texts_of

_LANGUAGE = "lingting_language"  # a cookie
_KEPT = "address"  # filters follow a person from page to page within a session


def read() -> dict[str, str]:
    """The parameters of the address; what it leaves out is as on the page before."""
    kept: dict[str, str] = st.session_state.setdefault(_KEPT, {})
    return {**kept, **{key: str(value) for key, value in st.query_params.items()}}


def write(values: Mapping[str, str | None], keep: Sequence[str] = ()) -> None:
    """Set parameters of the address; None takes one out. ``keep``: those that the next page begins with."""
    kept: dict[str, str] = st.session_state.setdefault(_KEPT, {})
    for key, value in values.items():
        if value is None:
            st.query_params.pop(key, None)
            kept.pop(key, None)
        else:
            if st.query_params.get(key) != value:
                st.query_params[key] = value
            if key in keep:
                kept[key] = value


def language() -> Texts:
    """Chinese unless ``?lang=en``; the choice stays when the person goes to another page, or comes back from the
    identity provider, which keeps no address of ours."""
    wanted = st.query_params.get("lang") or st.session_state.get("language") or st.context.cookies.get(_LANGUAGE)
    chosen = next((known for known in LANGUAGES if known == wanted), "zh")
    choose_language(chosen)
    return texts_of(chosen)


def keep_language(texts: Texts) -> None:
    """Have the browser remember the language while the person is away."""
    st.html(
        f"<script>document.cookie = '{_LANGUAGE}={texts.language}; path=/; max-age=900; SameSite=Lax';</script>",
        unsafe_allow_javascript=True,
    )


def choose_language(chosen: str) -> None:
    st.session_state["language"] = chosen
    write({"lang": chosen if chosen != "zh" else None})
