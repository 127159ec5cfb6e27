"""The entry that Streamlit runs on every interaction: language, session, navigation, then one page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import streamlit as st

from dashboards import access, session
from dashboards.components import address, sidebar
from dashboards.components.page import Page, empty, footer
from dashboards.data import queries
from dashboards.data.published import NotInBuild
from dashboards.i18n import Texts
from dashboards.navigation import PLACES, Place, pages_for
from dashboards.views import sign_in
from lingting.audit import AuditDown
from lingting.errors import InputError
from lingting.rights import Forbidden, Viewer
from lingting.store import AccountView, StoreDown
from lingting.warehouse import Build, NoBuild

LOG = logging.getLogger(__name__)
NO_BUILD = Build("", "", "", None, None)  # of a page about accounts, which stands before the first build
STYLE = (Path(__file__).parent / "components" / "style.css").read_text(encoding="utf-8")


def main() -> None:
    texts = address.language()
    st.set_page_config(page_title=texts("app.name"), page_icon="🎧", layout="wide")
    st.html(STYLE)
    st.html(_words_of_streamlit(texts))
    account = session.current_account()
    if account is None:
        _signed_out(texts)
    else:
        _signed_in(texts, account)


def _words_of_streamlit(texts: Texts) -> str:
    """What Streamlit words in English only: the link for the keyboard, and the dialog while the server is away.

    That dialog is known by holding nothing of ours; its own words are hidden in style.css.
    """
    lost = '[role="dialog"]:not(:has([data-testid]))'
    worded = {
        '[data-testid="stSkipToContent"]': "app.skip",
        f"{lost} h2": "app.lost",
        f"{lost} h2 + div": "app.lost_advice",
    }
    return "<style>" + "".join(f'{at}::after {{ content: "{texts(key)}"; }}' for at, key in worded.items()) + "</style>"


def _signed_out(texts: Texts) -> None:
    """The sign-in form stands at every address: after signing in the person is where the link led."""

    def form(_path: str) -> Callable[[], None]:
        return lambda: sign_in.render(texts)

    st.navigation(
        [
            st.Page(form(""), title=texts("sign_in.title"), url_path="home", default=True),
            *(st.Page(form(place.path), title=texts("sign_in.title"), url_path=place.path) for place in PLACES),
        ],
        position="hidden",
    ).run()


def _signed_in(texts: Texts, account: AccountView) -> None:
    session.keep_in_browser()
    viewer = account.viewer(session.mark())
    own = pages_for(viewer.role)
    pages = {place.path: _page(place, viewer, texts, place.path in own) for place in PLACES}
    if not own:
        empty(texts("error.no_page"), texts("error.no_page_advice"))
        sidebar.draw(texts, account)
        return
    first = pages[own[0]]

    def go_home() -> None:
        st.switch_page(first, query_params=dict(st.query_params))

    home = st.Page(go_home, title=texts("app.name"), url_path="home", default=True, visibility="hidden")
    menu: dict[str, list[st.Page]] = {"": [home]}
    for place in PLACES:
        menu.setdefault(texts(f"nav_group.{place.group}"), []).append(pages[place.path])
    chosen = st.navigation(menu, position="sidebar", expanded=True)
    sidebar.draw(texts, account)
    if session.is_store_down():
        st.warning(texts("enter.reading_only"), icon=":material/cloud_off:")
    chosen.run()


def _draw(place: Place, page: Page) -> None:
    """The page itself. What the log can not note and what the role may not ask is said, not shown."""
    try:
        with access.noted(page.viewer, place.path):
            import_module(f"dashboards.views.{place.path}").render(page)
    except StoreDown:
        empty(page.texts("error.store_down"), page.texts("error.store_down_advice"))
    except AuditDown:
        st.error(page.texts("error.log_down"), icon=":material/lock:")
    except NotInBuild:
        empty(page.texts("error.not_in_build"), page.texts("error.not_in_build_advice"))
    except Forbidden as forbidden:
        LOG.warning("%s asked on %s for what is refused: %s", page.viewer.name, place.path, forbidden)
        access.refused(page.viewer, place.path)
        empty(page.texts("error.not_yours"), page.texts("error.not_yours_advice"))


def _page(place: Place, viewer: Viewer, texts: Texts, is_own: bool) -> st.Page:
    def draw() -> None:
        if not is_own:
            access.refused(viewer, place.path)
            empty(texts("error.not_yours"), texts("error.not_yours_advice"))
            return
        try:
            page = Page(viewer, texts, queries.build(viewer) if place.of_build else NO_BUILD)
        except NoBuild:
            empty(texts("error.no_build"), texts("error.no_build_advice"))
            return
        except InputError:
            empty(texts("error.bad_build"), texts("error.bad_build_advice"))
            return
        _draw(place, page)
        if place.of_build:
            footer(page)

    return st.Page(
        draw,
        title=texts(f"nav.{place.path}"),
        icon=place.icon,
        url_path=place.path,
        visibility="visible" if is_own and place.in_menu else "hidden",
    )


main()
