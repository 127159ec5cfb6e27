"""The address that a recording is heard from: the cookie's session, the person's rights of now, and parts for seeking.

A call that is not there, somebody else's, or asked for by nobody gets the same empty 404. The sound is never cached;
what the vault has is decrypted in memory. Which sound a call has is a question (dashboards/data).
"""

from __future__ import annotations

import logging
import re
import threading
from urllib.parse import quote

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response

from dashboards import door
from dashboards.data import queries
from lingting import audit
from lingting.errors import LingtingError
from lingting.rights import Forbidden, Viewer

LOG = logging.getLogger(__name__)
PATH = "/recordings"
_HEADERS = {"cache-control": "no-store", "accept-ranges": "bytes"}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_BEGINNINGS = ((b"OggS", "audio/ogg"), (b"RIFF", "audio/wav"), (b"fLaC", "audio/flac"), (b"ID3", "audio/mpeg"))
# Seeking asks for many parts of one recording: each session hears a call once in the log.
_noted: LRUCache[tuple[str, str, bool], bool] = LRUCache(10_000)
_lock = threading.Lock()


class Unsatisfiable(Exception):
    """A part is asked for that lies behind the end."""


def address_of(call_id: str) -> str:
    return f"{PATH}/{quote(call_id, safe='')}"


def part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that a Range header asks for; None: the whole (no part, several, or not understood)."""
    matched = _RANGE.fullmatch(header.strip())
    if not matched or not any(matched.groups()):
        return None
    first, last = matched.groups()
    if not first:
        wanted = min(int(last), size)
        if not wanted:
            raise Unsatisfiable
        return size - wanted, size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return int(first), min(int(last), size - 1) if last else size - 1


def give(request: Request) -> Response:
    """The sound of a call, or a part of it."""
    call_id = str(request.path_params["call_id"])
    viewer = door.who(request)
    sound = _sound(viewer, call_id) if viewer else None
    if viewer is None or sound is None:
        if _is_first(viewer, call_id, False):
            door.note_refused(viewer, "play", "call", call_id)
        return Response(status_code=404, headers=_HEADERS)
    try:
        _note(viewer, call_id)
    except audit.AuditDown:
        return Response(status_code=503, headers=_HEADERS)
    return _answer(sound, request.headers.get("range", ""))


def _sound(viewer: Viewer, call_id: str) -> bytes | None:
    if not viewer.may("play"):
        return None
    try:
        found = queries.recording(viewer, call_id)
        return found.read_bytes() if found else None
    except Forbidden:
        return None
    except (LingtingError, OSError) as error:  # destroyed, or the vault refuses; the call page says why
        LOG.warning("%s", error)
        return None


def _note(viewer: Viewer, call_id: str) -> None:
    if _is_first(viewer, call_id, True):
        try:
            audit.note(viewer, "play", "call", call_id, customer_key=queries.customer_mark(viewer, call_id))
        except audit.AuditDown:
            with _lock:
                _noted.pop((viewer.session, call_id, True), None)
            raise


def _is_first(viewer: Viewer | None, call_id: str, is_heard: bool) -> bool:
    key = (viewer.session if viewer else "", call_id, is_heard)
    with _lock:
        if key in _noted:
            return False
        _noted[key] = True
    return True


def _answer(sound: bytes, asked: str) -> Response:
    size = len(sound)
    kind = next((name for start, name in _BEGINNINGS if sound.startswith(start)), "audio/mpeg")
    try:
        wanted = part(asked, size) if asked else None
    except Unsatisfiable:
        return Response(status_code=416, headers={**_HEADERS, "content-range": f"bytes */{size}"})
    if wanted is None:
        return Response(sound, 200, _HEADERS, kind)
    first, last = wanted
    headers = {**_HEADERS, "content-range": f"bytes {first}-{last}/{size}"}
    return Response(sound[first : last + 1], 206, headers, kind)
