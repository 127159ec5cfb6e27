"""Forms of work: what was typed is sent once, with the version that the person read, and nothing typed is ever lost.

A press is only noted by Streamlit's callback; the work is done in the run that follows, after the session was checked.
What the form was drawn over (version, key of the form) is bound to its button, so that a page that was drawn anew in
between can not pass off an old form as a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import streamlit as st

from dashboards.components.loop_html import history
from dashboards.components.numbers import weekday
from dashboards.components.page import Page
from lingting import audit
from lingting.store import StoreDown
from lingting.work import Refused
from lingting.work.cases import Form, Stale

AUDITED = ("not_yours", "same_person")


@dataclass(frozen=True)
class Sent:
    """What was typed. ``step``: the button that was pressed."""

    case_id: str
    step: str
    form: Form
    values: dict[str, Any]

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "")

    def choice(self, name: str) -> str | None:
        found = self.values.get(name)
        return str(found) if found else None

    def day(self, name: str) -> date | None:
        found = self.values.get(name)
        return found if isinstance(found, date) else None

    def number(self, name: str) -> float | None:
        found = self.values.get(name)
        return float(found) if found is not None else None


class WorkForm:
    """A form about one version of one case. Draw its fields inside ``with st.form(form.name)``."""

    def __init__(self, page: Page, name: str, case_id: str = "", version: int = 0) -> None:
        self.page = page
        self.case_id = case_id
        self.name = f"{name}_{case_id}_{version}"
        self.form: Form = st.session_state.setdefault(f"form_{self.name}", Form(version))
        self._area = name
        self._fields: list[str] = []
        self._typed: dict[str, Any] = st.session_state.pop(f"typed_{name}_{case_id}", {})

    def has_typed(self, *fields: str) -> bool:
        """Whether any of these fields holds what was typed before and refused."""
        return any(self._typed.get(field) for field in fields)

    def line(self, field: str, label: str, value: str = "") -> None:
        st.text_input(label, key=self._key(field, value))

    def words(self, field: str, label: str) -> None:
        st.text_area(label, key=self._key(field, ""), height=90)

    def number(self, field: str, label: str, value: float | None = None, step: float = 1.0) -> None:
        st.number_input(label, key=self._key(field, value), min_value=0.0, step=step)

    def pick(
        self, field: str, label: str, options: Sequence[Any], shown: Callable[[Any], str], chosen: Any = None
    ) -> None:
        key = self._key(field, chosen if chosen in options else options[0])
        if st.session_state[key] not in options:
            st.session_state[key] = options[0]
        st.selectbox(label, options, key=key, format_func=shown, placeholder=self.page.texts("filter.choose"))

    def day(
        self, field: str, label: str, first: date, last: date, chosen: date | None, none: str | None = None
    ) -> None:
        """A day of a span; ``none``: the words for leaving it open."""
        texts = self.page.texts
        span = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        # Streamlit takes None for "nothing chosen", and then shows none of the words that were meant.
        days: list[date | str] = [*([""] if none else []), *span]
        self.pick(
            field,
            label,
            days,
            lambda day: f"{day} {weekday(day, texts)}" if isinstance(day, date) else none or "",
            chosen,
        )

    def send(self, label: str, step: str, primary: bool = True) -> None:
        kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        st.form_submit_button(label, key=f"{self.name}_{step}", type=kind, on_click=self._note, args=(step,))

    def _key(self, field: str, value: Any) -> str:
        """The key of a field, which begins with what was typed into the same form before, else with ``value``."""
        key = f"{self.name}_{field}"
        self._fields.append(field)
        if key not in st.session_state:
            st.session_state[key] = self._typed.get(field, value)
        return key

    def _note(self, step: str) -> None:
        values = {field: st.session_state.get(f"{self.name}_{field}") for field in self._fields}
        st.session_state[f"sent_{self._area}"] = Sent(self.case_id, step, self.form, values)


def handle(page: Page, name: str, do: Callable[[Sent], str | None], done: str) -> str | None:
    """Do what was sent from a form of this name. Gives what ``do`` gave; None where nothing was sent or it was refused.

    ``done``: what to tell when it is done.
    """
    sent: Sent | None = st.session_state.pop(f"sent_{name}", None)
    if sent is None:
        return None
    texts = page.texts
    try:
        result = do(sent) or sent.case_id
    except Stale as stale:
        st.session_state[f"typed_{name}_{sent.case_id}"] = sent.values
        st.warning(texts("refused.stale"), icon=":material/sync_problem:")
        st.html(history(page, stale.since, {}))
    except Refused as refused:
        st.session_state[f"typed_{name}_{sent.case_id}"] = sent.values
        if refused.code in AUDITED:
            audit.note(page.viewer, "change", name, sent.case_id, outcome="refused", purpose=refused.code)
        st.error(texts(f"refused.{refused.code}"), icon=":material/block:")
    except StoreDown:
        st.session_state[f"typed_{name}_{sent.case_id}"] = sent.values
        st.error(texts("refused.store_down"), icon=":material/block:")
    else:
        _forget(f"{name}_{sent.case_id}_{sent.form.version}", sent)
        st.toast(done, icon=":material/check:")
        return result
    return None


def _forget(form: str, sent: Sent) -> None:
    """The next form of this name begins empty."""
    for key in (f"form_{form}", *(f"{form}_{field}" for field in sent.values)):
        st.session_state.pop(key, None)
