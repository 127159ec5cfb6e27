"""Back to the page that was asked for after signing in by an identity provider, which always sends people to the first.

The address stands in a cookie while the person is away. Who may see the page is decided there, as always.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.navigation import PLACES

COOKIE = "lingting_wanted"
LEAVES, RETURNS = "/auth/login", "/oauth2callback"
MINUTES = 10
_PAGES = {f"/{place.path}" for place in PLACES}


class WantedPage:
    """Notes the page from which somebody leaves for the provider, and leads back to it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in (LEAVES, RETURNS):
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] == LEAVES:
                    wanted = page_of(request.headers.get("referer", ""), request.url.netloc)
                    headers.append("set-cookie", _cookie(wanted, MINUTES * 60 if wanted else 0, request.url.scheme))
                elif headers.get("location") == "/":
                    wanted = page_of(unquote(request.cookies.get(COOKIE, "")), "")
                    headers["location"] = wanted or "/"
                    headers.append("set-cookie", _cookie("", 0, request.url.scheme))
            await send(message)

        await self._app(scope, receive, noted)


def page_of(address: str, host: str) -> str:
    """The path and the filters of one of our pages on ``host``; empty for anything else, so that nobody is led away."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.netloc != host or (parts.path not in _PAGES and not (parts.path == "/" and parts.query)):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _cookie(value: str, seconds: int, scheme: str) -> str:
    """Lax, because it has to come along when another site sends the person back."""
    secure = "; Secure" if scheme == "https" else ""
    return f"{COOKIE}={quote(value, safe='')}; Max-Age={seconds}; Path={RETURNS}; HttpOnly; SameSite=Lax{secure}"
