"""The cockpit without a browser: one Streamlit session over its WebSocket, as a page's own script speaks it.

For tests and benchmarks that need hundreds of page runs. What a page looks like is tested in Chromium (tests/browser).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from dashboards.session import COOKIE


@dataclass(frozen=True)
class Seen:
    """One run of a page: everything that the server sent, and how long it took until the page was whole."""

    content: bytes
    seconds: float
    failed: bool

    def holds(self, words: str) -> bool:
        return words.encode("utf-8") in self.content


class Wire:
    """A signed-in session: ``with Wire(address, token) as wire: wire.page("team", grain="week")``.

    ``token`` is what the session cookie holds; None: nobody.
    """

    def __init__(self, address: str, token: str | None) -> None:
        self._address = address.replace("http", "ws", 1) + "/_stcore/stream"
        self._headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
        self._origin = address

    def __enter__(self) -> Wire:
        self._socket = connect(
            self._address,
            additional_headers=self._headers,
            origin=self._origin,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=60,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def page(self, path: str, **query: str) -> Seen:
        """Run one page from its first line to its last. ``content``: all that was sent for it."""
        message = BackMsg()
        message.rerun_script.query_string = urlencode(query)
        message.rerun_script.page_name = path
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        parts: list[bytes] = []
        failed = False
        while True:
            raw = self._socket.recv(timeout=60)
            assert isinstance(raw, bytes)
            answer = ForwardMsg.FromString(raw)
            if answer.WhichOneof("type") == "delta":
                parts.append(raw)
                failed = failed or answer.delta.new_element.WhichOneof("type") == "exception"
            if answer.WhichOneof("type") == "script_finished":
                if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                failed = failed or answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY
                return Seen(b"".join(parts), time.perf_counter() - began, failed)
