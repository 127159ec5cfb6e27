"""Alert rules: what the seed says holds, the centre's own file changes it, and each fault is one sentence."""

from __future__ import annotations

import re

import pytest

from lingting.alerting.rules import rules
from lingting.errors import UsageError
from lingting.paths import Home
from lingting.rights import Role


def own(home: Home, text: str) -> None:
    home.alert_rules.write_text(text, encoding="utf-8")


def test_abandonment_raises_above_5_and_clears_below_4_percent_from_20_calls_on(lingting_home: Home) -> None:
    """《呼叫中心质量监控细则》二(三)."""
    for scope in ("centre", "queue"):
        rule = rules()[f"abandonment.{scope}.half_hour"]
        assert (rule.raise_above, rule.clear_below, rule.minimum_n, rule.raise_within_minutes) == (0.05, 0.04, 20, 30)
        assert Role.SUPERVISOR in rule.owners
        assert (rule.label_zh, rule.unit) == ("放弃率", "ratio")


def test_every_shipped_rule_has_words_owners_and_a_source(lingting_home: Home) -> None:
    found = rules()
    assert len(found) > 20
    for rule in found.values():
        assert rule.label_zh and rule.label_en and rule.owners
        assert rule.source_clause.startswith("《")


def test_own_file_changes_adds_and_switches_off(lingting_home: Home) -> None:
    own(
        lingting_home,
        """rules:
  - {rule_id: abandonment.queue.half_hour, raise_above: 0.1, severity: critical}
  - {rule_id: data_age, disabled: true}
  - {rule_id: csat.team, kpi_id: csat, scope: team, grain: week, raise_below: 0.5, clear_above: 0.6, minimum_n: 30,
     owners: [supervisor]}
""",
    )
    found = rules()
    changed = found["abandonment.queue.half_hour"]
    assert (changed.raise_above, changed.clear_below, changed.severity) == (0.1, 0.04, "critical")
    assert "data_age" not in found
    assert (found["csat.team"].formula_id, found["csat.team"].is_above) == ("csat_top2", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [", r"is not YAML"),
        ("rule: []", r"must hold a list named rules"),
        ("rules: [{severity: notice}]", r"each of them with a rule_id"),
        ("rules: [{rule_id: nothing, disabled: true}]", r"switches off nothing, which is no rule"),
        ("rules: [{rule_id: x, kpi_id: unheard_of}]", r"names the KPI unheard_of, which is not in the catalogue"),
        ("rules: [{rule_id: data_age, clear_below: 99}]", r"clear_below 99 must lie below raise_above 36"),
        ("rules: [{rule_id: abandonment.centre.day, clear_below: 0.08}]", r"clear_below 0.08 must lie below"),
        ("rules: [{rule_id: fcr.centre.week, clear_above: 0.7}]", r"clear_above 0.7 must lie above raise_below 0.8"),
        ("rules: [{rule_id: fcr.centre.week, raise_above: 0.7}]", r"not both"),
        ("rules: [{rule_id: data_age, owners: []}]", r"owners"),
        ("rules: [{rule_id: data_age, severity: loud}]", r"severity"),
        ("rules: [{rule_id: data_age, colour: red}]", r"colour"),
        ("rules: [{rule_id: fcr.centre.week, grain: half_hour}]", r"half hours are measured for abandonment"),
        ("rules: [{rule_id: fcr.centre.week, grain: now}]", r"judges a half_hour, day or week"),
    ],
)
def test_fault_of_the_own_file_is_one_clear_sentence(lingting_home: Home, text: str, said: str) -> None:
    own(lingting_home, text)
    with pytest.raises(UsageError) as refused:
        rules()
    assert re.search(said, str(refused.value)), str(refused.value)
    assert "\n" not in str(refused.value)
