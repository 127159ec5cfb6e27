"""What the WebSocket's port answers, each behind its token: /audio, /alerts, /register and /health."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response

from asr_jobs.inspection.conversation import Language
from asr_jobs.live.access import Door, is_allowed
from asr_jobs.live.audiosocket_input import Announced
from asr_jobs.live.calls import Calls, Refused
from asr_jobs.live.desk import Desk
from asr_jobs.live.watch import About
from asr_jobs.live.websocket_input import Name, WebSocketInput
from lingting.errors import UsageError

log = logging.getLogger(__name__)

DOORS = {"/audio": Door.AUDIO, "/register": Door.AUDIO, "/alerts": Door.ALERTS, "/health": Door.ALERTS}
CUT_OFF, GOING_AWAY = 1013, 1001  # close codes: try again later; the server ends
LARGEST_NUMBER = 2**31 - 1


class Leg(BaseModel):
    """The query of /register: an AudioSocket leg that will come."""

    model_config = ConfigDict(extra="forbid")

    uuid: uuid.UUID
    call_id: Name
    speaker: Literal["agent", "customer"]
    queue_id: Name | None = None
    language: Language | None = None


class Connection(ServerConnection):
    """A connection that says when it was no WebSocket at all; the library is silent about it."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio at the end of every connection."""
        super().connection_lost(exc)
        broken = self.protocol.handshake_exc
        if self.request is None or (broken is not None and not isinstance(broken, InvalidStatus)):
            peer = (self.remote_address or ("nowhere",))[0]
            log.warning("%s sent no proper WebSocket handshake: %s", peer, type(broken).__name__)


class Addresses:
    """Answers a request, or hands its connection on."""

    def __init__(
        self, calls: Calls, desk: Desk, sound: WebSocketInput, announced: Announced, language: Language
    ) -> None:
        self.is_ending = False
        self._calls = calls
        self._desk = desk
        self._sound = sound
        self._announced = announced
        self._language: Language = language

    def asked_for(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer what needs no WebSocket, and refuse who has no token; None: go on to ``connected``."""
        path = urlsplit(request.path).path
        door = DOORS.get(path)
        if door is None:
            return connection.respond(HTTPStatus.NOT_FOUND, f"ask for one of: {', '.join(DOORS)}\n")
        try:
            is_open = is_allowed(door, request.headers.get("Authorization"))
        except UsageError as error:
            log.error("nobody is let in: %s", error)
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "the tokens can not be read\n")
        if not is_open:
            self._calls.counts.refused += 1
            peer = (connection.remote_address or ("nowhere",))[0]
            log.warning("%s was refused at %s: no token, or not one for it", peer, path)
            return connection.respond(HTTPStatus.UNAUTHORIZED, f"send 'Authorization: Bearer' with a {door} token\n")
        if self.is_ending:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "the server ends\n")
        if path == "/health":
            return connection.respond(HTTPStatus.OK, json.dumps(self.health()) + "\n")
        return self._register(connection, request) if path == "/register" else None

    async def connected(self, connection: ServerConnection) -> None:
        """A WebSocket of /audio or /alerts."""
        request = connection.request
        assert request is not None
        if urlsplit(request.path).path == "/audio":
            await self._sound.handle(connection)
        else:
            await self._subscriber(connection, _number(request.path))

    def health(self) -> dict[str, Any]:
        """What is open, what waits and what was lost since the start."""
        recogniser = self._calls.recogniser
        return {
            "open_calls": len(self._calls.open),
            "subscribers": len(self._desk.subscribers),
            "slow_subscribers": self._desk.slow_subscribers,
            "alerts_not_stored": self._desk.n_unstored,
            "waiting_seconds": round(recogniser.waiting_seconds, 2),
            **asdict(self._calls.counts),
            **{name: round(value, 2) for name, value in asdict(recogniser.load).items()},
        }

    def _register(self, connection: ServerConnection, request: Request) -> Response:
        given = {name: values[-1] for name, values in parse_qs(urlsplit(request.path).query).items()}
        try:
            leg = Leg.model_validate(given)
            about = About(leg.call_id, leg.language or self._language, leg.queue_id)
            self._announced.add(leg.uuid, about, leg.speaker)
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, wrong["loc"]))
            return connection.respond(HTTPStatus.BAD_REQUEST, f"{place}: {wrong['msg']}\n")
        except Refused as error:
            return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, f"{error}\n")
        return connection.respond(HTTPStatus.OK, "announced\n")

    async def _subscriber(self, connection: ServerConnection, after: int | None) -> None:
        """Send alerts until the subscriber leaves, or until it is too slow."""
        waiting, missed = await self._desk.subscribe(after)
        leaving = asyncio.create_task(_until_left(connection))
        try:
            for stored in missed:
                await connection.send(stored)
            while (text := await _next(waiting, leaving)) is not None:
                await connection.send(text)
            if self.is_ending:
                await connection.close(GOING_AWAY, "the server ends")
            elif not leaving.done():
                await connection.close(CUT_OFF, "too slow; ask again with ?after=NUMBER of the last alert")
        except ConnectionClosed:
            pass
        finally:
            leaving.cancel()
            self._desk.subscribers.discard(waiting)


async def _next(waiting: asyncio.Queue[str | None], leaving: asyncio.Task[None]) -> str | None:
    """The next message; None: cut off, or the subscriber has left."""
    arriving = asyncio.ensure_future(waiting.get())
    await asyncio.wait({arriving, leaving}, return_when=asyncio.FIRST_COMPLETED)
    if arriving.done():
        return arriving.result()
    arriving.cancel()
    return None


async def _until_left(connection: ServerConnection) -> None:
    """What a subscriber sends is read and forgotten, so that its leaving is seen."""
    try:
        async for _ in connection:
            pass
    except ConnectionClosed:
        pass


def _number(path: str) -> int | None:
    """The number in ?after=N; None where there is none."""
    value = parse_qs(urlsplit(path).query).get("after", [""])[-1]
    return min(int(value), LARGEST_NUMBER) if value.isascii() and value.isdigit() else None
