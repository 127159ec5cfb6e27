"""The order in which a tier hands its files to its workers: the longest first, so that none is left to run alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest


def longest_first(items: list[pytest.Item], names: Sequence[str]) -> None:
    """Sort in place; files that are not named come after these, as they were found (pytest --no-loadscope-reorder)."""
    rank = {name: place for place, name in enumerate(names)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))
