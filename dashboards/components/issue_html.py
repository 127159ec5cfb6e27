"""Issues as HTML: the board by stage, the list of other systems, the facts of one. No Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.loop_html import fact_grid, tag
from dashboards.components.numbers import NO_VALUE, name_of
from dashboards.data.rows_loop import IssueLine, KpiChoice
from lingting.store.models import Issue
from lingting.work.issues import is_overdue

if TYPE_CHECKING:
    from dashboards.components.page import Page

WAY = ("found", "analysed", "measures_set", "implemented", "verified")
LAST_CLOSED = 10


def board(page: Page, issues: Sequence[Issue], names: Mapping[str, str], day: date) -> str:
    """A column a stage; overdue issues first, of the closed ones the latest."""
    columns = []
    for stage in WAY:
        of_stage = [one for one in issues if (WAY[0] if one.stage == "reopened" else one.stage) == stage]
        of_stage.sort(key=lambda one: (not is_overdue(one, day), one.due_date or date.max))
        shown = of_stage[:LAST_CLOSED] if stage == "verified" else of_stage
        cards = "".join(_card(page, one, names, day) for one in shown) or f"<p>{escaped(NO_VALUE)}</p>"
        head = escaped(page.texts(f"loop.step_{stage}"))
        columns.append(f"<section><h3>{head} <small>{len(of_stage)}</small></h3>{cards}</section>")
    return f'<div class="lt-board">{"".join(columns)}</div>'


def _card(page: Page, issue: Issue, names: Mapping[str, str], day: date) -> str:
    title = link("issues", issue.topic, issue=issue.issue_id, lang=page.texts.in_links)
    owner = escaped(names.get(issue.owner_id, issue.owner_id))
    again = f" {tag('watch', '↻', page.texts('loop.step_reopened'))}" if issue.stage == "reopened" else ""
    return f'<div><span class="lt-words">{title}</span>{again}<small>{owner}</small>{due(page, issue, day)}</div>'


def due(page: Page, issue: Issue, day: date) -> str:
    """The due date with what it means today; a word and a sign, not a colour alone."""
    if issue.due_date is None:
        return ""
    if issue.stage == "verified":
        return tag("pass", "✓", page.texts("loop.step_verified"))
    if is_overdue(issue, day):
        return tag("fail", "!", page.texts("issues.overdue", n=(day - issue.due_date).days))
    return tag("open", "◷", page.texts("issues.due_on", day=issue.due_date.isoformat()))


def others(page: Page, lines: Sequence[IssueLine], names: Mapping[str, str], queues: dict[str, str]) -> str:
    texts = page.texts
    head = [text_cell(texts(f"issues.{name}")) for name in ("topic", "stage", "due", "owner", "queue", "found_on")]
    rows = []
    for line in lines:
        chip = tag("fail", "!", texts("issues.overdue", n=line.days_late)) if line.days_late else ""
        rows.append(
            [
                Cell(
                    link("issues", line.topic, title=line.issue_id, issue=line.issue_id, lang=page.texts.in_links),
                    "lt-words",
                ),
                Cell(escaped(texts.maybe(f"loop.step_{line.stage}", line.stage)) + _own_verification(page, line)),
                Cell(f"{escaped(line.due_date or NO_VALUE)} {chip}"),
                text_cell(name_of(names, line.owner_id)),
                text_cell(name_of(queues, line.queue_id)),
                text_cell(line.found_date.isoformat()),
            ]
        )
    return table(head, rows)


def _own_verification(page: Page, line: IssueLine) -> str:
    """Why an issue that was verified is still open."""
    return " " + tag("watch", "!", page.texts("issues.by_owner")) if line.is_verified_by_owner else ""


def facts(
    page: Page, issue: Issue, names: Mapping[str, str], queues: dict[str, str], kpis: Sequence[KpiChoice], day: date
) -> str:
    texts = page.texts
    labels = {kpi.kpi_id: kpi.label(page.language) for kpi in kpis}
    pairs = [
        (texts("loop.owner"), escaped(names.get(issue.owner_id, issue.owner_id))),
        (texts("issues.due"), _due_with_day(page, issue, day)),
        (texts("issues.kind"), escaped(texts(f"issues.kind_{issue.issue_kind}"))),
        (texts("issues.found_by"), escaped(texts(f"issues.by_{issue.found_by}"))),
        (texts("filter.queue"), escaped(name_of(queues, issue.queue_id))),
        (texts("issues.kpi"), escaped(name_of(labels, issue.kpi_id))),
    ]
    return fact_grid(pairs)


def _due_with_day(page: Page, issue: Issue, day: date) -> str:
    """The day once: while there is time, the chip names it already."""
    chip = due(page, issue, day)
    if issue.stage == "verified" or is_overdue(issue, day):
        return f"{escaped(issue.due_date or NO_VALUE)} {chip}"
    return chip or NO_VALUE


def facts_of_other(page: Page, line: IssueLine, names: Mapping[str, str]) -> str:
    texts = page.texts
    pairs = [
        (texts("loop.owner"), name_of(names, line.owner_id)),
        (texts("issues.due"), str(line.due_date or NO_VALUE)),
        (texts("issues.kind"), texts.maybe(f"issues.kind_{line.issue_kind}", line.issue_kind)),
        (texts("issues.found_by"), texts.maybe(f"issues.by_{line.found_by}", line.found_by)),
        (texts("issues.found_on"), line.found_date.isoformat()),
        (texts("issues.age"), texts("loop.days", n=line.age_days)),
        (texts("issues.reopened_times"), str(line.n_reopened)),
    ]
    return fact_grid([(label, escaped(value)) for label, value in pairs])
