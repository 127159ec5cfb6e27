"""The library of good practice: clips with masked words and a jump to the second, proposed, approved, used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components import address, loop_html
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import NO_VALUE, clock
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.work_form import Sent, WorkForm, handle
from dashboards.data import loop
from dashboards.data.people import names as named
from dashboards.data.rows_loop import PracticeLine
from lingting.rights import Role
from lingting.store import open_store
from lingting.work import practices as work

_CHIPS = {"proposed": ("open", "◷"), "approved": ("pass", "✓"), "declined": ("open", "✕"), "retired": ("open", "—")}
SHOWN = 15


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    with refusals(texts):
        handle(page, "practice_new", lambda sent: _propose(page, sent), texts("practices.proposed"))
        handle(page, "practice_step", lambda sent: _act(page, sent), texts("loop.kept"))
        found = work.list_practices(open_store(), viewer)
        others = _lines_of_others(page, {file.practice.practice_id for file in found})
        n_approved = sum(file.practice.stage == "approved" for file in found)
        n_approved += sum(line.state == "approved" for line in others)
        title(texts("nav.practices"), texts("practices.tally", n=n_approved))
        if viewer.may("practice"):
            _new(page)
        section(texts("practices.library"), texts("practices.masked"))
        if not found and not others:
            empty(texts("practices.none"), texts("practices.none_advice"))
        names = named()
        for file in found:
            _one(page, file, names)
        if others:
            _others(page, others)


def _propose(page: Page, sent: Sent) -> str:
    return work.propose(open_store(), page.viewer, sent.text("call"), sent.number("from") or 0.0,
                        sent.number("to") or 0.0, sent.text("topic"), sent.text("text"), sent.form)  # fmt: skip


def _act(page: Page, sent: Sent) -> None:
    work.act(open_store(), page.viewer, sent.case_id, sent.step, sent.text("text"), sent.form)


def _new(page: Page) -> None:
    """A clip; an address like practices?call=…&from=…&to=… (a link of the call page) fills it in."""
    texts, wanted = page.texts, address.read()
    call_id = wanted.get("call", "") if wanted.get("clip") else ""
    form = WorkForm(page, "practice_new")
    is_open = bool(call_id) or form.has_typed("call", "topic", "text")
    with st.expander(texts("practices.new"), expanded=is_open), st.form(form.name, border=False):
        left, right = st.columns(2)
        with left:
            form.line("call", texts("loop.call"), call_id)
            form.number("from", texts("practices.from"), _second(wanted, "from"))
            form.number("to", texts("practices.to"), _second(wanted, "to"))
        with right:
            form.line("topic", texts("issues.topic"))
            form.words("text", texts("practices.why"))
        form.send(texts("practices.propose"), "proposed")


def _second(wanted: dict[str, str], name: str) -> float | None:
    return float(wanted[name]) if wanted.get("clip") and wanted.get(name, "").isdecimal() else None


def _one(page: Page, file: work.PracticeFile, names: Mapping[str, str]) -> None:
    texts, practice = page.texts, file.practice
    with card(f"practice_{practice.practice_id}"):
        chip = loop_html.tag(*_CHIPS[practice.stage], texts(f"loop.step_{practice.stage}"))
        uses = texts("practices.uses", n=file.n_uses)
        span = f"{clock(practice.from_seconds)} – {clock(practice.to_seconds)}"
        where = escaped(span)
        if page.viewer.role is not Role.AGENT:
            where = link("call", texts("practices.listen", span=span), call=practice.call_id,
                         at=str(int(practice.from_seconds)), lang=page.texts.in_links)  # fmt: skip
        why = file.events[0].text or "" if file.events else ""
        st.html(
            f'<div class="lt-clip"><b class="lt-words">{escaped(practice.topic)}</b> {chip} '
            f"<small>{escaped(uses)}</small><q>{_spoken(page, practice.words)}</q>"
            f'<div class="lt-words">{escaped(why)}</div>{where}</div>'
        )
        steps = [step for step in file.next_steps if page.viewer.may(_right(step))]
        if practice.opened_by == page.viewer.person:
            steps = [step for step in steps if step not in ("approved", "declined")]
        if steps:
            _steps(page, file, steps, names)


def _spoken(page: Page, words: str) -> str:
    """The turns of a clip; who spoke is told in the page's language."""
    lines = []
    for line in words.splitlines():
        speaker, _, text = line.partition(": ")
        lines.append(f"{escaped(page.texts.maybe(f'speaker.{speaker}', speaker))}: {escaped(text)}")
    return "\n".join(lines)


def _right(step: str) -> str:
    return "practice" if step == "used" else "approve_practice"


def _steps(page: Page, file: work.PracticeFile, steps: list[str], names: Mapping[str, str]) -> None:
    practice = file.practice
    with st.expander(page.texts("practices.work")):
        st.html(loop_html.history(page, file.events, names))
        form = WorkForm(page, "practice_step", practice.practice_id, practice.version)
        with st.form(form.name, border=False):
            form.words("text", page.texts("practices.say"))
            for step in steps:
                form.send(page.texts(f"loop.do_{step}"), step, primary=step == steps[0])


def _lines_of_others(page: Page, own: set[str]) -> list[PracticeLine]:
    """Practices of other systems: an agent sees the approved ones, and the call of one only where it is an own call."""
    return [line for line in loop.practices(page.viewer) if line.practice_id not in own]


def _others(page: Page, lines: Sequence[PracticeLine]) -> None:
    texts = page.texts
    section(texts("practices.others"), texts("issues.others_note"))
    head = [text_cell(texts(f"practices.{name}"), css) for name, css in
            (("topic", ""), ("state", ""), ("call", ""), ("used", "num"), ("last_used", ""))]  # fmt: skip
    rows = [
        [
            text_cell(line.topic, css="lt-words"),
            text_cell(texts.maybe(f"loop.step_{line.state}", line.state)),
            Cell(link("call", line.call_id, call=line.call_id, lang=page.texts.in_links) if line.call_id else NO_VALUE),
            text_cell(line.n_uses, "num"),
            text_cell(line.last_used_date or NO_VALUE),
        ]
        for line in lines[:SHOWN]
    ]
    st.html(table(head, rows))
    if len(lines) > SHOWN:
        st.html(f'<div class="lt-note">{escaped(texts("loop.more", n=len(lines) - SHOWN))}</div>')
