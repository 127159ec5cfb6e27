"""The page of accuracy shows the figures that were measured, and no others."""

from __future__ import annotations

import json
from collections import Counter

from asr_jobs.evaluation.page import BEGIN, END, tables
from lingting.contracts import contract
from tests.support import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"
ROWS = [json.loads(line) for line in (DOCS / "accuracy.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_page_is_written_from_the_figures() -> None:
    page = (DOCS / "accuracy.md").read_text(encoding="utf-8")
    shown = page.partition(BEGIN)[2].partition(END)[0]
    assert shown == f"\n{tables(ROWS)}", "run: lingting evaluate page docs/accuracy.jsonl docs/accuracy.md"


def test_the_figures_are_rows_of_the_contract() -> None:
    declared = contract("evaluations")
    assert {tuple(row) for row in ROWS} == {tuple(ROWS[0])}
    assert set(ROWS[0]) == set(declared.names)
    keys = Counter(tuple(row[name] for name in declared.key) for row in ROWS)
    assert max(keys.values()) == 1
