"""Decodes a recording to one float32 array per channel at 16 kHz, and says how whole it is.

Channels are never mixed: the channel is the speaker. PyAV carries its own FFmpeg libraries, so no program is needed.
A file is hostile until it has been read: which containers are tried, what they may open, rates, length and time are
bounded here. Finding speech in the samples is in vad.py.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingting.lake.files import sha256_of
from lingting.settings import settings
from lingting.vault import Refused, VaultMedia

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
MAX_CHANNELS = 2
# A decoded length this much below the length in the header means that sound is missing. A telephone system counts in
# whole seconds and starts its clock earlier than the recorder, so its figure gets more room.
HEADER_ROOM = (1.0, 0.01)
TELEPHONE_ROOM = (2.0, 0.02)
# Only containers of sound: a playlist (HLS, concat) would make FFmpeg open other files or addresses.
_CONTAINERS = (
    "wav,w64,ogg,flac,mp3,aac,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,amr,amrnb,amrwb,au,aiff,caf,asf,gsm,avi,g722,ac3"
)
_OPENING = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file", "probesize": "5000000"}
_MOST_WAV_CHUNKS, _NO_WAV_SIZE = 1000, 0x7FFF_F000
RATES = range(4_000, 384_001)  # Hz; outside them a header is wrong, and 1 Hz would become 16,000 times as much sound
SLOWEST_DECODE = 0.2  # seconds a second of the longest permitted sound: a decoder that works longer hangs
MAX_ERRORS = 1000  # broken packets after which the rest of a file is given up
_OGG_PAGE, _OGG_END_OF_STREAM = b"OggS", 0x04


class Unreadable(Exception):
    """No sound can be had from the file. ``code`` is the transcript's error_code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Format:
    """What a file is and how whole it is. Durations in seconds; ``errors`` are the names of what the decoder met."""

    codec: str
    sample_rate: int
    n_channels: int
    duration: float
    header_duration: float | None
    is_cut_off: bool = False
    errors: list[str] = field(default_factory=list)

    def lost(self, telephone_seconds: float | None = None) -> str | None:
        """Why this is not the whole recording (an error_code), or None.

        ``telephone_seconds`` is the telephone system's length of it; it decides where the file has no header length.
        """
        if _falls_short(self.duration, self.header_duration, HEADER_ROOM):
            return "TRUNCATED"
        if _falls_short(self.duration, telephone_seconds, TELEPHONE_ROOM):
            return "TRUNCATED"
        if self.is_cut_off and telephone_seconds is None:
            return "TRUNCATED"
        return "DAMAGED" if self.errors else None


@dataclass(frozen=True)
class Sound:
    """``channels`` are 16 kHz float32 arrays in [-1, 1], one per channel of the file."""

    format: Format
    channels: list[NDArray[np.float32]]


def _falls_short(got: float, expected: float | None, room: tuple[float, float]) -> bool:
    return expected is not None and expected - got > max(room[0], room[1] * expected)


def sum_of_media(sound: Path | VaultMedia) -> str | None:
    """The sum of a recording, which the vault knows of its objects; None where there is no file that can be read, or
    the vault refuses the object.

    A master key that is not there is no fault of the recording, and is raised (Refused; UsageError when there is no key
    at all).
    """
    try:
        if isinstance(sound, VaultMedia):
            return sound.sha256
        return sha256_of(sound) if is_regular(sound) else None
    except OSError:
        return None
    except Refused as refused:
        if refused.fault in ("missing key", "wrong key"):
            raise
        return None


def decode(path: Path | VaultMedia) -> Sound:
    """Decode a file into memory. Raises as ``read``; a long file is better taken in blocks."""
    import numpy as np

    pieces: list[NDArray[np.float32]] = []
    described = read(path, pieces.append)
    return Sound(described, [np.ascontiguousarray(channel) for channel in np.concatenate(pieces, axis=1)])


def read(path: Path | VaultMedia, take: Callable[[NDArray[np.float32]], None]) -> Format:
    """Decode a file; ``take`` gets it in order, in blocks (channels, samples) of a fraction of a second.

    An object of the vault is decrypted in memory. Raises ``Unreadable``: MISSING (also a folder, a pipe, a link in a
    circle), DELETED (from the vault), EMPTY, UNREADABLE (no audio stream, not one frame, an impossible rate),
    TOO_MANY_CHANNELS, TOO_LONG (more than ``asr.max_hours``); and ``lingting.vault.Refused`` for an object that is not
    what was stored.
    """
    import av

    if not is_regular(path):
        raise Unreadable("DELETED" if isinstance(path, VaultMedia) and path.is_deleted else "MISSING")
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                raise Unreadable("EMPTY")
            file.seek(0)
            opened = str(path) if isinstance(path, Path) else file
            with av.open(opened, options=_OPENING, metadata_errors="replace", timeout=(30.0, 30.0)) as container:
                return _read_container(container, path, take)
    except (av.error.FFmpegError, ValueError, OverflowError, OSError) as error:
        raise Unreadable("UNREADABLE") from error


