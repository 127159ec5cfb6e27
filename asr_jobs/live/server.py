"""Starts and ends live inspection: the two listening sockets, the recogniser's thread, the desk, and a clean end.

What comes in is in audiosocket_input.py and websocket_input.py, what the WebSocket's port answers in addresses.py.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import Server, serve

from asr_jobs.decoder import Decoder
from asr_jobs.inspection.conversation import Language
from asr_jobs.live.access import tls
from asr_jobs.live.addresses import GOING_AWAY, Addresses, Connection
from asr_jobs.live.audiosocket_input import Announced, AudioSocketInput
from asr_jobs.live.calls import Calls
from asr_jobs.live.desk import Desk
from asr_jobs.live.ear import Detector
from asr_jobs.live.recogniser import Recogniser
from asr_jobs.live.websocket_input import WebSocketInput
from lingting.errors import UsageError
from lingting.settings import AsrSettings, LiveSettings
from lingting.store import open_store

log = logging.getLogger(__name__)

CLOSE_SECONDS = 2  # for a client to answer that its connection is closed


class LiveServer:
    """All of it. ``decoder`` and ``detector`` (one a channel) do the hearing; ``told`` gets what is listening where."""

    def __init__(
        self,
        asked: LiveSettings,
        asr: AsrSettings,
        decoder: Decoder,
        batch_size: int,
        detector: Callable[[], Detector],
        told: Callable[[str], None],
    ) -> None:
        self._asked = asked
        self._told = told
        language: Language = asr.language
        self.desk = Desk(open_store())
        self.calls = Calls(asked, detector, self.desk.post, self.desk.tell)
        self.calls.recogniser = Recogniser(
            decoder, batch_size, asked.max_waiting_seconds, self.calls.on_text, self.calls.on_dropped
        )
        announced = Announced()
        self._legs = AudioSocketInput(self.calls, announced, language)
        sound = WebSocketInput(self.calls, language, asr.agent_channel)
        self._addresses = Addresses(self.calls, self.desk, sound, announced, language)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end in order. Raises UsageError when an address can not be had."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        legs = await self._listen_for_legs()
        try:
            web = await self._listen_for_web()
        except UsageError:
            legs.close()
            raise
        self.calls.recogniser.start()
        working = asyncio.create_task(self.desk.run())
        self._tell(legs, web)
        await stop.wait()
        await self._end(legs, web, working)

    async def _listen_for_legs(self) -> asyncio.Server:
        asked = self._asked
        try:
            return await asyncio.start_server(self._legs.handle, asked.audiosocket_host, asked.audiosocket_port)
        except OSError as error:
            raise _no_address("audiosocket", asked.audiosocket_host, asked.audiosocket_port, error) from error

    async def _listen_for_web(self) -> Server:
        asked = self._asked
        try:
            return await serve(
                self._addresses.connected,
                asked.host,
                asked.port,
                process_request=self._addresses.asked_for,
                ssl=tls(asked),
                compression=None,  # sound does not get smaller, and it costs time
                max_size=asked.max_message_bytes,
                close_timeout=CLOSE_SECONDS,
                create_connection=Connection,
                logger=_quiet_logger(),
            )
        except OSError as error:
            raise _no_address("", asked.host, asked.port, error) from error

    def _tell(self, legs: asyncio.Server, web: Server) -> None:
        scheme = "wss" if self._asked.tls_certificate else "ws"
        places = [f"{scheme}://{_place(socket)}" for socket in web.sockets]
        places += [f"audiosocket://{_place(socket)}" for socket in legs.sockets]
        self._told(f"listening on {', '.join(places)}")

    async def _end(self, legs: asyncio.Server, web: Server, working: asyncio.Task[None]) -> None:
        """Take nothing new, hear what waits, store and send what it brings, and say what was open."""
        calls = self.calls
        legs.close()
        self._addresses.is_ending = True
        still = [f"{call.about.call_id} ({call.clock:.1f} s)" for call in calls.open.values()]
        log.info("ending; %d calls are open%s", len(still), f": {', '.join(still)}" if still else "")
        for call in list(calls.open.values()):
            call.leave(list(call.ears), "the server ends")
        await self._legs.end(CLOSE_SECONDS)
        unheard = await asyncio.to_thread(calls.recogniser.end, self._asked.drain_seconds)
        for job in unheard:
            if job.utterance.is_final:
                calls.on_dropped(job)
        await asyncio.sleep(0)  # what the recogniser's thread has left for this loop
        await self.desk.finish(CLOSE_SECONDS)
        working.cancel()
        web.close(code=GOING_AWAY, reason="the server ends")
        await web.wait_closed()
        load = calls.recogniser.load
        log.info(
            "ended; %d calls, %d alerts, %d of them not stored, %.1f s of speech heard in %.1f s, %.1f s dropped",
            *(calls.counts.calls, calls.counts.alerts, self.desk.n_unstored),
            *(load.decoded_seconds, load.busy_seconds, load.dropped_seconds),
        )


def _no_address(which: str, host: str, port: int, error: OSError) -> UsageError:
    name = f"live.{which}_" if which else "live."
    return UsageError(f"{host}:{port} can not be listened on ({error.strerror}); change {name}host or {name}port")


def _place(socket: Any) -> str:
    host, port = socket.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _quiet_logger() -> logging.Logger:
    """What the library says of a broken handshake, as one sentence and not as a traceback."""
    logger = logging.getLogger("asr_jobs.live.websocket")
    if not logger.filters:
        logger.addFilter(_one_sentence)
        logger.setLevel(logging.WARNING)
    return logger


def _one_sentence(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[1] is not None:
        record.msg, record.args = f"{record.getMessage()}: {type(record.exc_info[1]).__name__}", ()
        record.exc_info = None
    return True
