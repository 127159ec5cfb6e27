"""Reads policy.yaml, refuses one that contradicts itself, and answers what a role may do."""

from __future__ import annotations

from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from lingting.documents import parse_yaml


class Role(StrEnum):
    """What a person is in the centre: it decides the pages, the rows and the actions (policy.yaml)."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGEMENT = "management"
    QUALITY = "quality"
    COMPLIANCE = "compliance"
    DATA = "data"
    ADMINISTRATOR = "administrator"


RowRule = Literal[
    "all",
    "own",
    "own_employee",
    "own_team",
    "teams",
    "team_agents",
    "team_employees",
    "scopes",
    "queues",
    "reviews",
    "callers",
    "contacts",
    "approved",
]


class TableRule(BaseModel):
    """Which rows of some tables each role reads; a role that is not named reads none and may not even ask."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...]
    rows: dict[Role, RowRule]
    masked: tuple[str, ...] = ()
    is_of_customers: bool = False


class Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    actions: dict[str, tuple[Role, ...]]
    tables: tuple[TableRule, ...]

    @model_validator(mode="after")
    def _each_table_once(self) -> Policy:
        names = [name for rule in self.tables for name in rule.names]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"policy.yaml names {', '.join(twice)} twice; keep one rule a table")
        return self

    @cached_property
    def by_table(self) -> dict[str, TableRule]:
        return {name: rule for rule in self.tables for name in rule.names}


@cache
def policy() -> Policy:
    """The policy of this installation."""
    return Policy.model_validate(parse_yaml((files("lingting.rights") / "policy.yaml").read_text(encoding="utf-8")))


def may(role: Role, action: str) -> bool:
    """Whether a role may do something. An action that the policy does not know is a programming error: KeyError."""
    return role in policy().actions[action]
