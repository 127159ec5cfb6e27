"""The web server of the cockpit: Streamlit's own, with a route that sets the session cookie and with safe headers."""

from __future__ import annotations

import gc
import logging
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import playback, provider
from dashboards.door import COOKIE
from dashboards.exports import route as export_route
from dashboards.navigation import PLACES
from dashboards.session import COOKIE_PATH, TICKET_HEADER
from dashboards.tickets import redeem
from dashboards.wanted_page import WantedPage
from lingting.settings import settings

LOG = logging.getLogger(__name__)
FOLDER = Path(__file__).parent

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'; object-src 'none'; base-uri 'self'"),
    (b"referrer-policy", b"same-origin"),
)


_PAGES = {place.path for place in PLACES}
_FILES = (
    "_stcore/", "static/", "media/", "export/", "recordings/", "component/", "favicon", "index.html", "auth/",
    "oauth2callback",
)  # fmt: skip


class SafeHeaders:
    """Adds headers that keep other sites from framing the cockpit or learning its addresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class KnownPages:
    """Sends a browser that asks for a page we do not have to the first page, instead of Streamlit's English notice."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            wanted = scope["path"].strip("/")
            wants_page = b"text/html" in dict(scope["headers"]).get(b"accept", b"")
            if wants_page and wanted and wanted not in _PAGES and not wanted.startswith(_FILES):
                await RedirectResponse("/", status_code=303)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def set_cookie(request: Request) -> Response:
    """Change a ticket into the session cookie. Another site can not send the header; no script can read the cookie."""
    token = redeem(request.headers.get(TICKET_HEADER, ""))
    if token is None:
        return Response(status_code=403)
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings().cockpit.session_hours * 3600,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def show_error(error: Exception) -> bool:
    """A page that fails says so in the person's language; the reason goes to the log, never to the page."""
    from dashboards.components import address

    LOG.error("a page of the cockpit failed", exc_info=error)
    st.error(address.language()("error.unexpected"))
    return True


def serve(port: int, host: str) -> None:
    """Serve until stopped."""
    for place in PLACES:  # else the first visitor waits for the chart library to be read
        import_module(f"dashboards.views.{place.path}")
    # What was imported by now will never be garbage: it need not be looked through when Python collects some.
    gc.collect()
    gc.freeze()
    app = st.App(
        FOLDER / "app.py",
        routes=[
            Route(COOKIE_PATH, set_cookie, methods=["POST"]),
            Route(f"{export_route.PATH}/{{ticket}}", export_route.give, methods=["GET"]),
            Route(f"{playback.PATH}/{{call_id:path}}", playback.give, methods=["GET"]),
        ],
        middleware=[Middleware(SafeHeaders), Middleware(KnownPages), Middleware(WantedPage)],
        on_script_error=show_error,
        secrets=provider.secrets(port, host),
    )
    app.run(config={**_options(), "server.port": port, "server.address": host})


def _options() -> dict[str, Any]:
    """The options of .streamlit/config.toml by dotted name: Streamlit itself looks only beside the started script."""
    tree = tomllib.loads((FOLDER / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    return _flat(tree, "")


def _flat(tree: dict[str, Any], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{prefix}{key}."))
        else:
            found[f"{prefix}{key}"] = value
    return found
