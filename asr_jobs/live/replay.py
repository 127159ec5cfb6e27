"""Streams a recording to a live server at its own pace, as a telephone system would: for trying it and measuring it."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from asr_jobs.audio import Unreadable, decode
from asr_jobs.live.audiosocket import HANGUP, IDENTITY, Frame, encoded
from lingting.errors import InputError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME_SECONDS = 0.02
WEBSOCKET_RATE, WEBSOCKET_FRAMES = 16_000, 5  # 100 ms a message
_LEG_RATE = 8_000
_LEG_KIND = 0x10


@dataclass(frozen=True)
class Replay:
    """One recording as one call. ``speed`` 2.0 is twice as fast as it was spoken."""

    path: Path
    call_id: str
    language: str
    queue_id: str | None = None
    agent_channel: int = 0
    speed: float = 1.0


def channels_of(path: Path) -> list[NDArray[np.float32]]:
    """The two channels of a recording at 16 kHz. Raises InputError where there are not two."""
    try:
        sound = decode(path)
    except Unreadable as problem:
        raise InputError(f"{path.name} can not be read ({problem.code}); replay needs a recording") from None
    if len(sound.channels) != 2:
        raise InputError(f"{path.name} has one channel, so nobody can tell who speaks; replay needs two channels")
    return sound.channels


async def replay(asked: Replay, to: str, token: str | None, ready: float | None = None) -> float:
    """Send a recording to ws://, wss:// or audiosocket://; gives the moment (time.monotonic) of its first sample.

    Raises UsageError when the server is not there or refuses, InputError for a recording that can not be sent.
    """
    channels = channels_of(asked.path)
    place = urlsplit(to)
    try:
        if place.scheme == "audiosocket":
            return await _to_audiosocket(asked, channels, place.hostname or "127.0.0.1", place.port or 9092)
        if place.scheme in {"ws", "wss"}:
            return await _to_websocket(asked, channels, to.rstrip("/") + "/audio", token)
    except InvalidHandshake as error:
        raise UsageError(f"{to} refused the connection ({error}); check the token") from None
    except ConnectionClosed as error:
        said = error.rcvd.reason if error.rcvd and error.rcvd.reason else "it closed the connection"
        raise UsageError(f"{to} ended the call: {said}") from None
    except OSError as error:
        raise UsageError(f"{to} can not be reached ({error.strerror or error}); is `lingting live` running?") from None
    raise UsageError(f"{to} is no address to send to; write ws://HOST:PORT, wss://HOST:PORT or audiosocket://HOST:PORT")


def pcm16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Float samples as 16-bit integers."""
    import numpy as np

    return np.clip(np.round(samples * 32_767), -32_768, 32_767).astype("<i2")


async def _to_websocket(asked: Replay, channels: list[NDArray[np.float32]], to: str, token: str | None) -> float:
    import numpy as np

    interleaved = np.column_stack([pcm16(channel) for channel in channels])
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    hello = {
        "call_id": asked.call_id,
        "queue_id": asked.queue_id,
        "language": asked.language,
        "sample_rate": WEBSOCKET_RATE,
        "channels": 2,
        "agent_channel": asked.agent_channel,
    }
    secure = ssl.create_default_context() if to.startswith("wss") else None
    async with connect(to, additional_headers=headers, compression=None, ssl=secure, proxy=None) as socket:
        await socket.send(json.dumps(hello))
        step = round(WEBSOCKET_RATE * FRAME_SECONDS * WEBSOCKET_FRAMES)
        begun = time.monotonic()
        for at in range(0, len(interleaved), step):
            await socket.send(interleaved[at : at + step].tobytes())
            await _pace(begun, (at + step) / WEBSOCKET_RATE / asked.speed)
    return begun


async def _to_audiosocket(asked: Replay, channels: list[NDArray[np.float32]], host: str, port: int) -> float:
    """Two connections, as the two legs of a call; the last digit of each UUID says whose it is (docs/live.md)."""
    call = uuid.uuid5(uuid.NAMESPACE_OID, asked.call_id).hex[:-1]
    agent, customer = channels[asked.agent_channel], channels[1 - asked.agent_channel]
    begun = time.monotonic()
    await asyncio.gather(
        _leg(uuid.UUID(call + "a"), agent, host, port, asked.speed, begun),
        _leg(uuid.UUID(call + "c"), customer, host, port, asked.speed, begun),
    )
    return begun


async def _leg(
    identity: uuid.UUID, samples: NDArray[np.float32], host: str, port: int, speed: float, begun: float
) -> None:
    import av

    frame = av.AudioFrame.from_ndarray(pcm16(samples).reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = 16_000
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_LEG_RATE)
    pcm = b"".join(block.to_ndarray().tobytes() for block in [*resampler.resample(frame), *resampler.resample(None)])
    _, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(encoded(Frame(IDENTITY, identity.bytes)))
        step = round(_LEG_RATE * FRAME_SECONDS) * 2
        for at in range(0, len(pcm), step):
            writer.write(encoded(Frame(_LEG_KIND, pcm[at : at + step])))
            await writer.drain()
            await _pace(begun, (at + step) / 2 / _LEG_RATE / speed)
        writer.write(encoded(Frame(HANGUP)))
        await writer.drain()
    finally:
        writer.close()


async def _pace(begun: float, until: float) -> None:
    """Wait until ``until`` seconds after ``begun``; late senders catch up."""
    left = begun + until - time.monotonic()
    if left > 0:
        await asyncio.sleep(left)
