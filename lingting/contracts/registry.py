"""Finds and reads the contracts under ``sources/``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from lingting.contracts.model import Contract
from lingting.documents import parse_yaml
from lingting.errors import UsageError


@cache
def all_contracts() -> dict[str, Contract]:
    """Every contract by source name, in alphabetical order."""
    folder = files("lingting.contracts") / "sources"
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            declared = Contract.model_validate(parse_yaml(entry.read_text(encoding="utf-8")))
            if entry.name != f"{declared.source}.yaml":
                raise ValueError(f"{entry.name} declares source {declared.source}: the names must agree")
            found[declared.source] = declared
    return found


def contract(source: str) -> Contract:
    """The contract of one source."""
    try:
        return all_contracts()[source]
    except KeyError:
        raise UsageError(f"no source is called {source!r}; choose one of: {', '.join(all_contracts())}") from None
