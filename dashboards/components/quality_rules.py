"""How well the rules judge: appeals that overturned them, how right the detectors are, script compliance corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, figure, inner, listing, note, number, share
from dashboards.components.html import Cell, text_cell
from dashboards.components.numbers import NO_VALUE
from dashboards.components.page import Page, empty
from dashboards.components.status import chip
from dashboards.data import quality, rules
from dashboards.data.rows_quality import Detector, RuleQuality
from lingting.kpi.intervals import wilson

_MIN_LABELS = 30


def draw(page: Page, month: date) -> None:
    _overturned(page, [row for row in quality.rule_quality(page.viewer, month) if row.n_appeals])
    _script(page, month)
    _detectors(page, quality.detectors(page.viewer))


def by_overturn(rows: Sequence[RuleQuality]) -> list[RuleQuality]:
    """Those with enough decisions first, the most often overturned on top."""
    return sorted(rows, key=lambda row: (row.n_decided < control.TOO_FEW, -(row.overturn_ratio or 0.0), row.rule_id))


def overturn_sentence(page: Page, rows: Sequence[RuleQuality]) -> str:
    decided, overturned = sum(row.n_decided for row in rows), sum(row.n_overturned for row in rows)
    if not decided:
        return page.texts("quality.overturn_none")
    judged = [row for row in by_overturn(rows) if row.n_decided >= control.TOO_FEW]
    if not judged:
        return page.texts("quality.overturn_few", decided=decided, overturned=overturned)
    return page.texts(
        "quality.overturn_some",
        decided=decided,
        overturned=overturned,
        ratio=share(overturned / decided, 0),
        rule=judged[0].label(page.language),
        worst=share(judged[0].overturn_ratio, 0),
    )


def _overturned(page: Page, rows: Sequence[RuleQuality]) -> None:
    texts = page.texts
    with block("overturned", texts("quality.overturn"), overturn_sentence(page, rows)):
        if rows:
            names = ("rule", "version", "overturned_ratio", "interval", "decided", "overturned", "appeals", "hits")
            listing(page, names, [overturn_row(page, row) for row in by_overturn(rows)], names[2:])
        note(texts("quality.overturn_note"))
        st.html(inner(page, "rules", texts("quality.all_rules")))


def overturn_row(page: Page, row: RuleQuality) -> list[Cell]:
    is_thin, ratio = row.n_decided < control.TOO_FEW, row.overturn_ratio
    interval = control.between(*wilson(ratio, row.n_decided)) if ratio is not None else NO_VALUE
    return [
        Cell(inner(page, "rules", row.label(page.language), rule=row.rule_id)),
        text_cell(row.rule_version),
        figure(share(ratio), is_thin),
        figure(interval, is_thin),
        number(row.n_decided),
        number(row.n_overturned),
        number(row.n_appeals),
        number(row.n_hits),
    ]


def _script(page: Page, month: date) -> None:
    texts, found = page.texts, quality.script_compliance(page.viewer, month)
    if found is None:
        return
    sentence = texts(
        "quality.script_sentence",
        raw=share(found.raw_value),
        corrected=share(found.corrected_value),
        interval=control.between(found.ci_low, found.ci_high),
        target=share(found.target),
    )
    with block("script", texts("quality.script"), sentence, texts("quality.script_source")):
        st.html(
            chip(found.status, texts)
            + " "
            + inner(page, "definitions", texts("control.definition"), kpi="script_compliance")
        )


def detector_sentence(page: Page, rows: Sequence[Detector], labels: dict[str, str]) -> str:
    """The clause that the machine most often takes for said although it was not: that hides missed clauses."""
    judged = [row for row in rows if row.specificity is not None]
    if not judged:
        return page.texts("quality.detector_none")
    worst = min(judged, key=lambda row: row.specificity or 0.0)
    wrong = round(worst.n_unsaid * (1 - (worst.specificity or 0.0)))
    name = labels.get(worst.rule_id, worst.rule_id)
    if worst.n_unsaid < _MIN_LABELS:
        return page.texts("quality.detector_few", rule=name, wrong=wrong, n=worst.n_unsaid)
    return page.texts("quality.detector_some", rule=name, wrong=wrong, n=worst.n_unsaid)


def _detectors(page: Page, rows: Sequence[Detector]) -> None:
    texts = page.texts
    labels = {rule.rule_id: rule.label(page.language) for rule in rules.in_force(page.viewer)}
    with block(
        "detectors", texts("quality.detector"), detector_sentence(page, rows, labels), texts("quality.all_time")
    ):
        if not rows:
            empty(texts("quality.detector_none"), texts("quality.detector_advice"))
            return
        names = ("rule", "sensitivity", "interval", "said", "specificity", "interval", "unsaid")
        lines = [
            [
                Cell(inner(page, "rules", labels.get(row.rule_id, row.rule_id), rule=row.rule_id)),
                figure(share(row.sensitivity), row.n_said < _MIN_LABELS),
                figure(control.between(row.sensitivity_low, row.sensitivity_high), row.n_said < _MIN_LABELS),
                number(row.n_said),
                figure(share(row.specificity), row.n_unsaid < _MIN_LABELS),
                figure(control.between(row.specificity_low, row.specificity_high), row.n_unsaid < _MIN_LABELS),
                number(row.n_unsaid),
            ]
            for row in rows
        ]
        listing(page, names, lines, names[1:])
        note(texts("quality.detector_note", n=_MIN_LABELS))
