"""Rules: what is in force, what it found, where appeals overturned it, and what changed between two versions."""

from __future__ import annotations

import streamlit as st

from dashboards.components import address, control, rule_detail
from dashboards.components.control import inner, listing, number, share
from dashboards.components.html import Cell, text_cell
from dashboards.components.page import Page, empty, title
from dashboards.components.quality_rules import overturn_row
from dashboards.data import quality, rules
from dashboards.data.rows_quality import RuleInForce, RuleQuality

ALL = "all"


def render(page: Page) -> None:
    in_force = rules.in_force(page.viewer)
    if not in_force:
        title(page.texts("nav.rules"))
        empty(page.texts("rules.none"), page.texts("rules.none_advice"))
        return
    found = quality.rule_quality(page.viewer)
    wanted = address.read().get("rule")
    chosen = next((rule for rule in in_force if rule.rule_id == wanted), None)
    if chosen is None:
        _all(page, in_force, found)
    else:
        rule_detail.draw(page, chosen, [row for row in found if row.rule_id == chosen.rule_id])


def _all(page: Page, in_force: list[RuleInForce], found: list[RuleQuality]) -> None:
    texts = page.texts
    appealed = {row.rule_id for row in found if row.n_appeals}
    title(texts("nav.rules"), texts("rules.lead", n=len(in_force), appealed=len(appealed)))
    kinds = [ALL, *dict.fromkeys(rule.rule_kind for rule in in_force)]
    wanted = address.read().get("kind")
    kind = st.selectbox(
        texts("rules.kind"),
        kinds,
        index=kinds.index(wanted) if wanted in kinds else 0,
        format_func=lambda one: texts("rules.all_kinds") if one == ALL else texts.maybe(f"rule_kind.{one}", one),
        key=f"rule_kind_{page.language}",
        placeholder=texts("filter.choose"),
        width=320,
    )
    address.write({"kind": kind if kind != ALL else None})
    newest = {(row.rule_id, row.rule_version): row for row in found}
    shown = [(rule, newest.get((rule.rule_id, rule.version))) for rule in in_force if kind in (ALL, rule.rule_kind)]
    rows = [_row(page, rule, row) for rule, row in sorted(shown, key=lambda pair: _by_appeals(*pair))]
    names = ("rule", "kind", "version", "overturned_ratio", "interval", "decided", "overturned", "appeals", "hits")
    listing(page, names, rows, names[3:])
    control.note(texts("rules.note", n=control.TOO_FEW))


def _by_appeals(rule: RuleInForce, found: RuleQuality | None) -> tuple[int, str, str]:
    """Most appeals first: where people disagree with the machine is where to look."""
    return (-found.n_appeals if found else 0, rule.rule_kind, rule.rule_id)


def _row(page: Page, rule: RuleInForce, found: RuleQuality | None) -> list[Cell]:
    name = Cell(inner(page, "rules", rule.label(page.language), rule=rule.rule_id))
    kind = text_cell(page.texts.maybe(f"rule_kind.{rule.rule_kind}", rule.rule_kind))
    if found is None:
        blank = [control.figure(share(None)), control.figure(share(None)), *(number(0) for _ in range(4))]
        return [name, kind, text_cell(rule.version), *blank]
    _, version, *numbers = overturn_row(page, found)
    return [name, kind, version, *numbers]
