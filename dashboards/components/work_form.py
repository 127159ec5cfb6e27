"""Forms of work: what was typed is sent once, with the version that the person read, and nothing typed is ever lost.

A press is only noted by Streamlit's callback; the work is done in the run that follows, after the session was checked.
What the form was drawn over (version, key of the form) is bound to its button, so that a page that was drawn anew in
between can not pass off an old form as a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboards.components.html import escaped
from dashboards.components.numbers import moment, weekday
from dashboards.components.page import Page
from lingting import audit
from lingting.store.models.cases import StepColumns
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
    """A form about one version of one case. Draw its fields inside ``with st.form(work.name)`` or any container."""

    def __init__(self, page: Page, name: str, case_id: str = "", version: int = 0) -> None:
        self.page = page
        self.case_id = case_id
        self._area = name
        self.name = f"{name}_{case_id}_{version}"
        self.form: Form = st.session_state.setdefault(f"form_{self.name}", Form(version))
        self._fields: list[str] = []
        self._typed: dict[str, Any] = st.session_state.pop(f"typed_{name}", {})

    def _key(self, field: str) -> str:
        key = f"{self.name}_{field}"
        self._fields.append(field)
        if key not in st.session_state and self._typed.get(field) is not None:
            st.session_state[key] = self._typed[field]
        return key

    def line(self, field: str, label: str, value: str = "") -> None:
        key = self._key(field)
        st.text_input(label, key=key, **({} if key in st.session_state else {"value": value}))

    def words(self, field: str, label: str) -> None:
        st.text_area(label, key=self._key(field), height=90)

    def number(self, field: str, label: str, value: float | None = None, **more: Any) -> None:
        key = self._key(field)
        st.number_input(label, key=key, **({} if key in st.session_state else {"value": value}), **more)

    def pick(
        self, field: str, label: str, options: Sequence[Any], shown: Callable[[Any], str], chosen: Any = None
    ) -> None:
        key = self._key(field)
        if key in st.session_state and st.session_state[key] not in options:
            del st.session_state[key]
        index = {} if key in st.session_state else {"index": options.index(chosen) if chosen in options else 0}
        st.selectbox(label, options, key=key, format_func=shown, placeholder=self.page.texts("filter.choose"), **index)

    def day(self, field: str, label: str, first: date, last: date, chosen: date, none: str | None = None) -> None:
        """A day of a span; ``none``: the words for leaving it open."""
        span = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        days: list[date | None] = [*([None] if none else []), *span]
        self.pick(field, label, days, lambda day: f"{day} {weekday(day, self.page.texts)}" if day else none or "",
                  chosen)  # fmt: skip

    def send(self, label: str, step: str, primary: bool = True) -> None:
        st.form_submit_button(
            label, key=f"{self.name}_{step}", type="primary" if primary else "secondary", on_click=self._note,
            args=(step,),
        )  # fmt: skip

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
        st.session_state[f"typed_{name}"] = sent.values
        st.warning(texts("refused.stale"), icon=":material/sync_problem:")
        st.html(history(page, stale.since, {}))
    except Refused as refused:
        st.session_state[f"typed_{name}"] = sent.values
        if refused.code in AUDITED:
            audit.note(page.viewer, "change", name, sent.case_id, outcome="refused", purpose=refused.code)
        st.error(texts(f"refused.{refused.code}"), icon=":material/block:")
    else:
        st.session_state.pop(f"form_{name}_{sent.case_id}_{sent.form.version}", None)
        st.toast(done, icon=":material/check:")
        return result
    return None


def history(page: Page, steps: Sequence[StepColumns], names: dict[str, str], more: dict[int, str] | None = None) -> str:
    """Steps as a list of who, when and what; ``more``: HTML below a step, by its number."""
    texts = page.texts
    lines = []
    for step in steps:
        who = names.get(step.by_id, step.by_id)
        proof = "".join(f"<div>{part}</div>" for part in _proof(page, step))
        lines.append(
            f"<li><b>{escaped(texts(f'loop.step_{step.step}'))}</b> "
            f"<small>{escaped(moment(step.happened_at))} · {escaped(who)}</small>"
            f'<div class="lt-words">{escaped(step.text or "")}</div>{proof}{(more or {}).get(step.seq_no, "")}</li>'
        )
    return f'<ol class="lt-steps">{"".join(lines)}</ol>'


def _proof(page: Page, step: StepColumns) -> list[str]:
    from dashboards.components.html import link
    from dashboards.components.numbers import clock

    found = []
    if step.call_id:
        at = int(step.call_seconds) if step.call_seconds is not None else None
        label = page.texts("loop.call_at", call=step.call_id, at=clock(step.call_seconds))
        found.append(link("call", label, call=step.call_id, at=None if at is None else str(at), lang=lang(page)))
    if step.link:
        words = f'<span class="lt-words">{escaped(step.link)}</span>'
        if step.link.lower().startswith(("http://", "https://")):
            words = (
                f'<a class="lt-link" rel="noopener noreferrer" target="_blank" href="{escaped(step.link)}">{words}</a>'
            )
        found.append(f"{escaped(page.texts('loop.evidence'))} {words}")
    return found


def lang(page: Page) -> str | None:
    return "en" if page.language == "en" else None
