"""How right the machines are: the measured accuracy of models, intents with their confusion, emotions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, figure, listing, note, number, share
from dashboards.components.heat_html import HeatCell, heat_table
from dashboards.components.html import Cell, text_cell
from dashboards.components.page import Page, empty
from dashboards.components.status import chip
from dashboards.data import quality
from dashboards.data.rows_quality import Accuracy, Confusion, Evaluation

_MEAN = "macro"


def draw(page: Page, month: date) -> None:
    _accuracy(page, "intent", quality.intents(page.viewer, month))
    _confusion(page, quality.confusion(page.viewer, month))
    _accuracy(page, "emotion", quality.emotions(page.viewer, month))
    _evaluations(page, quality.evaluations(page.viewer))


def accuracy_sentence(page: Page, kind: str, rows: Sequence[Accuracy]) -> str:
    """The mean, and what is overlooked most among what was labelled often enough."""
    mean = next((row for row in rows if row.item == _MEAN), None)
    if mean is None:
        return page.texts("quality.accuracy_none")
    judged = [r for r in rows if r.item != _MEAN and r.n_gold >= control.TOO_FEW and r.recall is not None]
    if not judged:
        return page.texts("quality.accuracy_few", n=mean.n_gold, f1=share(mean.f1))
    worst = min(judged, key=lambda row: row.recall or 0.0)
    return page.texts(
        f"quality.accuracy_{kind}",
        n=mean.n_gold,
        f1=share(mean.f1),
        item=named(page, kind, worst.item),
        recall=share(worst.recall, 0),
        gold=worst.n_gold,
    )


def named(page: Page, kind: str, code: str) -> str:
    """The word for an intent or emotion; a code that we have no word for stays as it is."""
    return page.texts.maybe(f"quality_intent.{code}" if kind == "intent" else f"quality_emotion.{code}", code)


def _accuracy(page: Page, kind: str, rows: Sequence[Accuracy]) -> None:
    with block(f"accuracy_{kind}", page.texts(f"quality.of_{kind}"), accuracy_sentence(page, kind, rows)):
        if not rows:
            empty(page.texts("quality.accuracy_none"), page.texts("quality.accuracy_advice"))
            return
        names = ("item", "recall", "precision", "f1", "gold", "detected", "correct")
        listing(page, names, [_accuracy_row(page, kind, row) for row in rows], names[1:])
        if kind == "emotion":
            note(page.texts("quality.accuracy_note", n=control.TOO_FEW))


def _accuracy_row(page: Page, kind: str, row: Accuracy) -> list[Cell]:
    is_thin = row.n_gold < control.TOO_FEW
    return [
        text_cell(named(page, kind, row.item)),
        figure(share(row.recall), is_thin),
        figure(share(row.precision), is_thin),
        figure(share(row.f1), is_thin),
        number(row.n_gold),
        number(row.n_detected),
        number(row.n_correct),
    ]


def confusion_sentence(page: Page, rows: Sequence[Confusion]) -> str:
    wrong = [row for row in rows if row.gold != row.predicted]
    if not wrong:
        return page.texts("quality.confusion_none")
    most = max(wrong, key=lambda row: row.n)
    return page.texts(
        "quality.confusion_most",
        gold=named(page, "intent", most.gold),
        predicted=named(page, "intent", most.predicted),
        n=most.n,
        total=sum(row.n for row in wrong),
    )


def _confusion(page: Page, rows: Sequence[Confusion]) -> None:
    if not rows:
        return
    texts = page.texts
    totals: dict[str, int] = {}
    for row in rows:
        totals[row.gold] = totals.get(row.gold, 0) + row.n
    columns = sorted({row.predicted for row in rows} | set(totals), key=lambda item: (item not in totals, item))
    cells = {
        (row.gold, row.predicted): HeatCell(
            f"{row.n}",
            row.n / totals[row.gold] if row.gold == row.predicted else 0.25 + row.n / totals[row.gold],
            "calm" if row.gold == row.predicted else "alarm",
            share(row.n / totals[row.gold]),
        )
        for row in rows
    }
    with block("confusion", texts("quality.confusion"), confusion_sentence(page, rows)):
        st.html(
            heat_table(
                texts("quality.confusion_corner"),
                [(item, named(page, "intent", item)) for item in totals],
                [(item, named(page, "intent", item)) for item in columns],
                cells,
            )
        )
        note(texts("quality.confusion_note"))


def _evaluations(page: Page, rows: Sequence[Evaluation]) -> None:
    texts = page.texts
    missed = sum(row.status == "FAIL" for row in rows)
    sentence = (
        texts("quality.evaluation_some", n=len(rows), missed=missed) if rows else texts("quality.evaluation_none")
    )
    with block("evaluation", texts("quality.evaluation"), sentence):
        if not rows:
            note(texts("quality.evaluation_advice"))
            return
        names = ("model", "metric", "item", "value", "interval", "labels", "target", "status", "measured")
        lines = [
            [
                text_cell(f"{row.model} {row.model_version}"),
                text_cell(row.metric),
                text_cell(row.item),
                figure("—" if row.value is None else f"{row.value:.3f}"),
                figure("—" if row.ci_low is None or row.ci_high is None else f"{row.ci_low:.3f} – {row.ci_high:.3f}"),
                number(row.n),
                figure("—" if row.target is None else f"{row.target:.3f}"),
                Cell(chip(row.status, texts)),
                control.day(row.evaluated_date),
            ]
            for row in rows
        ]
        listing(page, names, lines, ("value", "interval", "labels", "target"))
