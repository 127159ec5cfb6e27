"""The alert rules: the seed of the KPI rules, the shipped rules of the machinery, and the centre's own alerts.yaml.

Every fault of a rule is one sentence that names the rule. Judging windows by a rule is engine.py.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lingting.documents import parse_yaml
from lingting.errors import UsageError
from lingting.paths import DBT_PROJECT, home
from lingting.rights import Role

SEVERITIES = ("critical", "warning", "notice")  # worst first
SEED = DBT_PROJECT / "seeds" / "ref_alert_rule.csv"
CATALOGUE = DBT_PROJECT / "seeds" / "kpi_catalogue.csv"


class AlertRule(BaseModel):
    """When something is alarming, and when it no longer is. Between the two values it stays as it is (hysteresis)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule_id: str = Field(pattern=r"^[a-z0-9_.]{1,100}$")
    kind: Literal["kpi", "operation", "live"] = "kpi"
    kpi_id: str | None = None
    formula_id: str | None = None
    scope: Literal["centre", "queue", "team", "system"] = "centre"
    grain: Literal["half_hour", "day", "week", "now"] = "now"
    label_zh: str
    label_en: str
    unit: str = "ratio"
    raise_above: float | None = None
    clear_below: float | None = None
    raise_below: float | None = None
    clear_above: float | None = None
    minimum_n: int = Field(0, ge=0)
    raise_within_minutes: int = Field(1440, ge=1)
    severity: Literal["critical", "warning", "notice"] = "warning"
    owners: tuple[Role, ...] = Field(min_length=1)
    source_clause: str = ""

    @model_validator(mode="after")
    def _sound(self) -> AlertRule:
        if self.kind == "live":
            return self
        if self.kind == "kpi" and (self.grain == "now" or self.scope == "system"):
            raise ValueError("a rule about a KPI judges a half_hour, day or week of the centre, a queue or a team")
        if self.grain == "half_hour" and (self.kpi_id != "abandonment" or self.scope == "team"):
            raise ValueError("half hours are measured for abandonment of the centre and its queues only; use day")
        upper, lower = self.raise_above is not None, self.raise_below is not None
        if upper == lower:
            raise ValueError("give raise_above (lower is better) or raise_below (higher is better), and not both")
        if (self.clear_below is not None) != upper or (self.clear_above is not None) != lower:
            raise ValueError("raise_above goes with clear_below, and raise_below with clear_above")
        if upper and not self._apart(self.clear_below, self.raise_above):
            raise ValueError(f"clear_below {self.clear_below:g} must lie below raise_above {self.raise_above:g}")
        if lower and not self._apart(self.raise_below, self.clear_above):
            raise ValueError(f"clear_above {self.clear_above:g} must lie above raise_below {self.raise_below:g}")
        return self

    def _apart(self, low: float | None, high: float | None) -> bool:
        """Counts of the machinery have no band: 0.5 to raise and 0.5 to clear leave no value in between."""
        assert low is not None and high is not None
        return low <= high if self.kind == "operation" else low < high

    @property
    def is_above(self) -> bool:
        """Whether high values are the bad ones."""
        return self.raise_above is not None

    @property
    def threshold(self) -> float | None:
        return self.raise_above if self.is_above else self.raise_below

    @property
    def clear_at(self) -> float | None:
        return self.clear_below if self.is_above else self.clear_above

    def label(self, language: str) -> str:
        return self.label_zh if language == "zh" else self.label_en


def is_nothing(unit: str, is_above: bool, threshold: float | None) -> bool:
    """Whether a limit means "not a single case": an upper one that is next to nothing."""
    return is_above and threshold is not None and threshold < {"ratio": 1e-5, "count": 1.0}.get(unit, 0.0)


def rules() -> dict[str, AlertRule]:
    """Every rule in force, by id. Raises UsageError with one sentence a fault."""
    found = {rule["rule_id"]: rule for rule in (*_of_seed(), *_shipped())}
    path = home().alert_rules
    if path.exists():
        _merge(found, _own(path.read_text(encoding="utf-8"), str(path)), str(path))
    return _checked(found.values())


def _own(text: str, place: str) -> list[dict[str, Any]]:
    try:
        read = parse_yaml(text) or {}
    except yaml.YAMLError as error:
        raise UsageError(f"{place} is not YAML ({str(error).splitlines()[0]}); mend or remove it") from error
    given = read.get("rules") if isinstance(read, dict) else None
    if not isinstance(given, list) or not all(isinstance(rule, dict) and rule.get("rule_id") for rule in given):
        raise UsageError(f"{place} must hold a list named rules, each of them with a rule_id")
    return given


def _merge(found: dict[str, dict[str, Any]], own: Iterable[Mapping[str, Any]], place: str) -> None:
    """A known id changes what it names of that rule, ``disabled: true`` switches it off; other ids are added."""
    for rule in own:
        rule_id = str(rule["rule_id"])
        if rule.get("disabled"):
            if rule_id not in found:
                raise UsageError(f"{place} switches off {rule_id}, which is no rule; see `lingting alerts rules`")
            del found[rule_id]
            continue
        values = {key: value for key, value in rule.items() if key != "disabled"}
        known = found.get(rule_id)
        found[rule_id] = {**known, **values} if known else _named(values, place)


def _named(values: dict[str, Any], place: str) -> dict[str, Any]:
    """A new rule is about a KPI of the catalogue; its words, unit and default formula come from there."""
    labels = _catalogue()
    kpi_id = values.get("kpi_id")
    if kpi_id not in labels:
        raise UsageError(f"rule {values['rule_id']} of {place} names the KPI {kpi_id}, which is not in the catalogue")
    return {**_words(str(kpi_id), str(values.get("formula_id", ""))), "kind": "kpi", "grain": "day", **values}


def _checked(raw: Iterable[Mapping[str, Any]]) -> dict[str, AlertRule]:
    checked, faults = {}, []
    for values in raw:
        try:
            checked[str(values["rule_id"])] = AlertRule.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            said = first["msg"].removeprefix("Value error, ")
            faults.append(f"alert rule {values['rule_id']}: {f'{place}: ' if place else ''}{said}")
    if faults:
        raise UsageError("; ".join(faults))
    return checked


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    text = (files("lingting.alerting") / "rules.yaml").read_text(encoding="utf-8")
    return tuple(parse_yaml(text)["rules"])


@cache
def _of_seed() -> tuple[dict[str, Any], ...]:
    with SEED.open(encoding="utf-8") as handle:
        return tuple(_seeded(row) for row in csv.DictReader(handle))


def _seeded(row: dict[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = {key: value for key, value in row.items() if value != ""}
    filled["owners"] = row["owners"].split("|")
    words = _words(row["kpi_id"], row["formula_id"])
    return {"rule_id": f"{row['kpi_id']}.{row['scope']}.{row['grain']}", "kind": "kpi", **words, **filled}


def _words(kpi_id: str, formula_id: str) -> dict[str, str]:
    formulas = _catalogue()[kpi_id]
    row = formulas.get(formula_id) or next((one for one in formulas.values() if one["is_default"] == "true"), None)
    row = row or next(iter(formulas.values()))
    return {name: row[name] for name in ("kpi_id", "formula_id", "label_zh", "label_en", "unit")}


@cache
def _catalogue() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    with CATALOGUE.open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["kpi_id"], {})[row["formula_id"]] = row
    return found
