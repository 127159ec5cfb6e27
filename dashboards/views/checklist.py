"""The 22 items of the compliance checklist, month by month; one item opened down to the rows that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from dashboards.components import cards, evidence, export, links
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import NO_VALUE, amount
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.status import chip, mark
from dashboards.data import checklist, queries
from dashboards.data.checklist import Standing
from lingting import audit
from lingting.kpi.checklist import ChecklistItem, ChecklistPart, domain_scores

ROWS = 20


def render(page: Page) -> None:
    texts = page.texts
    months = checklist.months(page.viewer)
    if not months:
        title(texts("nav.checklist"))
        empty(texts("checklist.none"), texts("checklist.none_advice"))
        return
    cards.style()
    wanted = st.query_params.get("month", "")
    month = next((month for month in months if f"{month:%Y-%m}" == wanted), months[0])
    items = checklist.items(page.viewer, month)
    title(texts("nav.checklist"), _month(page, month))
    _summary(page, items)
    number = st.query_params.get("item", "")
    item = next((item for item in items if str(item.item_no) == number), None)
    if item is not None:
        _item(page, month, item)
    _matrix(page, months, checklist.standings(page.viewer))
    document = items[0].source_clause.split("》")[0] + "》"
    st.html(f'<div class="lt-note">{escaped(texts("checklist.source", document=document))}</div>')


def _month(page: Page, month: date) -> str:
    return page.texts("period.month_name", year=month.year, month=f"{month.month:02d}")


def _summary(page: Page, items: Sequence[ChecklistItem]) -> None:
    """How many pass, in all and by domain: what is not measured does not pass."""
    texts = page.texts
    passed = sum(item.status == "PASS" for item in items)
    unknown = sum(item.status in ("NO_DATA", "OPEN", "INSUFFICIENT_N") for item in items)
    level = "PASS" if passed == len(items) else "FAIL" if any(item.status == "FAIL" for item in items) else "WATCH"
    parts = [
        texts("checklist.score", domain=texts(f"checklist.domain_{score.domain}"), n=score.n_passed, all=score.n_items)
        for score in domain_scores(list(items))
    ]
    icon = {"PASS": "✓", "FAIL": "✕", "WATCH": "!"}[level]
    first = texts("checklist.verdict", n=passed, all=len(items))
    more = texts("checklist.unknown", n=unknown) if unknown else ""
    st.html(
        f'<div class="lt-verdict lt-{level.lower()}"><b aria-hidden="true">{icon}</b><div><p>{escaped(first)}</p>'
        f"<small>{escaped(texts('overview.comma').join(parts))}{escaped(more)}</small></div></div>"
    )


def _matrix(page: Page, months: Sequence[date], standings: Sequence[Standing]) -> None:
    """Items down, months across, the newest first; each mark opens its item."""
    texts = page.texts
    shown = sorted(months, reverse=True)[:12]
    by_item: dict[int, dict[date, Standing]] = {}
    for one in standings:
        by_item.setdefault(one.item_no, {})[one.month_start] = one
    head = [
        text_cell(texts("checklist.number"), "num"),
        text_cell(texts("checklist.item")),
        *(text_cell(f"{month:%Y-%m}", "mark") for month in shown),
        text_cell(texts("checklist.aspect")),
        text_cell(texts("checklist.domain")),
    ]
    body = []
    for item_no, found in sorted(by_item.items()):
        last = found[max(found)]
        name = links.to(page, "checklist", last.label(page.language), month=f"{max(found):%Y-%m}", item=str(item_no))
        body.append(
            [
                text_cell(item_no, "num"),
                Cell(name, "wrap"),
                *(Cell(_mark(page, found.get(month)), "mark") for month in shown),
                text_cell(last.aspect(page.language)),
                text_cell(texts(f"checklist.domain_{last.domain}")),
            ]
        )
    section(texts("checklist.matrix"), texts("checklist.matrix_note"))
    st.html(table(head, body, "lt-matrix"))


def _mark(page: Page, one: Standing | None) -> str:
    if one is None:
        return NO_VALUE
    words = page.texts(f"status.{one.status}")
    opened = links.to(page, "checklist", words, month=f"{one.month_start:%Y-%m}", item=str(one.item_no))
    return f"{mark(one.status, page.texts)} {opened}"


def _item(page: Page, month: date, item: ChecklistItem) -> None:
    texts, zh = page.texts, page.language == "zh"
    with card("item"):
        name = item.label_zh if zh else item.label_en
        section(texts("checklist.heading", no=item.item_no, name=name), _month(page, month))
        facts = [
            ("checklist.status", chip(item.status, texts)),
            ("checklist.value", escaped(_value(page, item))),
            ("checklist.interval", escaped(_interval(page, item))),
            ("checklist.mark", escaped(f"{_sign(item.comparison)} {amount(item.mark, item.unit or 'ratio', texts)}")),
            ("checklist.cases", escaped(NO_VALUE if item.n is None else f"{item.n:,}")),
            ("checklist.until", escaped(NO_VALUE if item.data_until is None else item.data_until.isoformat())),
            ("checklist.clause", escaped(item.source_clause)),
        ]
        listed = "".join(f"<div><small>{escaped(texts(key))}</small>{html}</div>" for key, html in facts)
        st.html(f'<div class="lt-facts">{listed}</div>')
        st.html(_parts(page, month, item))
        part = next((p for p in item.parts if str(p.part_no) == st.query_params.get("part", "")), item.parts[0])
        _evidence(page, month, item, part)


def _value(page: Page, one: ChecklistItem | ChecklistPart) -> str:
    return amount(one.value, one.unit or "ratio", page.texts)


def _interval(page: Page, one: ChecklistItem | ChecklistPart) -> str:
    if one.ci_low is None or one.ci_high is None:
        return NO_VALUE
    low, high = (amount(bound, one.unit or "ratio", page.texts) for bound in (one.ci_low, one.ci_high))
    return f"{low} – {high}"


def _sign(comparison: str) -> str:
    return {">=": "≥", "<=": "≤"}.get(comparison, comparison)


_HEAD = ("part", "value", "interval", "mark", "cases", "status", "detector", "formula", "rows")


def _parts(page: Page, month: date, item: ChecklistItem) -> str:
    """What is measured, part by part; a part that is printed beside the item is said to be so."""
    texts, zh = page.texts, page.language == "zh"
    head = [
        text_cell(texts(f"checklist.{name}"), "num" if name in ("value", "interval", "cases") else "") for name in _HEAD
    ]
    body = []
    for part in item.parts:
        name = escaped(part.part_zh if zh else part.part_en)
        beside = "" if part.is_judged else f"<br><small>{escaped(texts('checklist.beside'))}</small>"
        detector = NO_VALUE
        if part.sensitivity is not None and part.specificity is not None:
            detector = texts(
                "checklist.detector_words",
                se=f"{part.sensitivity * 100:.1f}%",
                sp=f"{part.specificity * 100:.1f}%",
                n=f"{part.n_gold or 0:,}",
            )
        query = {"month": f"{month:%Y-%m}", "item": str(item.item_no), "part": str(part.part_no)}
        body.append(
            [
                Cell(name + beside, "wrap"),
                text_cell(_value(page, part), "num"),
                text_cell(_interval(page, part), "num"),
                text_cell(f"{_sign(part.comparison)} {amount(part.mark, part.unit or 'ratio', texts)}"),
                text_cell(NO_VALUE if part.n is None else f"{part.n:,}", "num"),
                Cell(chip(part.status, texts)),
                text_cell(detector, "wrap"),
                text_cell((part.formula_zh if zh else part.formula_en) or NO_VALUE, "wrap"),
                Cell(links.to(page, "checklist", texts("checklist.show_rows"), None, **query)),
            ]
        )
    return table(head, body)


def _evidence(page: Page, month: date, item: ChecklistItem, part: ChecklistPart) -> None:
    """The rows of one part; what can not be proven here says so, and who can."""
    texts = page.texts
    name = part.part_zh if page.language == "zh" else part.part_en
    section(texts("checklist.evidence", part=name))
    proof = checklist.proof(page.viewer, month, item.item_no, part.part_no, ROWS)
    found = proof.evidence
    if found is None:
        empty(texts(f"checklist.proof_{proof.why_not}"), texts(f"checklist.proof_{proof.why_not}_advice"))
        return
    if not found.rows:
        empty(texts("checklist.no_rows"), texts("checklist.no_rows_advice"))
        return
    if not _noted(page, f"{month:%Y-%m}/{item.item_no}.{part.part_no}", len(found.rows)):
        return
    words = texts("checklist.rows_words", n=f"{found.n_rows:,}", against=f"{found.n_problems:,}", shown=len(found.rows))
    st.html(f'<div class="lt-note">{escaped(words)}</div>')
    st.html(evidence.html(page, found, proof.seconds, _names(page)))
    rows = partial(checklist.evidence_rows, month=month, item_no=item.item_no, part_no=part.part_no)
    heads = {column: texts.maybe(f"column.{column}", column) for column in found.columns}
    export.offer(page, "checklist_evidence", rows, heads)


def _names(page: Page) -> dict[str, str]:
    """What rows name by an id: queues, teams, agents, rules."""
    viewer, language = page.viewer, page.language
    named = {item.item_id: item.name(language) for item in (*queries.queues(viewer), *queries.teams(viewer))}
    named |= {agent.agent_id: agent.agent_name for agent in queries.agents(viewer)}
    return named | {rule.rule_id: rule.label(language) for rule in queries.rules(viewer)}


def _noted(page: Page, what: str, n_rows: int) -> bool:
    """Who looked at which evidence is in the access log, once a session; without the log nothing is shown."""
    key = f"noted_evidence_{what}"
    if not st.session_state.get(key):
        try:
            audit.note(page.viewer, "view", "checklist_evidence", what, n_rows=n_rows)
        except audit.AuditDown:
            st.error(page.texts("checklist.log_down"), icon=":material/block:")
            return False
        st.session_state[key] = True
    return True
