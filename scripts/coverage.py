"""Writes docs/coverage.md from docs/coverage.csv: for each requirement of the source documents, what answers it.

Run: `.venv/bin/python scripts/coverage.py`.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lingting.paths import PROJECT_ROOT

SOURCE = PROJECT_ROOT / "docs" / "coverage.csv"
PAGE = PROJECT_ROOT / "docs" / "coverage.md"

ELSEWHERE = "elsewhere: "  # begins the note of a row that nothing in the warehouse answers
NOT_YET = "not yet: "  # stands in the note of a row that is answered in part

CHAPTERS = {
    1: ("体系与组织", "System and organisation"),
    2: ("客户体验", "Customer experience"),
    3: ("服务质量", "Service quality"),
    4: ("运营", "Operations"),
    5: ("智能质检与智能工具", "Automatic inspection and tools"),
    6: ("数据平台与驾驶舱", "Data platform and cockpits"),
    7: ("流程控制与闭环", "Process control and closed loop"),
    8: ("人员", "People"),
    9: ("合规与数据安全", "Compliance and data security"),
}
STATES = ("answered", "in part", "elsewhere")

INTRODUCTION = """# What answers each requirement

Lingting follows five documents on running a call centre. They ask for {total} things; this table tells, for each of
them, what in the warehouse answers it. `scripts/coverage.py` writes it from `docs/coverage.csv`: change the table,
then run the script. `tests/contracts/test_coverage.py` holds that no requirement is missing, that whatever a row names
exists, and that this page is up to date.

* **Number** is the document's own figure. A *claim* is a result told of some centre without a source: never a target.
* **Clause** is the document and its section, as printed: chapters 2 and 4 of 《高效客服中心运营管理规范》 begin with
  1.1 again. The second of the two sections 六 of 《呼叫中心质量监控细则》 is cited by its name, 实施保障措施.
* **Kind**: M is measured from data of the operation; L is known from a register that the organisation keeps (that an
  act happened, when and by whom, not how well); O is text about the organisation, with nothing to load.
* **Answered by** names a KPI of `dbt/seeds/kpi_catalogue.csv`, with or without its formula (`kpi:`), a dbt model
  (`model:`) or seed (`seed:`), a contract in `lingting/contracts/sources` (`source:`), a Great Expectations suite
  (`suite:`), a page of the cockpit (`page:`), a command (`command:`), a test (`test:`) or one of these docs (`doc:`).
* *Answered*: it can be measured or checked here. *In part*: the note says what is *not yet* there. *Elsewhere*: nothing
  in the warehouse answers it; the note says why: a later part of the product, another system, or organisation text.
"""


@dataclass(frozen=True)
class Requirement:
    """One row of docs/coverage.csv."""

    id: str
    topic_zh: str
    topic_en: str
    number: str
    clause: str
    kind: str
    answered_by: str
    note_en: str

    @property
    def chapter(self) -> int:
        return int(self.id.split(".")[0])

    @property
    def references(self) -> list[str]:
        return self.answered_by.split()

    @property
    def state(self) -> str:
        if self.note_en.startswith(ELSEWHERE):
            return "elsewhere"
        return "in part" if NOT_YET in self.note_en else "answered"


def requirements(path: Path = SOURCE) -> list[Requirement]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Requirement(**row) for row in csv.DictReader(file)]


def _table(header: list[str], rows: list[list[str]], numbers_from: int | None = None) -> list[str]:
    """A Markdown table; columns from `numbers_from` on are set to the right."""
    right = len(header) if numbers_from is None else numbers_from
    rule = ["---" if place < right else "---:" for place in range(len(header))]
    return ["| " + " | ".join(cells) + " |" for cells in (header, rule, *rows)]


def _counts(title: str, found: list[tuple[str, str]]) -> list[str]:
    """How many requirements of each group stand in each state; `found` holds (group, state)."""
    by_state = Counter(found)
    groups = list(dict.fromkeys(group for group, _ in found))
    rows = [[group, *(str(by_state[group, state]) for state in STATES)] for group in groups]
    rows.append(["all", *(str(sum(by_state[group, state] for group in groups)) for state in STATES)])
    totals = [[*row, str(sum(int(cell) for cell in row[1:]))] for row in rows]
    return _table([title, *STATES, "all"], totals, numbers_from=1)


def _row(item: Requirement) -> list[str]:
    answered_by = " ".join(f"`{reference}`" for reference in item.references) or "—"
    topic = f"{item.topic_zh}<br>{item.topic_en}"
    return [item.id, topic, item.number or "—", item.clause, item.kind, answered_by, item.note_en]


def page(found: list[Requirement]) -> str:
    """The whole of docs/coverage.md."""
    kinds = sorted(found, key=lambda item: (len(item.kind), "MLO".index(item.kind[0])))
    lines = [INTRODUCTION.format(total=len(found))]
    lines += _counts("kind", [(item.kind, item.state) for item in kinds])
    lines.append("")
    lines += _counts("chapter", [(f"{item.chapter} {CHAPTERS[item.chapter][1]}", item.state) for item in found])
    header = ["id", "topic", "number", "clause", "kind", "answered by", "note"]
    for number, (label_zh, label_en) in CHAPTERS.items():
        lines += ["", f"## {number} {label_zh} / {label_en}", ""]
        lines += _table(header, [_row(item) for item in found if item.chapter == number])
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(requirements()), encoding="utf-8")
