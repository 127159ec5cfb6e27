"""What every page is given, and the parts every page has: title, footer with build and data time, empty states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from dashboards.components.html import escaped, prose
from dashboards.components.numbers import moment
from dashboards.i18n import Texts
from lingting.audit import AuditDown
from lingting.rights import Viewer
from lingting.store import StoreDown
from lingting.warehouse import Build
from lingting.work import Refused


@dataclass(frozen=True)
class Page:
    """The person, the words and the build that a page is drawn for."""

    viewer: Viewer
    texts: Texts
    build: Build

    @property
    def language(self) -> str:
        return self.texts.language

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of data; None in an empty build."""
        if self.build.data_from is None or self.build.data_to is None:
            return None
        return date.fromisoformat(self.build.data_from), date.fromisoformat(self.build.data_to)


def title(heading: str, detail: str = "") -> None:
    st.html(f'<div class="lt-title"><h1>{escaped(heading)}</h1><span>{prose(detail)}</span></div>')


def section(heading: str, detail: str = "") -> None:
    st.html(f'<div class="lt-section"><h2>{escaped(heading)}</h2><span>{prose(detail)}</span></div>')


@contextmanager
def card(key: str) -> Iterator[None]:
    with st.container(border=True, key=f"card_{key}"):
        yield


def empty(heading: str, advice: str) -> None:
    st.html(f'<div class="lt-empty"><b>{escaped(heading)}</b>{escaped(advice)}</div>')


@contextmanager
def refusals(texts: Texts) -> Iterator[None]:
    """A piece of work that is refused is told in the person's language; what was typed stays in the form."""
    try:
        yield
    except Refused as refused:
        st.error(texts(f"refused.{refused.code}"), icon=":material/block:")
    except StoreDown:
        st.error(texts("refused.store_down"), icon=":material/cloud_off:")
    except AuditDown:
        st.error(texts("refused.audit_down"), icon=":material/cloud_off:")


def footer(page: Page) -> None:
    """Which data this is: without it two people can not know whether they look at the same numbers."""
    texts, build = page.texts, page.build
    built_at = moment(datetime.fromisoformat(build.built_at.replace("Z", "")).replace(tzinfo=None))
    parts = [
        texts("foot.data", first=build.data_from or "—", last=build.data_to or "—"),
        texts("foot.built", at=built_at),
        texts("foot.build", build=build.build_id),
    ]
    st.html('<div class="lt-foot">' + "".join(f"<span>{escaped(part)}</span>" for part in parts) + "</div>")
