"""How well people judge: coverage of the three levels, agreement of double scorings, calibration of each evaluator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, figure, listing, note, number, share, tag
from dashboards.components.heat_html import interval_mark
from dashboards.components.html import Cell, text_cell
from dashboards.components.numbers import NO_VALUE
from dashboards.components.page import Page, empty
from dashboards.components.score_html import item_name
from dashboards.data import people, quality
from dashboards.data.rows_quality import Agreement, Calibration, Coverage
from lingting.kpi.intervals import wilson

_EVALUATOR = (
    "evaluator",
    "verdict",
    "stricter_milder",
    "bias",
    "interval",
    "pairs",
    "scorings",
    "uncertified",
    "level",
)


def draw(page: Page, month: date) -> None:
    _coverage(page, quality.coverage(page.viewer, month))
    _agreement(page, quality.agreement(page.viewer, month))
    _calibration(page, quality.calibration(page.viewer, month))


def coverage_sentence(page: Page, rows: Sequence[Coverage]) -> str:
    short, late = sum(not row.is_level2_met for row in rows), sum(row.n_level3_late for row in rows)
    if not short and not late:
        return page.texts("quality.coverage_good", n=len(rows))
    return page.texts("quality.coverage_bad", short=short, n=len(rows), late=late)


def _coverage(page: Page, rows: Sequence[Coverage]) -> None:
    texts = page.texts
    with block("coverage", texts("quality.coverage"), coverage_sentence(page, rows), texts("quality.coverage_source")):
        heard, recorded = sum(row.n_inspected for row in rows), sum(row.n_recorded for row in rows)
        due, done = sum(row.n_level3_due for row in rows), sum(row.n_level3_done for row in rows)
        waiting, met = sum(row.n_level3_open for row in rows), sum(row.is_level2_met for row in rows)
        control.facts(
            [
                (texts("quality.level1"), share(heard / recorded if recorded else None, 2)),
                (texts("quality.level2"), f"{met} / {len(rows)}"),
                (texts("quality.level3"), f"{done} / {due}"),
                (texts("quality.level3_open"), f"{waiting}"),
            ]
        )
        behind = [row for row in rows if not row.is_level2_met or row.n_level3_late]
        behind.sort(key=lambda row: (row.is_level2_met, -row.n_level3_late))
        if behind:
            names = ("agent", "level2", "level3", "level3_late")
            listing(page, names, [_coverage_row(page, row) for row in behind], names[1:])


def _coverage_row(page: Page, row: Coverage) -> list[Cell]:
    return [
        text_cell(row.agent_name or row.agent_id),
        Cell(_of(page, row.n_level2, row.n_level2_due, row.is_level2_met), "num"),
        text_cell(f"{row.n_level3_done} / {row.n_level3_due}", "num"),
        number(row.n_level3_late),
    ]


def _of(page: Page, done: int, due: int, is_met: bool) -> str:
    return (
        f"{done} / {due} {tag('good' if is_met else 'bad', page.texts('quality.met' if is_met else 'quality.short'))}"
    )


def agreement_sentence(page: Page, rows: Sequence[Agreement]) -> str:
    """What the blind double scorings of the month say; a dimension with few pairs says nothing."""
    second = [row for row in rows if row.pair_kind == "second"]
    if not second:
        return page.texts("quality.agreement_none")
    n = max(row.n for row in second)
    if n < control.TOO_FEW:
        return page.texts("quality.agreement_few", n=n)
    apart = [item_name(row.dimension, page.texts) for row in second if row.is_calibration_due]
    if apart:
        return page.texts("quality.agreement_bad", n=n, dimensions=control.listed(page, apart))
    return page.texts("quality.agreement_good", n=n)


def _agreement(page: Page, rows: Sequence[Agreement]) -> None:
    texts = page.texts
    detail = texts("quality.agreement_source")
    with block("agreement", texts("quality.agreement"), agreement_sentence(page, rows), detail):
        names = ("dimension", "agreed", "interval", "kappa", "alpha", "pairs", "verdict")
        for kind in ("second", "recheck"):
            found = [_agreement_row(page, row) for row in rows if row.pair_kind == kind]
            if found and kind == "second":
                listing(page, names, found, names[1:6])
            elif found:
                with st.expander(texts("quality.pair_recheck"), key="recheck"):
                    listing(page, names, found, names[1:6])
        note(texts("quality.agreement_note"))


def _agreement_row(page: Page, row: Agreement) -> list[Cell]:
    is_thin = row.n < control.TOO_FEW
    verdict = ("quiet", "few") if is_thin else ("bad", "calibrate") if row.is_calibration_due else ("good", "agree")
    return [
        text_cell(item_name(row.dimension, page.texts)),
        figure(share(row.agreed_ratio), is_thin),
        figure(control.between(*wilson(row.agreed_ratio, row.n)), is_thin),
        figure(NO_VALUE if row.kappa is None else f"{row.kappa:.2f}", is_thin),
        figure(NO_VALUE if row.alpha is None else f"{row.alpha:.2f}", is_thin),
        number(row.n),
        Cell(tag(verdict[0], page.texts(f"quality_verdict.{verdict[1]}"))),
    ]


def calibration_sentence(page: Page, rows: Sequence[Calibration], who: Mapping[str, str]) -> str:
    """Who scores milder or stricter than the others, beyond chance."""
    apart = [row for row in rows if row.is_biased and row.bias_points is not None]
    if not apart:
        return page.texts(
            "quality.calibration_good" if any(row.n_double for row in rows) else "quality.calibration_none"
        )
    apart.sort(key=_apart)
    words = [
        page.texts(
            "quality.milder" if (row.bias_points or 0.0) > 0 else "quality.stricter",
            who=who.get(row.evaluator_id, row.evaluator_id),
            points=f"{abs(row.bias_points or 0.0):.1f}",
        )
        for row in apart
    ]
    return page.texts("quality.calibration_bad", who=page.texts("control.comma").join(words))


def _calibration(page: Page, rows: Sequence[Calibration]) -> None:
    texts, who = page.texts, people.names()
    detail = texts("quality.calibration_source")
    with block("calibration", texts("quality.calibration"), calibration_sentence(page, rows, who), detail):
        doubled = [row for row in rows if row.n_double]
        if not doubled:
            empty(texts("quality.calibration_none"), texts("quality.calibration_advice"))
            return
        limit = max(abs(edge) for row in doubled for edge in (row.bias_low or 0.0, row.bias_high or 0.0))
        shown = [_calibration_row(page, row, limit, who) for row in sorted(doubled, key=_apart)]
        listing(page, _EVALUATOR, shown, _EVALUATOR[3:8])
        note(texts("quality.calibration_note"))
        if len(rows) > len(doubled):
            note(texts("quality.calibration_undoubled", n=len(rows) - len(doubled)))


def _apart(row: Calibration) -> float:
    """Those furthest from the others first."""
    return -abs(row.bias_points or 0.0)


def _calibration_row(page: Page, row: Calibration, limit: float, who: Mapping[str, str]) -> list[Cell]:
    is_thin = row.n_double < control.TOO_FEW
    side = "mild" if (row.bias_points or 0.0) > 0 else "strict"
    verdict = ("quiet", "few") if is_thin else ("bad", side) if row.is_biased else ("good", "in_line")
    words, drawn = page.texts(f"quality_verdict.{verdict[1]}"), ""
    interval = NO_VALUE
    if row.bias_points is not None and row.bias_low is not None and row.bias_high is not None:
        interval = f"{row.bias_low:+.1f} – {row.bias_high:+.1f}"
        drawn = interval_mark(row.bias_low, row.bias_points, row.bias_high, limit, row.is_biased, words)
    return [
        text_cell(who.get(row.evaluator_id, row.evaluator_id)),
        Cell(tag(verdict[0], words)),
        Cell(drawn),
        figure(NO_VALUE if row.bias_points is None else f"{row.bias_points:+.1f}", is_thin),
        figure(interval, is_thin),
        number(row.n_double),
        number(row.n_reviews),
        number(row.n_uncertified),
        text_cell(page.texts.maybe(f"quality_level.{row.evaluator_level}", row.evaluator_level or NO_VALUE)),
    ]
