"""Decodes a recording to one float32 array per channel at 16 kHz, and says how whole it is.

Channels are never mixed: the channel is the speaker. PyAV carries its own FFmpeg libraries, so no program is needed.
Finding speech in the samples is in vad.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
MAX_CHANNELS = 2
# A decoded length this much below the length in the header means that sound is missing. A telephone system counts in
# whole seconds and starts its clock earlier than the recorder, so its figure gets more room.
HEADER_ROOM = (1.0, 0.01)
TELEPHONE_ROOM = (2.0, 0.02)
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


def sha256_of(path: Path) -> str:
    """Sum of a file's content, read in pieces."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def decode(path: Path) -> Sound:
    """Decode a file into memory. Raises as ``read``; a long file is better taken in blocks."""
    import numpy as np

    pieces: list[NDArray[np.float32]] = []
    described = read(path, pieces.append)
    return Sound(described, [np.ascontiguousarray(channel) for channel in np.concatenate(pieces, axis=1)])


def read(path: Path, take: Callable[[NDArray[np.float32]], None]) -> Format:
    """Decode a file; ``take`` gets it in order, in blocks (channels, samples) of a fraction of a second.

    Raises ``Unreadable``: MISSING, EMPTY, UNREADABLE (no audio stream or not one frame), TOO_MANY_CHANNELS.
    """
    import av

    if not path.is_file():
        raise Unreadable("MISSING")
    if path.stat().st_size == 0:
        raise Unreadable("EMPTY")
    try:
        with av.open(str(path)) as container:
            return _read_container(container, path, take)
    except (av.error.FFmpegError, ValueError) as error:
        raise Unreadable("UNREADABLE") from error


def _read_container(container: Any, path: Path, take: Callable[[NDArray[np.float32]], None]) -> Format:
    if not container.streams.audio:
        raise Unreadable("UNREADABLE")
    stream = container.streams.audio[0]
    if stream.channels > MAX_CHANNELS:
        raise Unreadable("TOO_MANY_CHANNELS")
    errors: list[str] = []
    n_channels, n_samples = 0, 0
    for block in _resampled(container, stream, errors):
        n_channels, n_samples = len(block), n_samples + block.shape[1]
        take(block)
    if not n_channels:
        raise Unreadable("UNREADABLE")
    return Format(
        codec=str(stream.codec_context.name),
        sample_rate=int(stream.sample_rate or stream.codec_context.sample_rate),
        n_channels=n_channels,
        duration=n_samples / RATE,
        header_duration=_header_seconds(container, stream),
        is_cut_off=container.format.name == "ogg" and not _ogg_ends(path),
        errors=errors,
    )


def _header_seconds(container: Any, stream: Any) -> float | None:
    """The length that the file claims. An Ogg's is read from its last page, so it says nothing about truncation."""
    if container.format.name == "ogg":
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return float(container.duration) / 1_000_000 if container.duration else None


def _ogg_ends(path: Path) -> bool:
    """Whether the last page of an Ogg file is marked as the end of the stream."""
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - 2 * 65_307))  # the largest page
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
            if len(errors) > 1000:
                break
            continue
        for frame in frames:
            frame.pts = None
            yield from _blocks(resampler, frame)
    yield from _blocks(resampler, None)


def _blocks(resampler: Any, frame: Any) -> Iterator[NDArray[np.float32]]:
    yield from (block.to_ndarray() for block in resampler.resample(frame))
