"""Recordings of sound to masked results: decode, find speech, pack, recognise, put into turns, mask.

Groups, crash markers and progress are in batches.py. Clear words live only in this module's local variables.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from asr_jobs.audio import Format, Unreadable, read, sum_of_media
from asr_jobs.decoder import Decoder
from asr_jobs.engine import WindowText
from asr_jobs.guards import reason_to_drop
from asr_jobs.inspection.conversation import Language
from asr_jobs.metrics import Interval, timing, timing_of_mono
from asr_jobs.mono import UNKNOWN, Pieces, guessed
from asr_jobs.pipeline import agent_units, masked_turns, timing_columns
from asr_jobs.record import GUESSED, Heard, Turn, failed
from asr_jobs.streaming import ChannelStream
from asr_jobs.vad import speech
from asr_jobs.windows import Window, halves, pack, turns_of, words_of_turns
from lingting.errors import UsageError
from lingting.vault import Refused, VaultMedia

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

SPEAKERS = ("agent", "customer")
AHEAD = 1  # groups prepared while the recogniser works
CURED_BY_SHORTER_WINDOWS = ("repetition", "compression", "too_fast")

Group = TypeVar("Group", bound=Sized)


@dataclass(frozen=True)
class Source:
    """A file, or an object of the vault, to hear. ``telephone_seconds`` is its length as the telephone system tells
    it, if known, ``agent_channel`` the agent's channel where there are two, and ``mono_speakers`` whether the speakers
    of a single channel are to be guessed."""

    path: Path | VaultMedia
    language: Language
    telephone_seconds: float | None = None
    agent_channel: int = 0
    mono_speakers: bool = False


@dataclass
class _Channel:
    """``turns`` are the places of words: turns, or where speakers are guessed (``pieces``) parts of them."""

    speech: list[Interval]
    turns: list[list[Interval]]
    windows: list[Window]
    pieces: Pieces | None = None


@dataclass
class Prepared:
    """A recording with its speech found and packed, or (``failure``, an error_code) the reason why there is none."""

    source: Source
    sha256: str | None = None
    format: Format | None = None
    channels: list[_Channel] = field(default_factory=list)
    failure: str | None = None


def prepare(source: Source) -> Prepared:
    """Decode and find speech; needs no recogniser, so it may run ahead in threads. A bad file is a result, no error."""
    prepared = Prepared(source)
    try:
        prepared.sha256 = sum_of_media(source.path)
        prepared.format, channels = _listen(source.path)
        if source.agent_channel == 1:
            channels.reverse()
        is_guessed = source.mono_speakers and len(channels) == 1
        while channels:  # a channel's sound goes when it is packed
            prepared.channels.append(_packed(channels.pop(0), source.path.name, is_guessed))
    except Refused as refused:
        log.warning("%s", refused)
        prepared.failure = "REFUSED"
    except Unreadable as problem:
        prepared.failure = problem.code
    except UsageError:  # something is not installed or set: no fault of the recording
        raise
    except Exception as error:  # one bad recording must not end the day: the log names the type, the row says failed
        log.warning("%s can not be prepared: %s", source.path.name, type(error).__name__)
        prepared.failure = "UNREADABLE"
    return prepared


def _packed(channel: ChannelStream, name: str, is_guessed: bool) -> _Channel:
    turns = turns_of(channel.speech)
    pieces = Pieces.of(turns) if is_guessed else None
    if pieces:
        pieces.listen(channel.sound, name)
    places = pieces.intervals if pieces else turns
    return _Channel(channel.speech, places, pack(channel.sound, places), pieces)


def prepared_ahead(
    groups: Sequence[Group], sources: Callable[[Group], Sequence[Source]], threads: int
) -> Iterator[tuple[Group, list[Prepared]]]:
    """Groups in order, each prepared in threads while the one before is heard.

    ``sources`` is called just before a group is touched. A group of one waits for its turn: what crashes on it must
    not be blamed on others.
    """
    waiting: deque[tuple[Group, list[Future[Prepared]]]] = deque()
    with ThreadPoolExecutor(max_workers=min(8, threads)) as pool:
        for group in groups:
            while waiting and (len(waiting) > AHEAD or len(group) == 1):
                ready, futures = waiting.popleft()
                yield ready, [future.result() for future in futures]
            waiting.append((group, [pool.submit(prepare, source) for source in sources(group)]))
        while waiting:
            ready, futures = waiting.popleft()
            yield ready, [future.result() for future in futures]


def _listen(path: Path | VaultMedia) -> tuple[Format, list[ChannelStream]]:
    channels: list[ChannelStream] = []

    def take(block: NDArray[np.float32]) -> None:
        if not channels:
            channels.extend(ChannelStream(speech) for _ in block)
        for channel, samples in zip(channels, block, strict=True):
            channel.add(samples)

    described = read(path, take)
    for channel in channels:
        channel.end()
    return described, channels


@dataclass
class Recognised:
    """Clear words of one recording: never to be written or logged. ``is_broken``: the engine failed on it."""

    turns: list[Turn] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    is_broken: bool = False


def hear(group: Sequence[Prepared], decoder: Decoder) -> list[Heard]:
    """Masked results of several recordings, in order."""
    found = recognise(group, decoder)
    return [_heard(prepared, clear) for prepared, clear in zip(group, found, strict=True)]


def recognise(group: Sequence[Prepared], decoder: Decoder) -> list[Recognised]:
    """The words of several recordings, whose windows go through the recogniser together; turns in order of time."""
    results = [Recognised() for _ in group]
    owners = list(_windows(group))
    languages = [group[at].source.language for at, _, _ in owners]
    texts = decoder.transcribe([window for _, _, window in owners], languages)
    for (at, channel, window), language, text in zip(owners, languages, texts, strict=True):
        if text is None:
            results[at].is_broken = True
            continue
        found, reasons = _kept(window, text, language, decoder)
        results[at].dropped.update(reasons)
        results[at].turns += _as_turns(group[at], channel, found)
    for prepared, result in zip(group, results, strict=True):
        result.turns = _joined(result.turns, prepared.source.language)
    return results


def _windows(group: Sequence[Prepared]) -> Iterator[tuple[int, int, Window]]:
    for at, prepared in enumerate(group):
        for number, channel in enumerate(prepared.channels):
            yield from ((at, number, window) for window in channel.windows)


def _kept(
    window: Window, text: WindowText, language: Language, decoder: Decoder
) -> tuple[list[tuple[int, str, float]], list[str]]:
    """(turn, words, logprob) of what the guards let through, and why the rest was dropped. A loop gets a second try."""
    reason = reason_to_drop(text, window.seconds, language)
    if reason is None:
        return [(turn, words, text.avg_logprob) for turn, words in words_of_turns(window, text.words).items()], []
    smaller = halves(window) if reason in CURED_BY_SHORTER_WINDOWS else []
    if not smaller:
        return [], [reason]
    kept: list[tuple[int, str, float]] = []
    reasons: list[str] = []
    for half, again in zip(smaller, decoder.transcribe(smaller, language), strict=True):
        if again is None:
            reasons.append(reason)
            continue
        found, still = _kept(half, again, language, decoder)
        kept += found
        reasons += still
    return kept, reasons


def _as_turns(prepared: Prepared, channel: int, found: Sequence[tuple[int, str, float]]) -> list[Turn]:
    """Turns at their place in the recording. A turn that lies in two windows comes in two parts here."""
    speaker = SPEAKERS[channel] if len(prepared.channels) == len(SPEAKERS) else UNKNOWN
    places = prepared.channels[channel].turns
    return [Turn(speaker, places[turn][0][0], places[turn][-1][1], words, logprob) for turn, words, logprob in found]


def _joined(turns: Sequence[Turn], language: Language) -> list[Turn]:
    """Turns in order of time; the parts of a turn that went over the border of a window become one."""
    whole: dict[tuple[str, float], Turn] = {}
    for turn in turns:
        place = (turn.speaker, turn.start)
        if place in whole:
            space = " " if language == "en" else ""
            first = whole[place]
            turn = Turn(turn.speaker, turn.start, turn.end, first.text + space + turn.text, first.avg_logprob)
        whole[place] = turn
    return sorted(whole.values(), key=lambda turn: (turn.start, turn.end, turn.speaker))


def _heard(prepared: Prepared, clear: Recognised) -> Heard:
    if prepared.failure or prepared.format is None or clear.is_broken:
        return failed(prepared.failure or "ENGINE_ERROR", prepared.sha256)
    source, described = prepared.source, prepared.format
    turns, kinds, speaker_source = _masked(prepared, clear.turns)
    lost = described.lost(source.telephone_seconds)
    talk = [channel.speech for channel in prepared.channels]
    is_stereo = len(talk) == len(SPEAKERS)
    times = timing(talk[0], talk[1], described.duration) if is_stereo else timing_of_mono(talk[0], described.duration)
    return Heard(
        status="partial_audio" if lost else "ok" if turns else "no_speech",
        error_code=lost,
        media_sha256=prepared.sha256,
        codec=described.codec,
        channels=described.n_channels,
        sample_rate=described.sample_rate,
        speaker_source=speaker_source,
        duration_seconds=described.duration,
        n_agent_chars=agent_units(turns, source.language) if is_stereo else None,
        turns=turns,
        dropped=dict(sorted(clear.dropped.items())),
        masked=kinds,
        **timing_columns(times),  # type: ignore[arg-type]
    )


def _masked(prepared: Prepared, clear: Sequence[Turn]) -> tuple[tuple[Turn, ...], dict[str, int], str]:
    """Masked turns, how many numbers of each kind were hidden, and how the speakers were told apart."""
    language, pieces = prepared.source.language, prepared.channels[0].pieces
    if pieces:
        guess = guessed(clear, pieces, language)
        return guess.turns, guess.masked, GUESSED if guess.has_speakers else "none"
    return (*masked_turns(clear, language), "channel" if len(prepared.channels) == len(SPEAKERS) else "none")
