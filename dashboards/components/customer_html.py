"""A customer's timeline as HTML: a day after the other, each event with its channel, its step and who had it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from dashboards.components.html import escaped, link, prose
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.data.rows_calls import Event
from dashboards.i18n import Texts
from lingting.clock import local

if TYPE_CHECKING:
    from dashboards.components.page import Page

ICONS = {"contact": "☎", "ticket": "▤", "complaint": "!", "survey": "★"}


def summary(events: Sequence[Event], texts: Texts) -> str:
    """First and last time, how often on which channel, complaints and the latest satisfaction."""
    contacts = Counter(event.channel for event in events if event.kind == "contact")
    channels = texts("scores.separator").join(
        f"{texts.maybe(f'customer.channel_{channel}', channel or NO_VALUE)} {count}"
        for channel, count in contacts.most_common()
    )
    complaints = sum(event.kind == "complaint" and event.step == "received" for event in events)
    tickets = sum(event.kind == "ticket" and event.step == "opened" for event in events)
    latest = next((event for event in events if event.kind == "survey" and event.step == "csat"), None)
    shown = [
        ("customer.first", moment(events[-1].event_at)),
        ("customer.last", moment(events[0].event_at)),
        ("customer.contacts", channels or NO_VALUE),
        ("customer.tickets", str(tickets)),
        ("customer.complaints", str(complaints)),
        ("customer.csat", NO_VALUE if latest is None or latest.score is None else f"{latest.score:g}"),
    ]
    parts = "".join(f"<div><small>{escaped(texts(key))}</small>{prose(value)}</div>" for key, value in shown)
    return f'<div class="lt-facts">{parts}</div>'


def timeline(page: Page, events: Sequence[Event]) -> str:
    """The days, newest first."""
    days = []
    for day, own in groupby(events, key=lambda event: local(event.event_at).date()):
        lines = "".join(_event(page, event) for event in own)
        days.append(f'<div class="lt-day"><h3>{day.isoformat()}</h3>{lines}</div>')
    return f'<div class="lt-timeline">{"".join(days)}</div>'


def _event(page: Page, event: Event) -> str:
    texts = page.texts
    kind = texts.maybe(f"customer.kind_{event.kind}", event.kind)
    step = texts.maybe(f"customer.{event.kind}_{event.step}", event.step)
    about = [texts.maybe(f"customer.channel_{event.channel}", event.channel or NO_VALUE)]
    if event.topic:
        about.append(event.topic)
    if event.score is not None:
        about.append(texts("customer.answer", score=f"{event.score:g}"))
    if event.agent_name:
        about.append(event.agent_name)
    opened = ""
    if event.call_id:
        opened = link("call", texts("customer.open"), call=event.call_id, lang=page.texts.in_links)
    return (
        f'<div class="lt-event {escaped(event.kind)}"><i aria-hidden="true">{ICONS.get(event.kind, "·")}</i>'
        f"<time>{local(event.event_at):%H:%M}</time><div><b>{escaped(kind)} · {escaped(step)}</b> "
        f"<small>{escaped(' · '.join(about))}</small> {opened}</div></div>"
    )
