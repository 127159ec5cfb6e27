"""Sets a document: one self-contained web page (Jinja2), or PDF (Typst). Values are escaped by both, never pasted."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files

import jinja2
import typst

from lingting.errors import LingtingError
from lingting.reports.document import Document

CHINESE_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC", "WenQuanYi Micro Hei", "Noto Sans SC")


class NoFont(LingtingError):
    """A PDF can not be set: its Chinese words would be empty boxes."""


def to_html(document: Document) -> str:
    """One file that needs no other: print it from the browser, or send it."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_template("report.html.j2")).render(document=document)


def to_pdf(document: Document) -> bytes:
    """Raises NoFont where this machine has no font with Chinese characters: sources and topics need one always."""
    font = next((name for name in CHINESE_FONTS if name in _families()), None)
    if font is None:
        raise NoFont(
            "there is no font with Chinese characters on this machine, so no PDF can be made; "
            "install the package fonts-noto-cjk (Debian, Ubuntu) or google-noto-sans-cjk-fonts (Fedora), or take html"
        )
    given = {"document": json.dumps(asdict(document), ensure_ascii=False), "font": font}
    made = typst.compile(_template("report.typ").encode("utf-8"), format="pdf", sys_inputs=given)
    assert isinstance(made, bytes)
    return made


@cache
def _families() -> frozenset[str]:
    return frozenset(typst.Fonts().families())


def _template(name: str) -> str:
    return (files("lingting.reports") / name).read_text(encoding="utf-8")
