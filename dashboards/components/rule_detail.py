"""One rule: what each version found and lost, why appeals overturned it, calls to hear, what changed in its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboards.components import address, control
from dashboards.components.control import block, inner, listing, note, tag
from dashboards.components.html import Cell, escaped, text_cell
from dashboards.components.numbers import NO_VALUE, clock, moment
from dashboards.components.page import Page, title
from dashboards.components.quality_rules import overturn_row
from dashboards.data import rules
from dashboards.data.rows_quality import Example, RuleAppeal, RuleInForce, RuleQuality
from lingting.rules import DiffLine, kept_versions, line_diff, rule_text

_OUTCOMES = {"upheld": "bad", "rejected": "good", "filed": "quiet"}
_CLAUSES = ("must_say", "sop_step")  # of these a miss is what matters
_SIGNS = {"same": " ", "added": "+", "removed": "−"}


def draw(page: Page, rule: RuleInForce, found: Sequence[RuleQuality]) -> None:
    texts = page.texts
    kind = texts.maybe(f"rule_kind.{rule.rule_kind}", rule.rule_kind)
    st.html(inner(page, "rules", texts("rules.back")))
    title(rule.label(page.language), texts("rules.one", kind=kind, rule=rule.rule_id, version=rule.version))
    decided, overturned = sum(row.n_decided for row in found), sum(row.n_overturned for row in found)
    sentence = texts("quality.overturn_none")
    if decided:
        ratio = control.share(overturned / decided)
        sentence = texts("rules.versions_some", decided=decided, overturned=overturned, ratio=ratio)
    with block("rule_versions", texts("rules.versions"), sentence):
        names = ("rule", "version", "overturned_ratio", "interval", "decided", "overturned", "appeals", "hits")
        listing(page, names, [overturn_row(page, row) for row in found], names[2:])
    _appeals(page, rules.appeals(page.viewer, rule.rule_id))
    _examples(page, rule)
    _changes(page, rule)


def appeal_sentence(page: Page, rows: Sequence[RuleAppeal]) -> str:
    upheld = [row for row in rows if row.outcome == "upheld"]
    if not rows:
        return page.texts("rules.appeals_none")
    if not upheld:
        return page.texts("rules.appeals_rejected", n=len(rows))
    words = [row.phrase for row in upheld if row.phrase]
    if not words:
        return page.texts("rules.appeals_upheld", n=len(upheld))
    most = max(sorted(set(words)), key=words.count)
    return page.texts("rules.appeals_phrase", n=len(upheld), phrase=most, times=words.count(most))


def _appeals(page: Page, rows: Sequence[RuleAppeal]) -> None:
    with block("rule_appeals", page.texts("rules.appeals"), appeal_sentence(page, rows)):
        if rows:
            names = ("decision", "call", "words", "reason", "agent", "version", "decided_by", "decided_at")
            listing(page, names, [_appeal_row(page, row) for row in rows])


def _appeal_row(page: Page, row: RuleAppeal) -> list[Cell]:
    words = page.texts(f"rules_outcome.{row.outcome}")
    return [
        Cell(tag(_OUTCOMES.get(row.outcome, "quiet"), words)),
        Cell(_call(page, row.call_id, row.at_seconds)),
        Cell(_quote(row.matched_text), "wrap"),
        control.datum(row.reason),
        text_cell(row.agent_id),
        control.datum(row.rule_version),
        text_cell(row.decided_by or NO_VALUE),
        text_cell(moment(row.decided_at) if row.decided_at else NO_VALUE),
    ]


def _call(page: Page, call_id: str, second: float | None) -> str:
    """The call, opened at its second where there is one."""
    label = call_id if second is None else f"{call_id} {clock(second)}"
    return inner(page, "call", label, call=call_id, at=None if second is None else f"{second:.0f}")


def _quote(words: str | None) -> str:
    return f"<q>{escaped(words)}</q>" if words else NO_VALUE


def _examples(page: Page, rule: RuleInForce) -> None:
    texts = page.texts
    outcome = "miss" if rule.rule_kind in _CLAUSES else "hit"
    rows = rules.examples(page.viewer, rule.rule_id, outcome)
    sentence = texts(f"rules.examples_{outcome}", n=len(rows)) if rows else texts("rules.examples_none")
    with block("rule_examples", texts("rules.examples"), sentence):
        if rows:
            names = ("day", "call", "words", "phrase", "agent", "version")
            listing(page, names, [_example_row(page, row) for row in rows])


def _example_row(page: Page, row: Example) -> list[Cell]:
    return [
        control.day(row.call_date),
        Cell(_call(page, row.call_id, row.at_seconds)),
        Cell(_quote(row.matched_text), "wrap"),
        Cell(_quote(row.phrase)),
        text_cell(row.agent_id),
        control.datum(row.rule_version),
    ]


def _changes(page: Page, rule: RuleInForce) -> None:
    """Two versions of the packs beside each other; without a choice the newest and the one before it."""
    texts, kept = page.texts, kept_versions()
    if len(kept) < 2:
        with block("rule_diff", texts("rules.diff"), texts("rules.diff_one", n=len(kept))):
            written = rule_text(kept[0]["version"], rule.rule_id) if kept else None
            if written:
                st.html(diff_html(line_diff(written, written)))
        return
    names = {note["version"]: _version_name(note) for note in reversed(kept)}
    left, right = st.columns(2)
    with left:
        older = _version_box(page, "from", names, kept[-2]["version"])
    with right:
        newer = _version_box(page, "to", names, kept[-1]["version"])
    before, after = rule_text(older, rule.rule_id) or "", rule_text(newer, rule.rule_id) or ""
    lines = line_diff(before, after)
    with block("rule_diff", texts("rules.diff"), diff_sentence(page, lines), f"{older} → {newer}"):
        st.html(diff_html(lines))
        note(texts("rules.diff_note"))


def _version_name(kept: dict[str, str]) -> str:
    return f"{kept['version']} · {moment(datetime.fromisoformat(kept['first_used_at']).replace(tzinfo=None))}"


def _version_box(page: Page, side: str, names: dict[str, str], otherwise: str) -> str:
    wanted, options = st.query_params.get(side), list(names)
    chosen: str = st.selectbox(
        page.texts(f"rules.diff_{side}"),
        options,
        index=options.index(wanted if wanted in names else otherwise),
        format_func=lambda version: names[version],
        key=f"rule_diff_{side}_{page.language}",
        placeholder=page.texts("filter.choose"),
    )
    address.write({side: chosen})
    return chosen


def diff_sentence(page: Page, lines: Sequence[DiffLine]) -> str:
    added, removed = sum(line.kind == "added" for line in lines), sum(line.kind == "removed" for line in lines)
    if not added and not removed:
        return page.texts("rules.diff_same")
    return page.texts("rules.diff_some", added=added, removed=removed)


def diff_html(lines: Sequence[DiffLine]) -> str:
    """Each line with its sign; what was written in a pack is data, so it stands as a quotation."""
    drawn = "".join(
        f'<div class="{line.kind}"><b aria-hidden="true">{_SIGNS[line.kind]}</b><q>{escaped(line.text)}</q></div>'
        for line in lines
    )
    return f'<div class="lt-diff" tabindex="0">{drawn}</div>'
