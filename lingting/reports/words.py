"""The words of a report in one language (words.zh.yaml, words.en.yaml), and numbers as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lingting.documents import parse_yaml
from lingting.errors import UsageError

LANGUAGES = ("zh", "en")
NO_VALUE = "—"


@dataclass(frozen=True)
class Words:
    """``words("verdict_FAIL", judged=24, …)``; a key that is missing is a programming error and raises KeyError."""

    language: str
    by_key: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return self.by_key[key].format(**values) if values else self.by_key[key]

    def either(self, zh: str, en: str) -> str:
        """Of something that has both names, the one of this language."""
        return zh if self.language == "zh" else en

    def amount(self, value: float | None, unit: str) -> str:
        """A value in its unit; ratios are stored as 0-1 and shown as per cent."""
        if value is None:
            return NO_VALUE
        match unit:
            case "ratio":
                return f"{value * 100:.1f}%"
            case "seconds":
                return self("seconds", value=f"{value:.1f}")
            case "yuan":
                return self("yuan", value=f"{value:,.2f}")
            case "count":
                return f"{value:,.0f}"
            case "per_hour" | "per_minute":
                return f"{value:.1f}"
            case _:
                return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"

    def step(self, value: float, unit: str) -> str:
        """A difference with its sign; none where it shows as zero."""
        shown = self._signed(value, unit)
        return shown if any(digit in shown for digit in "123456789") else shown.lstrip("+-")

    def _signed(self, value: float, unit: str) -> str:
        match unit:
            case "ratio":
                return self("points", value=f"{value * 100:+.1f}")
            case "seconds":
                return self("seconds", value=f"{value:+.1f}")
            case "count":
                return f"{value:+,.0f}"
            case _:
                return f"{value:+.2f}" if abs(value) < 10 else f"{value:+.1f}"

    def goal(self, value: float | None, direction: str, unit: str) -> str:
        if value is None or direction == "none":
            return NO_VALUE
        return f"{'≥' if direction == 'higher' else '≤'} {self.amount(value, unit)}"

    def between(self, low: float | None, high: float | None, unit: str) -> str:
        if low is None or high is None:
            return NO_VALUE
        return f"{self.amount(low, unit)} – {self.amount(high, unit)}"

    def yuan(self, value: float | None) -> str:
        return NO_VALUE if value is None else self("yuan", value=f"{value:,.0f}")


@cache
def words_of(language: str) -> Words:
    if language not in LANGUAGES:
        raise UsageError(f"no report is written in {language!r}; choose one of: {', '.join(LANGUAGES)}")
    tree: dict[str, Any] = parse_yaml(
        (files("lingting.reports") / f"words.{language}.yaml").read_text(encoding="utf-8")
    )
    return Words(language, {key: str(value) for key, value in tree.items()})
