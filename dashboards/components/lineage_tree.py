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
    """The tree above one child; each table is opened once, so that it stays as long as there are tables."""
    above: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for edge in edges:
        above.setdefault((edge.child, edge.child_kind), []).append((edge.parent, edge.parent_kind))
    seen: set[tuple[str, str]] = set()

    def branch(key: tuple[str, str]) -> Branch:
        if key in seen:
            return Branch(*key, is_again=bool(above.get(key)))
        seen.add(key)
        return Branch(*key, tuple(branch(parent) for parent in above.get(key, ())))

    return branch((name, kind))


def sources_of(tree: Branch) -> list[str]:
    """The names of the sources that the tree ends in."""
    found = {tree.name} if tree.kind == "source" else set()
    for parent in tree.parents:
        found.update(sources_of(parent))
    return sorted(found)


def depth(tree: Branch) -> int:
    return 1 + max((depth(parent) for parent in tree.parents), default=0)


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
