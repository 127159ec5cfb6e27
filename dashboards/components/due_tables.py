"""The lists of what is due as tables: who, until when, how late, and the next step. No Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import NO_VALUE, moment, name_of
from dashboards.components.page import Page
from dashboards.components.review_html import chip
from dashboards.data import people, queries
from dashboards.data.rows_supervisor import Complaint, Feedback, Invitation, Issue, Promise
from dashboards.i18n import Texts
from lingting.clock import bounds, local, now

SOON = timedelta(hours=8)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Listed:
    """A table in the making. ``n_late``: rows whose time was over at the newest moment of the data."""

    head: list[Cell]
    rows: list[list[Cell]]
    n_late: int

    def table(self, first: int, last: int | None = None) -> str:
        return table(self.head, self.rows[first:last])


def tally(found: Sequence[tuple[str, Listed]], texts: Texts) -> str:
    """How many are due of each kind, and how many of them are late."""
    parts = []
    for key, listed in found:
        css, icon = ("lt-fail", "✕") if listed.n_late else ("lt-pass", "✓") if not listed.rows else ("lt-watch", "!")
        late = f" · {escaped(texts('due.late_count', n=listed.n_late))}" if listed.n_late else ""
        parts.append(
            f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{escaped(texts(f"due.{key}"))} '
            f"<b>{len(listed.rows)}</b>{late}</span>"
        )
    return f'<div class="lt-tally">{"".join(parts)}</div>'


def time_left(due: datetime | None, as_of: datetime, texts: Texts) -> str:
    """How late, how soon, or that the clock stands: icon, word and time."""
    if due is None:
        return chip("lt-no_data", "◇", texts("due.clock_stands"))
    left = due - as_of
    if left < timedelta(0):
        return chip("lt-fail", "✕", texts("due.late_by", time=_lasting(-left, texts)))
    if left <= SOON:
        return chip("lt-watch", "!", texts("due.left", time=_lasting(left, texts)))
    return chip("lt-open", "◷", texts("due.left", time=_lasting(left, texts)))


def _lasting(time: timedelta, texts: Texts) -> str:
    if time >= 2 * _DAY:
        return texts("due.days", n=f"{time / _DAY:.0f}")
    hours = time / timedelta(hours=1)
    if hours < 1:
        return texts("due.under_hour")
    return texts("due.hours", n=f"{hours:.1f}" if hours < 10 else f"{hours:.0f}")


def complaints(page: Page, found: Sequence[Complaint], as_of: datetime) -> Listed:
    texts = page.texts
    head = _head(texts, "finish", "respond", "complaint", "what", "agent", "received", "step")
    rows = []
    for one in found:
        answered = texts("due.answered", at=f"{local(one.responded_at):%m-%d %H:%M}") if one.responded_at else ""
        respond = escaped(answered) if one.responded_at else time_left(one.respond_due_at, as_of, texts)
        what = texts("scores.separator").join(
            part for part in (one.topic, texts.maybe(f"channel.{one.channel}", one.channel)) if part
        )
        step = "answer" if one.responded_at is None else "wait" if one.due_at is None else "finish"
        rows.append(
            [
                Cell(time_left(one.due_at, as_of, texts)),
                Cell(respond),
                Cell(f"{escaped(one.complaint_id)}{_customer(one.customer_key)}"),
                text_cell(what),
                _agent(page, one.agent_id, one.agent_name),
                text_cell(moment(one.received_at)),
                _step(page, f"complaint_{step}", one.call_id),
            ]
        )
    late = sum(
        (one.due_at is not None and one.due_at < as_of) or (one.responded_at is None and one.respond_due_at < as_of)
        for one in found
    )
    return Listed(head, rows, late)


def promises(page: Page, found: Sequence[Promise], as_of: datetime) -> Listed:
    texts = page.texts
    queues = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
    rows = [
        [
            Cell(_promised(one, as_of, texts)),
            Cell(f"{escaped(moment(one.promised_at))}{_customer(one.customer_key)}"),
            _agent(page, one.agent_id, one.agent_name),
            text_cell(queues.get(one.queue_id, one.queue_id)),
            _step(page, f"promise_{one.state}", one.call_id),
        ]
        for one in found
    ]
    return Listed(
        _head(texts, "state", "promised", "agent", "queue", "step"), rows, sum(p.state == "missed" for p in found)
    )


def _promised(one: Promise, as_of: datetime, texts: Texts) -> str:
    ago = _lasting(as_of - one.promised_at, texts)
    if one.state == "missed":
        return chip("lt-fail", "✕", texts("due.promise_broken", time=ago))
    return chip("lt-open", "◷", texts("due.promise_open", time=ago))


def feedback(page: Page, found: Sequence[Feedback], as_of: datetime) -> Listed:
    texts, names = page.texts, people.names()
    due = [(one, one.feedback_due_at, _known_until(one.is_ours, as_of)) for one in found]
    rows = [
        [
            Cell(time_left(until, at, texts)),
            _agent(page, one.agent_id, one.agent_name),
            text_cell(NO_VALUE if one.score_points is None else f"{one.score_points:.1f}"),
            text_cell(name_of(names, one.evaluator_id)),
            text_cell(moment(one.reviewed_at)),
            _review(page, one) if one.is_ours else _step(page, "feedback_give", one.call_id),
        ]
        for one, until, at in sorted(due, key=_in_time_first)
    ]
    late = sum(until < at for _, until, at in due)
    return Listed(_head(texts, "until", "agent", "points", "evaluator", "reviewed", "step"), rows, late)


def issues(page: Page, found: Sequence[Issue], as_of: datetime) -> Listed:
    """An issue is late when the local day on which it was due is over."""
    texts, names = page.texts, people.names()
    queues = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
    due = [(one, bounds(one.due_date)[1] if one.due_date else None, _known_until(one.is_ours, as_of)) for one in found]
    rows = [
        [
            Cell(texts("due.no_date") if until is None else time_left(until, at, texts)),
            Cell(link("issues", one.issue_id, issue=one.issue_id, lang=page.texts.in_links)),
            text_cell(one.topic or NO_VALUE, "wrap"),
            text_cell(name_of(queues, one.queue_id)),
            text_cell(name_of(names, one.owner_id)),
            text_cell(texts.maybe(f"issue_stage.{one.stage}", one.stage)),
            _step(page, f"issue_{one.stage}", None),
        ]
        for one, until, at in sorted(due, key=_soonest_first)
    ]
    late = sum(until is not None and until < at for _, until, at in due)
    return Listed(_head(texts, "until", "issue", "what", "queue", "owner", "stage", "step"), rows, late)


def _known_until(is_ours: bool, as_of: datetime) -> datetime:
    """What people enter here is known up to now, the rest up to the newest moment of the data."""
    return now() if is_ours else as_of


def _in_time_first(line: tuple[Issue | Feedback, datetime | None, datetime]) -> tuple[bool, bool, float]:
    """What can still be kept, soonest first; then what is late, the latest first; then what has no due time."""
    _, until, at = line
    left = (until - at).total_seconds() if until else 0.0
    return until is None, left < 0, abs(left)


def _soonest_first(line: tuple[Issue | Feedback, datetime | None, datetime]) -> tuple[bool, float]:
    """The longest overdue first; last what has no due time."""
    _, until, at = line
    return until is None, (until - at).total_seconds() if until else 0.0


def _review(page: Page, one: Feedback) -> Cell:
    words = page.texts("next.feedback_give")
    opened = link("review", page.texts("due.review"), title=one.call_id, review=one.review_id, lang=page.texts.in_links)
    return Cell(f"{escaped(words)} {opened}", "wrap")


def invitations(page: Page, found: Sequence[Invitation], as_of: datetime) -> Listed:
    texts = page.texts
    queues = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
    rows = [
        [
            Cell(time_left(one.due_at, as_of, texts)),
            text_cell(one.customer_key or NO_VALUE),
            _agent(page, one.agent_id, one.agent_name),
            text_cell(queues.get(one.queue_id, one.queue_id)),
            _step(page, "invitation_send", one.call_id),
        ]
        for one in found
    ]
    late = sum(one.due_at < as_of for one in found)
    return Listed(_head(texts, "until", "customer", "agent", "queue", "step"), rows, late)


def _head(texts: Texts, *names: str) -> list[Cell]:
    return [text_cell(texts(f"due.{name}")) for name in names]


def _customer(key: str | None) -> str:
    return f"<br><small>{escaped(key)}</small>" if key else ""


def _agent(page: Page, agent_id: str | None, name: str | None) -> Cell:
    if agent_id is None:
        return text_cell(NO_VALUE)
    return Cell(link("team", name or agent_id, agent=agent_id, lang=page.texts.in_links))


def _step(page: Page, key: str, call_id: str | None) -> Cell:
    words = page.texts.maybe(f"next.{key}", NO_VALUE)
    if call_id is None:
        return Cell(escaped(words), "wrap")
    opened = link("call", page.texts("due.call"), title=call_id, call=call_id, lang=page.texts.in_links)
    return Cell(f"{escaped(words)} {opened}", "wrap")
