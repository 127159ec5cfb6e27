"""Who stands behind a plain request to the server (an export, a recording): the cookie's session, asked of the store.

Pages have their own way (session.py); no Streamlit here.
"""

from __future__ import annotations

import logging

from starlette.requests import Request

from lingting import audit
from lingting.audit.log import Action
from lingting.rights import Viewer
from lingting.store import StoreDown, live_session, open_store, session_mark

LOG = logging.getLogger(__name__)
COOKIE = "lingting_session"


def who(request: Request) -> Viewer | None:
    """The person of the request as the account is now; None when nobody is signed in, or that can not be known."""
    token = request.cookies.get(COOKIE)
    try:
        account = live_session(open_store(), token) if token else None
    except StoreDown:
        return None
    return account.viewer(session_mark(token)) if account and token else None


def note_refused(viewer: Viewer | None, action: Action, object_kind: str, object_id: str) -> None:
    """Note what was refused. The refusal stands also when the access log is down: then the server's log has it."""
    try:
        audit.note(viewer or audit.Stranger(), action, object_kind, object_id, outcome="refused")
    except audit.AuditDown:
        LOG.exception("a refused %s of %s %r could not be noted", action, object_kind, object_id)
