"""Names that two rooms write down, because neither may import the other, are the same names."""

from __future__ import annotations

from asr_jobs.inspection.rules import all_rules
from simulator.conversations import recordings_catalogue


def test_clauses_planted_in_recordings_are_rules_that_are_looked_for() -> None:
    planted = {clause for fixture in recordings_catalogue() for clause in fixture.clauses}
    assert planted
    assert planted <= {rule.id for rule in all_rules()}
