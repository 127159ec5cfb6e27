"""Where alerts arrive: each is stored first, then sent to every subscriber. A slow subscriber holds up nobody."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from dataclasses import asdict
from datetime import datetime
from typing import Any

from asr_jobs.live.watch import Alert
from lingting.store import Store, add_alert, alerts_after

log = logging.getLogger(__name__)

MAX_WAITING = 256  # messages of one subscriber; one that is so far behind is cut off, and may ask again with ?after=N
MAX_UNSTORED = 10_000


class Desk:
    """``post`` and ``tell`` are called on the event loop; ``run`` is the task that does the work."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._arrived: asyncio.Queue[Alert | dict[str, Any]] = asyncio.Queue()
        self._unstored: deque[dict[str, Any]] = deque(maxlen=MAX_UNSTORED)
        self.subscribers: set[asyncio.Queue[str | None]] = set()
        self.slow_subscribers = 0

    @property
    def n_unstored(self) -> int:
        return len(self._unstored)

    def post(self, alert: Alert) -> None:
        """Take an alert on its way to the store and the subscribers."""
        self._arrived.put_nowait(alert)

    def tell(self, message: dict[str, Any]) -> None:
        """Take a message to the subscribers; it does not overtake the alerts before it."""
        self._arrived.put_nowait(message)

    def _send(self, message: dict[str, Any]) -> None:
        text = json.dumps(message, ensure_ascii=False, default=_plain)
        for waiting in list(self.subscribers):
            if waiting.qsize() >= MAX_WAITING:
                self.subscribers.discard(waiting)
                self.slow_subscribers += 1
                log.warning("a subscriber was cut off: it left %d messages unread", MAX_WAITING)
                _replace_all(waiting, None)
            else:
                waiting.put_nowait(text)

    async def run(self) -> None:
        """Store and send what arrives, in order, until cancelled."""
        while True:
            arrived = await self._arrived.get()
            try:
                if isinstance(arrived, Alert):
                    alert = asdict(arrived)
                    self._send({"type": "alert", "alert_no": await self._keep(alert), **alert})
                else:
                    self._send(arrived)
            finally:
                self._arrived.task_done()

    async def _keep(self, alert: dict[str, Any]) -> int | None:
        """Store it, after those that could not be stored before. A store that is away must not silence an alert."""
        self._unstored.append(alert)
        number: int | None = None
        while self._unstored:
            try:
                number = await asyncio.to_thread(add_alert, self._store, self._unstored[0])
            except Exception as error:  # whatever the database says: the log names the type, the alert is kept
                log.error("%d alerts wait to be stored: %s", len(self._unstored), type(error).__name__)
                return None
            self._unstored.popleft()
        return number

    async def subscribe(self, after: int | None) -> tuple[asyncio.Queue[str | None], list[str]]:
        """A new subscriber's line, and the stored alerts behind number ``after`` (None: none) to send first.

        A message None in the line is the last: the subscriber was too slow, or the server ends.
        """
        waiting: asyncio.Queue[str | None] = asyncio.Queue()
        self.subscribers.add(waiting)
        if after is None:
            return waiting, []
        stored = await asyncio.to_thread(alerts_after, self._store, after)
        return waiting, [json.dumps({"type": "alert", **row}, ensure_ascii=False, default=_plain) for row in stored]

    async def finish(self, seconds: float) -> None:
        """Wait until everything that arrived is stored, then at most ``seconds`` until the subscribers have read it."""
        await self._arrived.join()
        for waiting in self.subscribers:
            waiting.put_nowait(None)
        until = asyncio.get_running_loop().time() + seconds
        while self.subscribers and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.02)


def _replace_all(waiting: asyncio.Queue[str | None], last: str | None) -> None:
    while not waiting.empty():
        waiting.get_nowait()
    waiting.put_nowait(last)


def _plain(value: Any) -> str:
    """UTC with its sign, so that no reader takes it for local time."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    raise TypeError(type(value).__name__)
