"""What a door found: plain values, and where the latest result of each partition is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lingting.lake import atomic_json, read_json
from lingting.paths import home

DOOR_ONE = "door_one"
DOOR_TWO = "door_two"

OK = "ok"
WARNING = "warning"  # bad data of a kind and amount that is told and borne
BAD_DATA = "bad_data"
ERROR = "error"  # the expectation itself could not be judged; blocks too, but the data may be fine


@dataclass(frozen=True)
class Finding:
    """One expectation on one partition. ``unexpected_count`` is None where nothing can be counted."""

    expectation: str
    column: str | None
    kind: str
    unexpected_count: int | None
    observed: str
    sentence: str

    @property
    def success(self) -> bool:
        """Whether it leaves the door open; a warning does."""
        return self.kind in (OK, WARNING)


@dataclass(frozen=True)
class DoorResult:
    """All findings of one suite on one partition (a day, or a range of days for a mart)."""

    door: str
    suite: str
    partition: str
    findings: tuple[Finding, ...]

    @property
    def success(self) -> bool:
        return all(finding.success for finding in self.findings)

    @property
    def blocking(self) -> list[Finding]:
        """What keeps the door shut, bad data before expectations that could not be judged."""
        return sorted((f for f in self.findings if not f.success), key=lambda finding: finding.kind == ERROR)

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == WARNING]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> DoorResult:
        return cls(**{**value, "findings": tuple(Finding(**finding) for finding in value["findings"])})

    def rows(self) -> Iterator[dict[str, Any]]:
        """Rows of the published table door_results (build_id is added by publish)."""
        for finding in self.findings:
            yield {
                "door": self.door,
                "suite": self.suite,
                "partition": self.partition,
                "expectation": finding.expectation,
                "column_name": finding.column,
                "success": finding.success,
                "kind": finding.kind,
                "unexpected_count": finding.unexpected_count,
                "observed": finding.observed,
                "sentence": finding.sentence,
            }


def blocking_sentence(results: Sequence[DoorResult]) -> str | None:
    """The one sentence a person gets when a door is shut; None when all are open."""
    shut = [(result, finding) for result in results for finding in result.blocking]
    if not shut:
        return None
    shut.sort(key=lambda pair: pair[1].kind == ERROR)
    more = f" (and {len(shut) - 1} more: see {home().data_docs / 'index.html'})" if len(shut) > 1 else ""
    return f"{shut[0][1].sentence}{more}"


def _path(door: str, suite: str, partition: str) -> Path:
    return home().door_results / door / suite / f"{partition}.json"


def keep(result: DoorResult, key: str) -> None:
    """Store a result with the key of all it was judged from."""
    atomic_json(_path(result.door, result.suite, result.partition), {"key": key, "result": result.to_dict()})


def kept(door: str, suite: str, partition: str, key: str | None = None) -> DoorResult | None:
    """The stored result; None when there is none or, with ``key``, when it was judged from something else."""
    found = read_json(_path(door, suite, partition))
    if found is None or (key is not None and found["key"] != key):
        return None
    return DoorResult.from_dict(found["result"])


def all_kept(door: str) -> list[DoorResult]:
    """Every stored result of a door, by suite and partition."""
    paths = sorted((home().door_results / door).glob("*/*.json"))
    return [DoorResult.from_dict(read_json(path)["result"]) for path in paths]


def forget(door: str, suite: str, partition: str) -> None:
    _path(door, suite, partition).unlink(missing_ok=True)
