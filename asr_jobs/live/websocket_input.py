"""Connections that bring a whole call: a WebSocket with one JSON text, then 16-bit PCM, two channels interleaved."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from asr_jobs.inspection.conversation import Language
from asr_jobs.live.calls import BOTH, Calls, LiveCall, Refused
from asr_jobs.live.pcm import HIGHEST_RATE, LOWEST_RATE, Stream, whole
from asr_jobs.live.watch import About

log = logging.getLogger(__name__)

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$")]
# A sender that is faster than the recogniser waits; but never so long that its connection is taken for dead.
LONGEST_WAIT = 10.0
_LOOK_AGAIN = 0.05
REFUSED = 1008  # close code: policy violation


class Hello(BaseModel):
    """The first message: which call it is and how its sound is written."""

    model_config = ConfigDict(extra="forbid")

    call_id: Name
    sample_rate: Annotated[int, Field(ge=LOWEST_RATE, le=HIGHEST_RATE)]
    channels: Literal[2] = 2
    queue_id: Name | None = None
    language: Language | None = None
    agent_channel: Literal[0, 1] | None = None


class WebSocketInput:
    """The handler of the connections. ``agent_channel`` holds where the hello does not say."""

    def __init__(self, calls: Calls, language: Language, agent_channel: int) -> None:
        self._calls = calls
        self._language: Language = language
        self._agent_channel = agent_channel

    async def handle(self, connection: ServerConnection) -> None:
        """One connection. Raises nothing: the log has one sentence, and the sender gets it as the reason."""
        call: LiveCall | None = None
        why = "the server ended"
        try:
            hello = await self._hello(connection)
            about = About(hello.call_id, hello.language or self._language, hello.queue_id)
            if hello.call_id in self._calls.open:
                raise Refused(f"call {hello.call_id} is already open")
            call = self._calls.join(about, BOTH)
            log.info("call %s: both channels are heard", about.call_id)
            why = await self._listen(connection, hello, call)
        except Refused as error:
            why = str(error)
            self._calls.counts.refused += 1
            log.warning("a WebSocket with sound was closed: %s", why)
            await connection.close(REFUSED, why[:120])
        except ConnectionClosed as error:
            why = "the connection was closed" if error.rcvd else "the connection broke"
            if call is None:
                log.warning("a WebSocket with sound was closed before it said which call it is")
        finally:
            if call:
                call.leave(BOTH, why)

    async def _hello(self, connection: ServerConnection) -> Hello:
        limit = self._calls.asked.hello_seconds
        try:
            first = await asyncio.wait_for(connection.recv(), limit)
        except TimeoutError:
            raise Refused(f"no first message for {limit:g} s") from None
        if isinstance(first, bytes):
            raise Refused("the first message must be a JSON text that says which call it is")
        try:
            return Hello.model_validate_json(first)
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, wrong["loc"])) or "it"
            raise Refused(f"the first message is no hello: {place}: {wrong['msg']}"[:200]) from None

    async def _listen(self, connection: ServerConnection, hello: Hello, call: LiveCall) -> str:
        stream = Stream(hello.sample_rate, hello.channels)
        agent = self._agent_channel if hello.agent_channel is None else hello.agent_channel
        is_cut = False
        stalled = self._calls.asked.stalled_seconds
        while True:
            try:
                message = await asyncio.wait_for(connection.recv(), stalled)
            except TimeoutError:
                raise Refused(f"call {hello.call_id}: nothing was sent for {stalled:g} s") from None
            if isinstance(message, str):
                raise Refused(f"call {hello.call_id}: a text came where sound was expected")
            pcm = whole(message, hello.channels)
            if len(pcm) < len(message) and not is_cut:
                is_cut = True
                log.warning("call %s: messages with half a sample are cut", hello.call_id)
            channels = stream(pcm)
            call.sound("agent", channels[agent])
            call.sound("customer", channels[1 - agent])
            await self._hold_back()

    async def _hold_back(self) -> None:
        """Back-pressure: read no more while much sound waits, for a while."""
        until = time.monotonic() + LONGEST_WAIT
        limit = self._calls.asked.max_waiting_seconds / 2
        while self._calls.recogniser.waiting_seconds > limit and time.monotonic() < until:
            await asyncio.sleep(_LOOK_AGAIN)
