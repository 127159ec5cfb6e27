"""Parts of the pages of control (quality, rules, compliance, log, data): sub-pages, blocks, lists, links, months."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import streamlit as st

from dashboards.components import address
from dashboards.components.html import Cell, escaped, link, prose, table, text_cell
from dashboards.components.numbers import NO_VALUE
from dashboards.components.page import Page, card, section

TOO_FEW = 10  # below this many cases a share is grey and not judged


def sub_page(page: Page, area: str, names: Sequence[str]) -> str:
    """One of the parts of a page, kept in the address as ``tab``; the first one stands there without it."""
    wanted = address.read().get("tab")
    chosen: str = st.segmented_control(
        page.texts("control.part"),
        names,
        default=next((name for name in names if name == wanted), names[0]),
        required=True,
        format_func=lambda name: page.texts(f"control_tab.{name}"),
        key=f"tab_{area}_{page.language}",
        label_visibility="collapsed",
    )
    address.write({"tab": chosen if chosen != names[0] else None})
    return chosen


def month_box(page: Page, months: Sequence[date]) -> date:
    """One of the months, kept in the address; the newest one stands first."""
    texts, wanted = page.texts, address.read().get("month")
    chosen: date = st.selectbox(
        texts("filter.month"),
        months,
        index=next((place for place, month in enumerate(months) if f"{month:%Y-%m}" == wanted), 0),
        format_func=lambda month: texts("period.month_name", year=month.year, month=f"{month.month:02d}"),
        key=f"month_{texts.language}",
        width=220,
        placeholder=texts("filter.choose"),
    )
    address.write({"month": f"{chosen:%Y-%m}" if chosen != months[0] else None}, keep=("month",))
    return chosen


@contextmanager
def block(key: str, heading: str, sentence: str, note: str = "") -> Iterator[None]:
    """A card: what it is, and in one sentence what it means today; below that what shows it."""
    with card(key):
        section(heading, note)
        st.html(f'<p class="lt-say">{escaped(sentence)}</p>')
        yield


def listing(
    page: Page, names: Sequence[str], rows: Sequence[Sequence[Cell]], numbers: Collection[str] = (), css: str = ""
) -> None:
    """A table; the words above its columns are ``control_col.<name>``."""
    head = [text_cell(page.texts(f"control_col.{name}"), "num" if name in numbers else "") for name in names]
    st.html(table(head, rows, css))


def note(words: str) -> None:
    st.html(f'<div class="lt-note">{escaped(words)}</div>')


def inner(page: Page, path: str, label: str, **query: str | None) -> str:
    """A link to a page of the cockpit in the language of this one."""
    return link(path, label, title="", lang=page.texts.in_links, **query)


def share(value: float | None, places: int = 1) -> str:
    return NO_VALUE if value is None else f"{value * 100:.{places}f}%"


def between(low: float | None, high: float | None) -> str:
    """The ends of an interval of a share."""
    return NO_VALUE if low is None or high is None else f"{low * 100:.1f}% – {high * 100:.1f}%"


def number(value: float | None, css: str = "") -> Cell:
    return text_cell(NO_VALUE if value is None else f"{value:,.0f}", f"num {css}".strip())


def figure(value: str, is_thin: bool = False) -> Cell:
    """A cell with a number in words of its own; grey when there are too few cases behind it."""
    return text_cell(value, "num lt-thin" if is_thin else "num")


def datum(value: str | None, css: str = "") -> Cell:
    """A cell with words that come from data, in whatever language: it stands as a quotation."""
    return Cell(f"<q>{escaped(value or NO_VALUE)}</q>", css)


def day(value: date | None) -> Cell:
    return text_cell(value.isoformat() if value else NO_VALUE)


_TONES = {"good": ("lt-pass", "✓"), "bad": ("lt-fail", "✕"), "watch": ("lt-watch", "!"), "quiet": ("lt-no_data", "·")}


def tag(tone: str, words: str) -> str:
    """A word with an icon and a colour: good, bad, watch or quiet."""
    css, icon = _TONES[tone]
    return f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{escaped(words)}</span>'


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    cells = "".join(f"<div><small>{escaped(name)}</small>{prose(value)}</div>" for name, value in pairs)
    st.html(f'<div class="lt-facts">{cells}</div>')


def listed(page: Page, names: Sequence[str]) -> str:
    """Names in one sentence, each as a quotation."""
    return page.texts("control.between").join(page.texts("control.quoted", name=name) for name in names)
