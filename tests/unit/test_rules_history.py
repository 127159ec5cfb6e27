"""The kept versions of the packs: what a rule said in each, and what changed between two."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingting.lake import atomic_json
from lingting.paths import Home
from lingting.rules import NOTE, kept_versions, line_diff, rule_text

PACK = """\
# heads of the pack
- id: greeting
  version: "1"
  phrases:
    zh: [您好]

# about closing
- id: closing
  version: "2"  # see the minutes
  phrases: {zh: [再见], en: [bye]}
"""


@pytest.fixture
def versions(lingting_home: Home) -> Path:
    for number, text in enumerate((PACK, PACK.replace("[您好]", "[您好, 早上好]"))):
        version = f"{number}" * 12
        path = lingting_home.rule_versions / version / "compliance" / "must_say.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        note = {"version": version, "first_used_at": f"2026-10-0{2 - number}T00:00:00", "models": {}}
        atomic_json(lingting_home.rule_versions / version / NOTE, note)
    (lingting_home.rule_versions / ("0" * 12) / "fusion.yaml").write_text("weights: {a: 1}\n", encoding="utf-8")
    return lingting_home.rule_versions


def test_versions_come_in_the_order_in_which_they_first_judged(versions: Path) -> None:
    assert [note["version"] for note in kept_versions()] == ["1" * 12, "0" * 12]


def test_a_rule_is_given_as_written_without_what_belongs_to_the_next(versions: Path) -> None:
    assert rule_text("0" * 12, "greeting") == '- id: greeting\n  version: "1"\n  phrases:\n    zh: [您好]'
    assert rule_text("0" * 12, "closing") == (
        '- id: closing\n  version: "2"  # see the minutes\n  phrases: {zh: [再见], en: [bye]}'
    )


@pytest.mark.parametrize("version", ["2" * 12, "../secrets", "", "."])
def test_only_kept_versions_can_be_read(versions: Path, version: str) -> None:
    assert rule_text(version, "greeting") is None


def test_a_rule_that_the_version_lacks_has_no_text(versions: Path) -> None:
    assert rule_text("0" * 12, "identity") is None


def test_the_difference_names_the_lines_that_changed(versions: Path) -> None:
    older, newer = (rule_text(version * 12, "greeting") or "" for version in "01")
    changed = [(line.kind, line.text.strip()) for line in line_diff(older, newer) if line.kind != "same"]
    assert changed == [("removed", "zh: [您好]"), ("added", "zh: [您好, 早上好]")]


LINES = st.lists(st.text(alphabet="ab -", max_size=4), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_a_difference_holds_both_texts_whole(before: str, after: str) -> None:
    found = line_diff(before, after)
    assert [line.text for line in found if line.kind != "added"] == before.splitlines()
    assert [line.text for line in found if line.kind != "removed"] == after.splitlines()
