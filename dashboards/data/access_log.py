"""The access log as the page reads it: only with the right `audit`, and each reading is noted in the log itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from lingting.audit import Entry, note
from lingting.audit import search as log
from lingting.audit.search import Checked, Wanted
from lingting.rights import Forbidden, Viewer, policy

PAGE_SIZE = 50
_MARK = re.compile("c-[0-9a-f]{8}")  # a customer as pages name one: what the cockpit notes is shortened already


def read(viewer: Viewer, wanted: Wanted, page: int, is_new: bool = True) -> list[Entry]:
    """One page of the entries, newest first. ``is_new``: False when this reading was noted before, so that drawing the
    page again does not fill the log with itself."""
    _must(viewer)
    asked = _asked(viewer, wanted)
    rows = log.found(asked, PAGE_SIZE, max(page - 1, 0) * PAGE_SIZE)
    if is_new:
        note(viewer, "search", "access_log", n_rows=len(rows), fields=[*asked.said, f"page={page}"])
    return [_shown(viewer, row) for row in rows]


def n_found(viewer: Viewer, wanted: Wanted) -> int:
    _must(viewer)
    return log.n_found(_asked(viewer, wanted))


def choices(viewer: Viewer) -> dict[str, list[str]]:
    _must(viewer)
    return log.choices()


def check(viewer: Viewer) -> Checked:
    """Check the whole chain; that somebody did is noted, too."""
    _must(viewer)
    checked = log.check()
    note(viewer, "view", "access_log", "check", n_rows=checked.n_entries)
    return checked


def sees_calls(viewer: Viewer) -> bool:
    """Whether the viewer may read calls at all: who may not learns that somebody opened one, and not which."""
    return viewer.role in policy().by_table["mart_call"].rows


def _must(viewer: Viewer) -> None:
    if not viewer.may("audit"):
        raise Forbidden(f"the access log is not open to the role {viewer.role}")


def _asked(viewer: Viewer, wanted: Wanted) -> Wanted:
    """Without the search for an object, for those who do not see objects: its count would tell."""
    return wanted if sees_calls(viewer) else replace(wanted, text=None)


def _shown(viewer: Viewer, row: Entry) -> Entry:
    """The entry with the customer shortened as on every page (lingting/rights/limits.py); what people typed, and which
    object it was, only for those who may read calls."""
    customer = row.customer_key
    if customer and not _MARK.fullmatch(customer):
        customer = f"c-{_sum(customer)}"
    if sees_calls(viewer):
        return replace(row, customer_key=customer)
    return replace(row, customer_key=customer, object_id=_sum(row.object_id), purpose=None, fields=None)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
