"""The figures of docs/accuracy.md: tables made from what was measured, between two marks of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lingting.errors import InputError
from lingting.lake import atomic_bytes

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LEFT_OUT = ("confusion", "substituted", "deleted", "inserted", "reference_units", "scored")


def rewrite(figures: Path, document: Path) -> None:
    """Replace what stands between the marks. InputError where the page has no marks or the figures are none."""
    try:
        text = document.read_text("utf-8")
        rows = [json.loads(line) for line in figures.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise InputError(
            f"{figures} or {document} can not be read ({error}); give figures of --save and a page"
        ) from error
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise InputError(f"{document} lacks the marks {BEGIN} and {END}; write both, each on a line of its own")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    atomic_bytes(document, f"{head}{BEGIN}\n{tables(rows)}{END}{tail}".encode())


def tables(rows: Sequence[dict[str, Any]]) -> str:
    """One table a kind and data set; every row a figure of a model with its interval and number of cases."""
    parts: list[str] = []
    for kind, dataset in dict.fromkeys((row["kind"], row["dataset"]) for row in rows):
        own = [row for row in rows if (row["kind"], row["dataset"]) == (kind, dataset)]
        days = sorted({row["evaluated_at"][:10] for row in own})
        sums = ", ".join(sorted({row["dataset_sha256"][:12] for row in own}))
        parts += ["", f"**{kind} on {dataset}** ({own[0]['split']}; sum of the data {sums}; measured {days[-1]})", ""]
        parts += ["| model | metric | item | value | 95 % interval | n | target |", "|---|---|---|---|---|---|---|"]
        parts += [_line(row) for row in own if row["metric"] not in LEFT_OUT]
    return "\n".join([*parts, "", ""])


def _line(row: dict[str, Any]) -> str:
    model = f"{row['engine']}, {row['model']}" if row["engine"] else row["model"]
    interval = "" if row["ci_low"] is None else f"{row['ci_low']:.3f} to {row['ci_high']:.3f}"
    value = "" if row["value"] is None else f"{row['value']:.3f}"
    target = "" if row["target"] is None else f"{row['target']:g}"
    return f"| {model} | {row['metric']} | {row['item']} | {value} | {interval} | {row['n']} | {target} |"
