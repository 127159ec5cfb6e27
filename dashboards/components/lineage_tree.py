"""What a KPI or table is made from, as a tree: walked here without Streamlit, drawn as lists that open and close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.components.html import escaped
from dashboards.data.rows_builds import Edge

_OPEN_LEVELS = 2


@dataclass(frozen=True)
class Branch:
    """A table and what it is made from. ``is_again``: it stands further up with its own parents."""

    name: str
    kind: str
    parents: tuple[Branch, ...] = ()
    is_again: bool = False


def upstream(edges: Sequence[Edge], name: str, kind: str) -> Branch:
    """The tree above one child; each table is opened once, nearest to the child, so that the tree stays small."""
    above: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for edge in edges:
        above.setdefault((edge.child, edge.child_kind), []).append((edge.parent, edge.parent_kind))
    opened_by = _opened_by(above, (name, kind))

    def branch(key: tuple[str, str], below: tuple[str, str] | None) -> Branch:
        if below is not None and opened_by[key] != below:
            return Branch(*key, is_again=key in above)
        return Branch(*key, tuple(branch(parent, key) for parent in above.get(key, ())))

    return branch((name, kind), None)


def _opened_by(
    above: dict[tuple[str, str], list[tuple[str, str]]], start: tuple[str, str]
) -> dict[tuple[str, str], tuple[str, str] | None]:
    """Under which child each table is opened: the one nearest to the start."""
    found: dict[tuple[str, str], tuple[str, str] | None] = {start: None}
    waiting = [start]
    while waiting:
        child = waiting.pop(0)
        for parent in above.get(child, ()):
            if parent not in found:
                found[parent] = child
                waiting.append(parent)
    return found


def sources_of(tree: Branch) -> list[str]:
    """The names of the sources that the tree ends in."""
    found = {tree.name} if tree.kind == "source" else set()
    for parent in tree.parents:
        found.update(sources_of(parent))
    return sorted(found)


def tree_html(tree: Branch, kind_word: Callable[[str], str], again: str, level: int = 0) -> str:
    """Nested lists; the first levels are open. Names of tables are data and stand as quotations."""
    name = f"<q>{escaped(tree.name)}</q> <small>{escaped(kind_word(tree.kind))}</small>"
    if tree.is_again:
        name += f" <small>{escaped(again)}</small>"
    if not tree.parents:
        return f'<div class="lt-leaf">{name}</div>'
    inside = "".join(tree_html(parent, kind_word, again, level + 1) for parent in tree.parents)
    is_open = " open" if level < _OPEN_LEVELS else ""
    return f'<details class="lt-branch"{is_open}><summary>{name}</summary>{inside}</details>'
