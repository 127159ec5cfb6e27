"""Connections of a telephone system: one AudioSocket connection is one leg of a call.

Which call and whose voice it is comes from its UUID: announced before (``Announced``), or by its last digit.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from dataclasses import dataclass

from asr_jobs.inspection.conversation import Language
from asr_jobs.live import audiosocket
from asr_jobs.live.access import comes_from
from asr_jobs.live.audiosocket import Frame, Frames, FrameTooLong
from asr_jobs.live.calls import Calls, LiveCall, Refused
from asr_jobs.live.pcm import Stream, whole
from asr_jobs.live.watch import About

log = logging.getLogger(__name__)

SPEAKER_OF_LAST_DIGIT = {"a": "agent", "c": "customer"}
ANNOUNCED_SECONDS, MAX_ANNOUNCED = 120.0, 1000
CONNECTIONS_PER_CALL = 4  # two legs, and as many that have not yet said who they are
_READ = 16_384


class Announced:
    """Legs that the dialplan has announced and that have not yet come: UUID -> call and speaker."""

    def __init__(self) -> None:
        self._legs: dict[uuid.UUID, tuple[About, str, float]] = {}

    def add(self, identity: uuid.UUID, about: About, speaker: str) -> None:
        """Raises Refused when too many are awaited."""
        now = time.monotonic()
        self._legs = {key: leg for key, leg in self._legs.items() if leg[2] > now}
        if len(self._legs) >= MAX_ANNOUNCED:
            raise Refused(f"{MAX_ANNOUNCED} announced legs have not come yet")
        self._legs[identity] = (about, speaker, now + ANNOUNCED_SECONDS)

    def take(self, identity: uuid.UUID, language: Language) -> tuple[About, str]:
        """The call and the speaker of a leg. Raises Refused."""
        about, speaker, until = self._legs.pop(identity, (None, "", 0.0))
        if about is not None and until > time.monotonic():
            return about, speaker
        digits = identity.hex
        if digits[-1] not in SPEAKER_OF_LAST_DIGIT:
            raise Refused(f"the UUID {identity} was not announced and ends neither in a (agent) nor in c (customer)")
        return About(digits[:-1], language), SPEAKER_OF_LAST_DIGIT[digits[-1]]


@dataclass
class _Leg:
    """What is known of one connection so far."""

    call: LiveCall | None = None
    speaker: str = ""
    rate: int = 0
    stream: Stream | None = None
    is_odd: bool = False
    is_strange: bool = False


class AudioSocketInput:
    """The handler of the connections."""

    def __init__(self, calls: Calls, announced: Announced, language: Language) -> None:
        self._calls = calls
        self._announced = announced
        self._language: Language = language
        self._asked = calls.asked
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first byte to its last. Raises nothing: the log has one sentence."""
        peer = (writer.get_extra_info("peername") or ("nowhere",))[0]
        leg, why = _Leg(), "the server ended"
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        try:
            if len(self._open) > CONNECTIONS_PER_CALL * self._asked.max_calls:
                raise Refused(f"{len(self._open) - 1} connections are open")
            if not comes_from(peer, self._asked.audiosocket_from):
                raise Refused("the address is not in live.audiosocket_from")
            why = await self._read(reader, leg)
        except (Refused, FrameTooLong) as error:
            why = str(error)
            self._calls.counts.refused += 1
            log.warning("AudioSocket from %s was closed: %s", peer, why)
        except ConnectionError as error:
            why = f"the connection broke ({type(error).__name__})"
        except Exception as error:  # one leg must not end the server: the log names the type only
            why = f"unexpected {type(error).__name__}"
            log.error("AudioSocket from %s was closed: %s", peer, why)
        finally:
            del self._open[task]
            if leg.call:
                leg.call.leave([leg.speaker], why)
            writer.close()

    async def end(self, seconds: float) -> None:
        """Close what is still open; waits at most so long for it."""
        tasks = list(self._open)
        for writer in self._open.values():
            writer.close()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def _read(self, reader: asyncio.StreamReader, leg: _Leg) -> str:
        """Take frames until the end; gives why it ended."""
        frames = Frames(self._asked.max_frame_bytes)
        while True:
            limit = self._asked.stalled_seconds if leg.call else self._asked.hello_seconds
            try:
                data = await asyncio.wait_for(reader.read(_READ), limit)
            except TimeoutError:
                said = "nothing was sent" if leg.call else "no UUID was sent"
                raise Refused(f"{said} for {limit:g} s") from None
            if not data:
                if leg.call is None:
                    raise Refused("it ended without a UUID")
                return "the connection was closed"
            for frame in frames.feed(data):
                if frame.kind == audiosocket.HANGUP:
                    return "hung up"
                self._take(frame, leg)

    def _take(self, frame: Frame, leg: _Leg) -> None:
        if frame.kind == audiosocket.IDENTITY:
            self._identify(frame, leg)
        elif frame.kind in audiosocket.RATES:
            self._sound(frame, leg)
        elif frame.kind == audiosocket.ERROR:
            what = audiosocket.ERRORS.get(frame.payload[0] if frame.payload else 0, "without a known code")
            log.warning("%s: the telephone system reports an error: %s", _name(leg), what)
        elif frame.kind not in audiosocket.KNOWN and not leg.is_strange:
            leg.is_strange = True
            log.warning("%s: frames of unknown kind 0x%02x are passed over", _name(leg), frame.kind)

    def _identify(self, frame: Frame, leg: _Leg) -> None:
        if leg.call is not None:
            raise Refused("a second UUID was sent")
        if len(frame.payload) != 16:
            raise Refused(f"the UUID has {len(frame.payload)} bytes, not 16")
        about, leg.speaker = self._announced.take(uuid.UUID(bytes=frame.payload), self._language)
        leg.call = self._calls.join(about, [leg.speaker])
        log.info("call %s: the %s is heard", about.call_id, leg.speaker)

    def _sound(self, frame: Frame, leg: _Leg) -> None:
        if leg.call is None:
            raise Refused("sound came before the UUID")
        rate = audiosocket.RATES[frame.kind]
        if leg.stream is None or leg.rate != rate:
            leg.stream, leg.rate = Stream(rate), rate
        pcm = whole(frame.payload)
        if len(pcm) < len(frame.payload) and not leg.is_odd:
            leg.is_odd = True
            log.warning("%s: frames with half a sample are cut", _name(leg))
        leg.call.sound(leg.speaker, leg.stream(pcm)[0], may_lag=True)


def _name(leg: _Leg) -> str:
    return f"call {leg.call.about.call_id}, {leg.speaker}" if leg.call else "a leg without a UUID"
