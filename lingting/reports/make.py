"""Makes a report for a person: facts, words, file. Who makes one notes it in the access log (CLI, cockpit)."""

from __future__ import annotations

from datetime import date

from lingting.errors import UsageError
from lingting.reports.document import document_of
from lingting.reports.facts import facts_of
from lingting.reports.render import NoFont, to_html, to_pdf
from lingting.reports.words import words_of
from lingting.rights import Viewer

FORMATS = ("html", "pdf")


class CannotMake(UsageError):
    """There is no report. ``code``: the pages word it; the sentence is for the command line."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def made(viewer: Viewer, month: date, language: str, kind: str) -> bytes:
    """The report of a month as bytes of a file. Raises CannotMake; Forbidden where the role may not read a part."""
    facts = facts_of(viewer, month)
    if facts is None:
        raise CannotMake(
            "no_month", f"the published build holds nothing of {month:%Y-%m}; choose a month within its data"
        )
    document = document_of(facts, words_of(language))
    if kind == "html":
        return to_html(document).encode("utf-8")
    try:
        return to_pdf(document)
    except NoFont as error:
        raise CannotMake("no_font", str(error)) from error
