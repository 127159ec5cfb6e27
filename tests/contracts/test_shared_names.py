"""Names that two rooms write down, because neither may import the other, are the same names."""

from __future__ import annotations

import ast
import re

import pytest

from asr_jobs.inspection.reasons import reasons
from asr_jobs.inspection.rules import all_rules
from dashboards.i18n import LANGUAGES, texts_of
from dashboards.i18n.texts import Language
from simulator.conversations import recordings_catalogue
from simulator.office.rule_appeals import AGAINST_HITS, RULE_VERSIONS
from simulator.truth.conversations import MANDATORY
from tests.support import PROJECT_ROOT


def test_clauses_planted_in_recordings_are_rules_that_are_looked_for() -> None:
    planted = {clause for fixture in recordings_catalogue() for clause in fixture.clauses}
    assert planted
    assert planted <= {rule.id for rule in all_rules()}


def test_appeals_are_planted_against_rules_and_versions_that_are_in_force() -> None:
    in_force = {rule.id: rule.version for rule in all_rules()}
    assert set(RULE_VERSIONS) == {*MANDATORY, *AGAINST_HITS}
    for rule_id, version in RULE_VERSIONS.items():
        assert in_force.get(rule_id) == version, f"raise {rule_id} in RULE_VERSIONS of the simulator, too"


def reason_codes() -> set[str]:
    """Codes that the models give: those with words for the screen, in their source, and as `code:` in the packs."""
    folder = PROJECT_ROOT / "asr_jobs" / "inspection"
    found = set(reasons())
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in ("Reason", "because", "nothing"):
                place = 1 if name == "nothing" else 0
                codes = [*node.args[place : place + 1], *(word.value for word in node.keywords if word.arg == "code")]
                found |= {
                    code.value for code in codes if isinstance(code, ast.Constant) and isinstance(code.value, str)
                }
    for path in (folder / "packs").rglob("*.yaml"):
        found |= set(re.findall(r"\bcode: ([a-z_]+)", path.read_text(encoding="utf-8")))
    return {code for code in found if code}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_the_shipped_models_has_its_sentence(language: Language) -> None:
    codes = reason_codes()
    assert len(codes) > 8
    assert {code for code in codes if f"reason.{code}" not in texts_of(language).words} == set()
