"""The AudioSocket protocol of Asterisk as bytes: frames in, frames out. No socket and no call is known here.

One frame: kind (1 byte), length of the payload (2 bytes, big-endian), payload. Source: the Asterisk documentation,
Configuration / Channel Drivers / AudioSocket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

HANGUP, IDENTITY, DTMF, ERROR = 0x00, 0x01, 0x03, 0xFF
# Signed 16-bit mono little-endian. Older releases of Asterisk know 0x10 only.
RATES = {
    0x10: 8_000,
    0x11: 12_000,
    0x12: 16_000,
    0x13: 24_000,
    0x14: 32_000,
    0x15: 44_100,
    0x16: 48_000,
    0x17: 96_000,
    0x18: 192_000,
}
KNOWN = frozenset({HANGUP, IDENTITY, DTMF, ERROR, *RATES})
ERRORS = {0x01: "the caller hung up", 0x02: "a frame could not be forwarded", 0x04: "out of memory"}
_HEADER = 3


@dataclass(frozen=True)
class Frame:
    kind: int
    payload: bytes = b""


class FrameTooLong(Exception):
    """A frame longer than allowed: nothing after it can be trusted."""


class Frames:
    """Cuts a stream of bytes into frames, however the network has cut it. A frame is never kept beyond its limit."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._left = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now. Raises FrameTooLong as soon as a header announces one."""
        self._left += data
        while len(self._left) >= _HEADER:
            size = int.from_bytes(self._left[1:_HEADER], "big")
            if size > self._longest:
                raise FrameTooLong(f"a frame of {size} bytes; {self._longest} are allowed (live.max_frame_bytes)")
            if len(self._left) < _HEADER + size:
                return
            frame = Frame(self._left[0], bytes(self._left[_HEADER : _HEADER + size]))
            del self._left[: _HEADER + size]
            yield frame


def encoded(frame: Frame) -> bytes:
    """The bytes of a frame. Raises ValueError for a payload over 65,535 bytes."""
    if len(frame.payload) > 0xFFFF:
        raise ValueError("an AudioSocket frame holds at most 65,535 bytes")
    return bytes([frame.kind]) + len(frame.payload).to_bytes(2, "big") + frame.payload
