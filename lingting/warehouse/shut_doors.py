"""What a quality door holds back since the build that is served: read from the results that lie in the home.

A build is published only when both doors are open, so its own table door_results tells of warnings at most. Judging is
expectations'.
"""

from __future__ import annotations

from dataclasses import dataclass

from lingting.lake import read_json
from lingting.paths import home
from lingting.warehouse.builds import Build

_OPEN = ("ok", "warning")


@dataclass(frozen=True)
class HeldBack:
    """One expectation that keeps a door shut for one partition."""

    door: str
    suite: str
    partition: str
    expectation: str
    column_name: str | None
    kind: str
    unexpected_count: int | None
    sentence: str


def held_back(build: Build) -> list[HeldBack]:
    """Newest partitions first. Only results that are newer than the build are read: there may be thousands."""
    since = build.path.stat().st_mtime if build.path.exists() else 0.0
    found = []
    for path in home().door_results.glob("*/*/*.json"):
        if path.stat().st_mtime > since:
            result = read_json(path)["result"]
            found += [
                HeldBack(
                    result["door"],
                    result["suite"],
                    result["partition"],
                    finding["expectation"],
                    finding["column"],
                    finding["kind"],
                    finding["unexpected_count"],
                    finding["sentence"],
                )
                for finding in result["findings"]
                if finding["kind"] not in _OPEN
            ]
    return sorted(found, key=lambda one: (one.partition, one.door, one.suite, one.expectation), reverse=True)
