"""Links between pages that keep what is looked at: the language, the period, the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.components.html import link
from dashboards.data.periods import Period, url_of

if TYPE_CHECKING:
    from dashboards.components.page import Page


def to(page: Page, path: str, label: str, period: Period | None = None, **query: str | None) -> str:
    """A link to a page of the cockpit; ``query``: its parameters, those without a value are left out."""
    language = page.texts.in_links
    return link(path, label, "", lang=language, **(url_of(period) if period else {}), **query)
