"""Reads the words of one language, of all areas. A key that is missing is a programming error and raises KeyError."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from lingting.documents import parse_yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, eq=False)  # one object a language, so it can be part of the key of what is kept
class Texts:
    """The words of one language by dotted key: ``texts("tile.target", value="95%")``."""

    language: Language
    words: dict[str, str]

    @property
    def in_links(self) -> str | None:
        """The language as a link to another page carries it; None for the usual one."""
        return None if self.language == LANGUAGES[0] else self.language

    def __call__(self, key: str, **values: object) -> str:
        found = self.words[key]
        return found.format(**values) if values else found

    def maybe(self, key: str, otherwise: str) -> str:
        """The word of a key made from data, such as a transfer kind; data that we have no word for stays as it is."""
        return self.words.get(key, otherwise)


@cache
def texts_of(language: Language) -> Texts:
    """The words of the whole cockpit and of its areas: ``zh.yaml`` and each ``<area>.zh.yaml``."""
    words: dict[str, str] = {}
    for file in sorted(files("dashboards.i18n").iterdir(), key=lambda file: file.name):
        if file.name == f"{language}.yaml" or file.name.endswith(f".{language}.yaml"):
            found = _flat(parse_yaml(file.read_text(encoding="utf-8")))
            twice = sorted(set(found) & set(words))
            if twice:
                raise ValueError(f"{file.name} words {twice[0]} again; keep it in one file")
            words |= found
    return Texts(language, words)


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{prefix}{key}."))
        else:
            found[f"{prefix}{key}"] = str(value)
    return found
