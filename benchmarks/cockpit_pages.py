"""Which questions a page asks, as SQL with its limits: the page is drawn once in this process and listened to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from streamlit.testing.v1 import AppTest

from lingting.kpi import asked as asked_from
from lingting.rights import Viewer


@dataclass(frozen=True)
class Asked:
    sql: str
    bound: list[Any]


def questions_of(viewer: Viewer, path: str, token: str, address: Mapping[str, str]) -> list[Asked]:
    """The questions of one page as this person opens it at ``address``, in their order; equal ones once."""
    heard: list[Asked] = []
    page = AppTest.from_function(_draw, args=(viewer, path, token), default_timeout=120)
    for name, value in address.items():
        page.query_params[name] = value
    with _listening(heard):
        page.run()
    return list({(one.sql, str(one.bound)): one for one in heard}.values())


def _draw(viewer, path, token):  # type: ignore[no-untyped-def]  # its text is run elsewhere, where no name is known
    from importlib import import_module

    import streamlit as st

    from dashboards.components.page import Page
    from dashboards.data import queries
    from dashboards.i18n import texts_of

    st.session_state["token"] = token  # parts that refresh themselves look for the session
    import_module(f"dashboards.views.{path}").render(Page(viewer, texts_of("zh"), queries.build(viewer)))


@contextmanager
def _listening(heard: list[Asked]) -> Iterator[None]:
    limited = asked_from.limited

    def listened(*given: Any, **named: Any) -> tuple[str, list[object]]:
        sql, bound = limited(*given, **named)
        heard.append(Asked(sql, list(bound)))
        return sql, bound

    asked_from.limited = listened
    try:
        yield
    finally:
        asked_from.limited = limited
