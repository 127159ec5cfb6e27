"""The access log as the page reads it: only with the right `audit`, and each reading is noted in the log itself."""

from __future__ import annotations

import hashlib

from lingting.audit import Entry, note
from lingting.audit import search as log
from lingting.audit.search import Checked, Wanted
from lingting.rights import Forbidden, Viewer

PAGE_SIZE = 50


def read(viewer: Viewer, wanted: Wanted, page: int, noted: set[object]) -> list[Entry]:
    """One page of the entries, newest first. ``noted``: what this session noted before, so that drawing the page again
    does not fill the log with itself."""
    _must(viewer)
    rows = log.found(wanted, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    if (wanted, page) not in noted:
        note(viewer, "search", "access_log", n_rows=len(rows), fields=[*wanted.said, f"page={page}"])
        noted.add((wanted, page))
    return rows


def n_found(viewer: Viewer, wanted: Wanted) -> int:
    _must(viewer)
    return log.n_found(wanted)


def choices(viewer: Viewer) -> dict[str, list[str]]:
    _must(viewer)
    return log.choices()


def check(viewer: Viewer) -> Checked:
    """Check the whole chain; that somebody did is noted, too."""
    _must(viewer)
    checked = log.check()
    note(viewer, "view", "access_log", "check", n_rows=checked.n_entries)
    return checked


def masked(customer_key: str | None) -> str | None:
    """The short mark by which a customer stands on every page (lingting/rights/limits.py)."""
    return None if customer_key is None else f"c-{hashlib.sha256(customer_key.encode()).hexdigest()[:8]}"


def _must(viewer: Viewer) -> None:
    if not viewer.may("audit"):
        raise Forbidden(f"the access log is not open to the role {viewer.role}")
