"""Reads the kept copies of the packs: which versions there were, what a rule said in one, and what changed between two.

Copies are written by asr_jobs when a version first judges. What the entries mean is not known here: they are text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

import yaml

from lingting.lake import read_json
from lingting.paths import home

NOTE = "_version.json"


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison: in both versions, only in the newer one, or only in the older one."""

    kind: Literal["same", "added", "removed"]
    text: str


def kept_versions() -> list[dict[str, Any]]:
    """version, first_used_at and models (version by model) of every version that ever was in force, oldest first."""
    notes = [read_json(path) for path in home().rule_versions.glob(f"[!.]*/{NOTE}")]
    return sorted(notes, key=lambda note: (note["first_used_at"], note["version"]))


def rule_text(version: str, rule_id: str) -> str | None:
    """The entry of a rule as it was written in a kept version, comments and all; None where that has no such rule."""
    if version not in {note["version"] for note in kept_versions()}:  # never a path that somebody made up
        return None
    for path in sorted((home().rule_versions / version).rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        for start, end in _entries(text, rule_id):
            lines = text.splitlines()[start:end]
            while lines and (not lines[-1].strip() or lines[-1].startswith("#")):  # belongs to the next entry
                lines.pop()
            return "\n".join(lines)
    return None


def _entries(text: str, rule_id: str) -> Iterator[tuple[int, int]]:
    """First line and the line after the last one, of each entry of a list that has this id."""
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(tree, yaml.SequenceNode):
        return
    for number, node in enumerate(tree.value):
        if isinstance(node, yaml.MappingNode) and _id_of(node) == rule_id:
            following = tree.value[number + 1 : number + 2]
            end = following[0].start_mark.line if following else len(text.splitlines())
            yield node.start_mark.line, end


def _id_of(node: yaml.MappingNode) -> str | None:
    for key, value in node.value:
        if key.value == "id" and isinstance(value, yaml.ScalarNode):
            return str(value.value)
    return None


def line_diff(before: str, after: str) -> list[DiffLine]:
    """The lines of both texts in order; where they differ, those of ``before`` stand first."""
    old, new = before.splitlines(), after.splitlines()
    found: list[DiffLine] = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += [DiffLine("same", line) for line in old[old_from:old_to]]
        else:
            found += [DiffLine("removed", line) for line in old[old_from:old_to]]
            found += [DiffLine("added", line) for line in new[new_from:new_to]]
    return found
