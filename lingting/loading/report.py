"""What a load reports: plain values, ready for JSON and for the load record."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any


@dataclass(frozen=True)
class RejectCount:
    """Rows refused for one reason. ``column`` is the contract column; None when the whole row is at fault."""

    reason: str
    column: str | None
    rows: int
    first_row: int


@dataclass(frozen=True)
class LoadReport:
    """The outcome of one file. Always rows_in = accepted + rejected, counted in rows of the file.

    rows_in leaves out the rows that the mapping's ``where`` (or only_days) puts aside; those are ``skipped``.
    ``records`` are the contract rows that came out of the accepted rows: the same number, except for an event log.
    ``replaced`` are the rows of the lake that gave way to a newer row with the same key.
    """

    source: str
    mapping: str
    file: str
    rows_in: int
    accepted: int
    rejected: int
    skipped: int
    records: int
    replaced: int
    already_loaded: bool
    rejects: tuple[RejectCount, ...]
    partitions: tuple[date, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON values; days as YYYY-MM-DD."""
        return asdict(self) | {
            "rejects": [asdict(item) for item in self.rejects],
            "partitions": [day.isoformat() for day in self.partitions],
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> LoadReport:
        return cls(
            **{
                **value,
                "rejects": tuple(RejectCount(**item) for item in value["rejects"]),
                "partitions": tuple(date.fromisoformat(day) for day in value["partitions"]),
            }
        )

    def repeated(self, file: str) -> LoadReport:
        """The same counts, for a file whose content was loaded before."""
        return replace(self, file=file, already_loaded=True)
