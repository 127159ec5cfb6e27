"""What the pages note in the access log: each page once per set of parameters, each call that is opened, each refusal.

Each page goes through `noted` in app.py, so that none can forget it. Exports and recordings note themselves where they
leave (exports/route.py, playback.py); the log is lingting/audit. Without it a page shows no customers' data, see
`sums_only` in data/published.py.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from dashboards.components import address
from dashboards.data import queries
from dashboards.data.published import sums_only
from lingting import audit
from lingting.rights import Forbidden, Viewer

LOG = logging.getLogger(__name__)
_SEEN = "access_seen"
_NOT_A_CHOICE = ("lang", "at")  # the same page in another language or at another second is the same page
_LONGEST = 200


def refused(viewer: Viewer, page: str) -> None:
    """Note that a page of another role, or a question that the role may not ask, was refused; once per page."""
    key = ("refused", page)
    if key in _seen():
        return
    try:
        audit.note(viewer, "view", "page", page, outcome="refused")
        _seen().add(key)
    except audit.AuditDown:
        LOG.exception("a refused view of %s by %s could not be noted", page, viewer.name)


@contextmanager
def noted(viewer: Viewer, page: str) -> Iterator[None]:
    """Draw a page inside: its view is noted before. A choice made on the page itself is noted when it was drawn."""
    before = _choices()
    is_new = _key(page, before) not in _seen()
    if is_new and not _note(viewer, page, before):
        with sums_only():
            yield
        return
    yield
    after = _choices()
    if is_new:  # what the filters filled in is the same view
        _seen().add(_key(page, after))
    elif _key(page, after) not in _seen():
        _note(viewer, page, after)


def _note(viewer: Viewer, page: str, choices: Mapping[str, str]) -> bool:
    try:
        _append(viewer, page, choices)
    except audit.AuditDown:
        LOG.exception("the view of %s by %s could not be noted", page, viewer.name)
        return False
    _seen().add(_key(page, choices))
    return True


def _append(viewer: Viewer, page: str, choices: Mapping[str, str]) -> None:
    said = [page, *(f"{key}={value}"[:_LONGEST].replace("|", "/") for key, value in sorted(choices.items()))]
    call_id = choices.get("call", "").strip()[:_LONGEST]
    if not call_id:
        audit.note(viewer, "view", "page", page, fields=said)
        return
    try:
        mark = queries.customer_mark(viewer, call_id)
    except Forbidden:
        mark = None
    audit.note(
        viewer,
        "view",
        "customer" if page == "customer" else "call",
        call_id,
        outcome="done" if mark else "refused",
        customer_key=mark,
        fields=said,
    )


def _choices() -> dict[str, str]:
    return {key: value for key, value in address.read().items() if key not in _NOT_A_CHOICE}


def _key(page: str, choices: Mapping[str, str]) -> tuple[str, frozenset[tuple[str, str]]]:
    return page, frozenset(choices.items())


def _seen() -> set[object]:
    found: set[object] = st.session_state.setdefault(_SEEN, set())
    return found
