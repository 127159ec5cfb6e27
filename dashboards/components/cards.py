"""A compact card of the management's screen: heading, link to its page, a list of lines. No data is read here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from dashboards.components.html import escaped
from dashboards.components.page import card

_STYLE = (Path(__file__).parent / "management.css").read_text(encoding="utf-8")


def style() -> None:
    """The rules of these cards; once a page."""
    st.html(_STYLE)


def draw(key: str, heading: str, lines: Sequence[str], detail: str = "", more: str = "", note: str = "") -> None:
    """``lines`` and ``more`` are HTML that was escaped where it was made; the rest is plain text."""
    body = "".join(f"<li>{line}</li>" for line in lines)
    foot = f'<div class="lt-note">{escaped(note)}</div>' if note else ""
    with card(key):
        st.html(
            f'<div class="lt-card"><div class="lt-cardhead"><h2>{escaped(heading)}</h2>'
            f"<small>{escaped(detail)}</small>{more}</div>"
            f'<ul class="lt-list">{body}</ul>{foot}</div>'
        )


def line(left: str, right: str, under: str = "", is_html: bool = False) -> str:
    """One line: what, and how much. ``is_html``: the two were escaped where they were made; ``under`` is plain text."""
    first, second = (left, right) if is_html else (escaped(left), escaped(right))
    small = f"<small>{escaped(under)}</small>" if under else ""
    return f"<span>{first}</span><span>{second}</span>{small}"
