"""Who stands behind a plain request to the server (an export, a recording): the cookie's session, asked of the store.

Pages have their own way (session.py); no Streamlit here.
"""

from __future__ import annotations

import hashlib
import logging

from starlette.requests import Request

from lingting import audit
from lingting.audit.log import Action
from lingting.rights import Viewer
from lingting.store import live_session, open_store

LOG = logging.getLogger(__name__)
COOKIE = "lingting_session"


def mark_of(token: str) -> str:
    """A mark of a session for the access log: the same for all it does, and of no use to anybody who reads it."""
    return hashlib.sha256(f"mark:{token}".encode()).hexdigest()[:16]


def who(request: Request) -> Viewer | None:
    """The person of the request as the account is now; None when nobody is signed in."""
    token = request.cookies.get(COOKIE)
    account = live_session(open_store(), token) if token else None
    return account.viewer(mark_of(token)) if account and token else None


def note_refused(viewer: Viewer | None, action: Action, object_kind: str, object_id: str) -> None:
    """Note what was refused. The refusal stands also when the access log is down: then the server's log has it."""
    try:
        audit.note(viewer, action, object_kind, object_id, outcome="refused")
    except audit.AuditDown:
        LOG.exception("a refused %s of %s %r could not be noted", action, object_kind, object_id)