def is_regular(path: Path | VaultMedia) -> bool:
    """Whether a path is a file that can be read to its end: a pipe or a device would make the reader wait for ever."""
    try:
        return path.is_file()
    except (OSError, ValueError, RuntimeError):  # a link in a circle, a name too long, NUL in the name
        return False


def _read_container(container: Any, path: Path | VaultMedia, take: Callable[[NDArray[np.float32]], None]) -> Format:
    if not container.streams.audio:
        raise Unreadable("UNREADABLE")
    stream = container.streams.audio[0]
    if stream.channels > MAX_CHANNELS:
        raise Unreadable("TOO_MANY_CHANNELS")
    if stream.sample_rate not in RATES or stream.channels < 1:
        raise Unreadable("UNREADABLE")
    errors: list[str] = []
    n_channels, n_samples = 0, 0
    longest = settings().asr.max_hours * 3600
    give_up_at = time.monotonic() + max(60.0, longest * SLOWEST_DECODE)
    for block in _resampled(container, stream, errors):
        n_channels, n_samples = len(block), n_samples + block.shape[1]
        if n_samples > longest * RATE or time.monotonic() > give_up_at:
            raise Unreadable("TOO_LONG")
        take(block)
    if not n_channels:
        raise Unreadable("UNREADABLE")
    return Format(
        codec=str(stream.codec_context.name),
        sample_rate=int(stream.sample_rate or stream.codec_context.sample_rate),
        n_channels=n_channels,
        duration=n_samples / RATE,
        header_duration=_header_seconds(container, stream),
        is_cut_off=_is_cut_off(container.format.name, path),
        errors=errors,
    )


def _header_seconds(container: Any, stream: Any) -> float | None:
    """The length that the file claims. An Ogg's is read from its last page, so it says nothing about truncation."""
    if container.format.name == "ogg":
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return float(container.duration) / 1_000_000 if container.duration else None


def _is_cut_off(container_format: str, path: Path | VaultMedia) -> bool:
    if container_format == "ogg":
        return not _ogg_ends(path)
    return container_format == "wav" and _wav_claims_more(path)


def _wav_claims_more(path: Path | VaultMedia) -> bool:
    """Whether the data chunk of a WAV announces more bytes than there are; FFmpeg shortens the length in silence.

    Recorders that stream leave 0 or a size near 2 or 4 GiB there: that announces nothing.
    """
    with path.open("rb") as handle:
        size = handle.seek(0, os.SEEK_END)
        handle.seek(12)
        for _ in range(_MOST_WAV_CHUNKS):
            head = handle.read(8)
            if len(head) < 8:
                return False
            length = int.from_bytes(head[4:], "little")
            if head[:4] == b"data":
                return length < _NO_WAV_SIZE and length > size - handle.tell()
            handle.seek(length + length % 2, 1)
    return False


def _ogg_ends(path: Path | VaultMedia) -> bool:
    """Whether the last page of an Ogg file is marked as the end of the stream."""
    with path.open("rb") as handle:
        handle.seek(max(0, handle.seek(0, os.SEEK_END) - 2 * 65_307))  # the largest page
        tail = handle.read()
    page = tail.rfind(_OGG_PAGE)
    return page >= 0 and len(tail) > page + 5 and bool(tail[page + 5] & _OGG_END_OF_STREAM)


def _resampled(container: Any, stream: Any, errors: list[str]) -> Iterator[NDArray[np.float32]]:
    """Planar float32 blocks (channels, n) at 16 kHz. A broken packet is noted and passed over."""
    import av

    layout = "mono" if stream.channels == 1 else "stereo"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except StopIteration:
            break
        except av.error.EOFError:
            break
        except av.error.FFmpegError as error:
            errors.append(type(error).__name__)
            if len(errors) > MAX_ERRORS:
                break
            continue
        for frame in frames:
            frame.pts = None
            yield from _blocks(resampler, frame, errors)
    yield from _blocks(resampler, None, errors)


def _blocks(resampler: Any, frame: Any, errors: list[str]) -> Iterator[NDArray[np.float32]]:
    """What the resampler makes of a frame; one of another rate or layout than the first is noted and passed over."""
    import av

    try:
        blocks = resampler.resample(frame)
    except (ValueError, av.error.FFmpegError) as error:
        errors.append(type(error).__name__)
        return
    yield from (block.to_ndarray() for block in blocks)
