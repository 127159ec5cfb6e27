"""The mapping of a vendor's file to contracts: its YAML form, checked, and where the shipped ones are.

How expressions are run is in evaluate.py, how files are read in readers/. The format is described in docs/loading.md.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from lingting.contracts import all_contracts, contract
from lingting.contracts.model import Contract
from lingting.documents import parse_yaml
from lingting.errors import UsageError

CONTRACT_MAPPING = "contract"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Format(_Strict):
    """How the file is written. What is left out is found out from the file itself."""

    type: Literal["csv", "jsonl", "xlsx", "parquet"] | None = None
    encoding: str | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    quote: str = Field('"', max_length=1, description="empty: the file has no quoting")
    header: bool = True
    columns: tuple[str, ...] | None = Field(None, description="names, when there is no header or to replace it")
    ragged: bool = Field(False, description="lines may have fewer fields than there are columns")
    skip_rows: int = Field(0, ge=0)
    sheet: str | None = None

    @model_validator(mode="after")
    def _named(self) -> Format:
        if not self.header and not self.columns:
            raise ValueError("a file without a header needs `columns`")
        return self


class Section(_Strict):
    """How one source comes out of the file: SQL expressions by contract column, over the file's columns."""

    format: Format = Field(default_factory=Format)
    let: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], str] = Field(default_factory=dict)
    where: str | None = None
    query: str | None = None
    contract_columns: bool = Field(False, description="columns that are not named here carry the contract's own names")
    columns: dict[str, str] = Field(default_factory=dict)

    @field_validator("columns", mode="before")
    @classmethod
    def _as_sql(cls, value: Any) -> Any:
        """YAML gives numbers, true/false and null where SQL is meant."""
        if not isinstance(value, dict):
            return value
        return {name: _sql_of(item) for name, item in value.items() if item is not None}

    @property
    def sql(self) -> str:
        """All SQL of the section, to see which helpers it needs."""
        return "\n".join([*self.let.values(), self.where or "", self.query or "", *self.columns.values()])


def _sql_of(item: Any) -> Any:
    if isinstance(item, bool):
        return str(item).lower()
    return str(item) if isinstance(item, int | float) else item


class Mapping(_Strict):
    name: str
    description: str = ""
    sources: dict[str, Section]

    def section(self, source: str) -> Section:
        """The section of one source; UsageError when there is none."""
        if source not in self.sources:
            raise UsageError(f"mapping {self.name} has no section for {source!r}; it has: {', '.join(self.sources)}")
        return self.sources[source]


def shipped_mappings() -> list[str]:
    """Names that --mapping takes, in alphabetical order."""
    folder = files("lingting.loading") / "mappings"
    names = [entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return sorted([CONTRACT_MAPPING, *names])


def find_mapping(mapping: str | Path | None, source: str) -> Mapping:
    """A mapping by name, by path of a YAML file, or (None) the built-in identity mapping."""
    if mapping is None or mapping == CONTRACT_MAPPING:
        return contract_mapping(contract(source))
    if isinstance(mapping, Path) or mapping.endswith((".yaml", ".yml")) or "/" in mapping:
        return read_mapping(Path(mapping))
    if mapping not in shipped_mappings():
        raise UsageError(
            f"no mapping is called {mapping!r}; choose one of {', '.join(shipped_mappings())}, or give a .yaml file"
        )
    return _shipped(mapping)


@cache
def _shipped(name: str) -> Mapping:
    return parse_mapping((files("lingting.loading") / "mappings" / f"{name}.yaml").read_text("utf-8"), name)


def read_mapping(path: Path) -> Mapping:
    """A mapping file of the user."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"mapping file {path} can not be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"mapping file {path} is not UTF-8 text; save it as UTF-8") from error
    return parse_mapping(text, str(path))


def parse_mapping(text: str, where: str) -> Mapping:
    """Check the YAML text; every fault is one sentence naming the file, the section and what is allowed."""
    try:
        mapping = Mapping.model_validate(parse_yaml(text))
    except yaml.YAMLError as error:
        raise UsageError(f"mapping file {where} is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise UsageError(f"mapping file {where}: {_fault(error)}") from error
    for source, section in mapping.sources.items():
        _check_section(where, source, section)
    return mapping.model_copy(update={"sources": {s: _filled(s, found) for s, found in mapping.sources.items()}})


def _filled(source: str, section: Section) -> Section:
    """The section with the identity for the columns that it leaves to the contract."""
    if not section.contract_columns:
        return section
    return section.model_copy(update={"columns": _identity(contract(source)) | section.columns})


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    place = [str(step) for step in first["loc"]]
    if first["type"] == "extra_forbidden":
        model: Any = Format if "format" in place else Section if len(place) > 2 else Mapping
        *parents, key = place
        return f"{key!r} is not known in {'.'.join(parents) or 'the file'}; allowed: {', '.join(model.model_fields)}"
    if not place:
        return f"it must have the keys {', '.join(Mapping.model_fields)}"
    return f"{'.'.join(place)}: {first['msg']}"


def _check_section(where: str, source: str, section: Section) -> None:
    if source not in all_contracts():
        raise UsageError(
            f"mapping file {where}: no source is called {source!r}; choose from {', '.join(all_contracts())}"
        )
    declared = contract(source)
    for name in section.columns:
        if name not in declared.names:
            raise UsageError(
                f"mapping file {where}, section {source}: {name!r} is not a column of {source}; "
                f"allowed: {', '.join(declared.names)}"
            )
    missing = [column.name for column in declared.columns if not column.nullable and column.name not in section.columns]
    if missing and not section.contract_columns:
        raise UsageError(f"mapping file {where}, section {source}: {', '.join(missing)} must be mapped (never null)")


def contract_mapping(declared: Contract) -> Mapping:
    """The identity: the file's columns carry the contract's own names, times are UTC."""
    section = Section(format=Format(), columns=_identity(declared))
    return Mapping(name=CONTRACT_MAPPING, description="Our own columns", sources={declared.source: section})


def _identity(declared: Contract) -> dict[str, str]:
    return {column.name: f'"{column.name}"' for column in declared.columns}


def fingerprint(section: Section, declared: Contract, zone: str) -> str:
    """Hash of all that decides what a file becomes: the section, what the contract checks, the time zone."""
    checks = [column.model_dump(mode="json", exclude={"en", "zh", "pii", "references"}) for column in declared.columns]
    text = json.dumps([section.model_dump(mode="json"), declared.key, declared.day_of, checks, zone], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
