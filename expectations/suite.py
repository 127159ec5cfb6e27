"""The shape of a suite and how it is read from YAML. What the YAML means is told in docs/doors.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lingting.documents import parse_yaml

SUITES = Path(__file__).resolve().parent / "suites"

Frame = Literal["rows", "measures", "schema"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(_Strict):
    """One expectation: a Great Expectations type with its arguments, and what is wrong when it fails."""

    name: str
    type: str
    kwargs: dict[str, Any]
    says: str
    frame: Frame = "rows"
    column: str | None = Field(None, description="the column to name in a finding; default: that of kwargs")
    count: str | None = Field(None, description="the measure that counts the bad rows, for a check on measures")
    borne_ratio: float = Field(0, ge=0, le=1, description="share of bad rows of a day that is told but does not block")
    excused: str | None = Field(None, description="boolean column of the frame: where true, any share is borne")

    @property
    def shown_column(self) -> str | None:
        pair = [str(self.kwargs[name]) for name in ("column_A", "column_B") if name in self.kwargs]
        listed = [str(name) for name in self.kwargs.get("column_list", [])]
        own = self.kwargs.get("column")
        return self.column or (str(own) if own is not None else None) or ", ".join(pair or listed) or None


class Reference(_Strict):
    """How door one judges a reference of the contract, which also names ``source`` and ``column``.

    ``days``: how many days before and after its own the other row may lie; "all": at any time up to the day after.
    ``borne_ratio``: the share of orphans that is told without blocking; 0: every orphan blocks.
    ``where``: DuckDB SQL; only these rows are judged.
    """

    source: str = ""
    column: str = ""
    days: tuple[int, int] | Literal["all"] | None = None
    borne_ratio: float | None = Field(None, ge=0, le=1)
    where: str | None = None


class Volume(_Strict):
    """A day must bring ``share`` of its usual rows; not judged when fewer than ``least`` are usual: those vary."""

    share: float = Field(gt=0, le=1)
    least: int = 200


class Suite(_Strict):
    """The rules of one lake source or mart.

    ``reads``: other lake sources and how many days before and after are looked at ("all": every day; "window": the days
    of door two). ``query``: the rows of a mart (door two); a lake suite looks at its partition.
    ``references``: what differs from the usual in judging a reference of the contract, by column.
    ``columns``, ``measures``: DuckDB SQL by name; a measure is one number, null when it can not be judged.
    """

    suite: str
    reads: dict[str, tuple[int, int] | Literal["all", "window"]] = {}
    query: str | None = None
    key: tuple[str, ...] = ()
    volume: Volume | None = None
    references: dict[str, Reference] = {}
    columns: dict[str, str] = {}
    measures: dict[str, str] = {}
    checks: tuple[Check, ...] = ()


@cache
def read_suites(folder: str) -> dict[str, Suite]:
    """Every suite of ``suites/<folder>`` by name."""
    found = {}
    for path in sorted((SUITES / folder).glob("*.yaml")):
        suite = Suite.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
        if suite.suite != path.stem:
            raise ValueError(f"{path.name} declares suite {suite.suite}: the names must agree")
        found[suite.suite] = suite
    return found
