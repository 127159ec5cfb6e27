"""Which step may follow which. Issues and projects move as the warehouse checks them: dbt/seeds/ref_transition.csv.

What the warehouse does not check is declared here.
"""

from __future__ import annotations

import csv
from functools import cache

from lingting.paths import DBT_PROJECT
from lingting.work.refused import Refused

TRANSITIONS = DBT_PROJECT / "seeds" / "ref_transition.csv"
_OWN: dict[str, dict[str, tuple[str, ...]]] = {
    "suggestion": {"": ("submitted",), "submitted": ("adopted", "declined"), "adopted": ("implemented",)},
    "practice": {
        "": ("proposed",),
        "proposed": ("approved", "declined"),
        "approved": ("used", "retired"),
    },
    "nomination": {"": ("nominated",), "nominated": ("granted", "declined")},
}


@cache
def _moves(machine: str) -> dict[str, tuple[str, ...]]:
    if machine in _OWN:
        return _OWN[machine]
    found: dict[str, list[str]] = {}
    with TRANSITIONS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["machine"] == machine:
                found.setdefault(row["from_state"], []).append(row["to_state"])
    if not found:
        raise KeyError(machine)
    return {state: tuple(following) for state, following in found.items()}


def next_steps(machine: str, stage: str) -> tuple[str, ...]:
    """The steps that may follow; the first one is the usual way. Empty at the end of the way."""
    return _moves(machine).get(stage, ())


def check_step(machine: str, stage: str, step: str) -> None:
    """Raise Refused unless ``step`` may follow."""
    if step not in next_steps(machine, stage):
        allowed = ", ".join(next_steps(machine, stage)) or "nothing"
        raise Refused("wrong_step", f"{step} can not follow {stage or 'nothing'}: only {allowed} can")
