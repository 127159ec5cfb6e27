"""The recogniser in a thread of its own: sound waits in a bounded line, goes through in batches across calls.

What is too much is dropped, oldest first, and counted; a partial is no loss, the end of its utterance holds it. Words
are judged in this thread too (``on_text``), so that nothing here holds up a socket.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from asr_jobs.decoder import Decoder
from asr_jobs.guards import reason_to_drop
from asr_jobs.inspection.conversation import Language
from asr_jobs.live.ear import Utterance
from asr_jobs.windows import Stretch, Window

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One utterance of one channel. ``channel`` is any key that tells the channels of all calls apart."""

    channel: tuple[str, str]
    language: Language
    utterance: Utterance

    @property
    def key(self) -> tuple[tuple[str, str], int]:
        return self.channel, self.utterance.number


@dataclass
class Load:
    """What went through. Seconds of sound; ``busy_seconds`` of the clock on the wall."""

    decoded: int = 0
    decoded_seconds: float = 0.0
    busy_seconds: float = 0.0
    superseded: int = 0
    dropped: int = 0
    dropped_seconds: float = 0.0
    guarded: int = 0
    failed: int = 0


class Recogniser:
    """``on_text(job, words)`` and ``on_dropped(job)`` are called from the thread that found it out.

    ``words`` is None where there are none: the engine failed, or a guard took them for invented.
    """

    def __init__(
        self,
        decoder: Decoder,
        batch_size: int,
        max_waiting_seconds: float,
        on_text: Callable[[Job, str | None], None],
        on_dropped: Callable[[Job], None],
    ) -> None:
        self._decoder = decoder
        self._batch_size = batch_size
        self._max_waiting = max_waiting_seconds
        self._on_text = on_text
        self._on_dropped = on_dropped
        self._waiting: dict[tuple[tuple[str, str], int], Job] = {}  # in the order of asking
        self._change = threading.Condition()
        self._is_busy = False
        self._is_ending = False
        self.load = Load()
        self._thread = threading.Thread(target=self._run, name="recogniser", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def waiting_seconds(self) -> float:
        """Sound that waits, not counting what is being decoded."""
        with self._change:
            return sum(job.utterance.seconds for job in self._waiting.values())

    def submit(self, job: Job) -> None:
        """Put a job in line. A newer text of the same utterance takes the place of one that still waits."""
        gone: list[Job] = []
        with self._change:
            if job.key in self._waiting:
                self.load.superseded += 1
            self._waiting[job.key] = job
            while sum(one.utterance.seconds for one in self._waiting.values()) > self._max_waiting:
                gone.append(self._waiting.pop(self._least_needed()))
            self._change.notify_all()
        for one in gone:
            self._drop(one)

    def _least_needed(self) -> tuple[tuple[str, str], int]:
        """The oldest partial, else the oldest utterance."""
        partials = (key for key, job in self._waiting.items() if not job.utterance.is_final)
        return next(partials, next(iter(self._waiting)))

    def _drop(self, job: Job) -> None:
        if job.utterance.is_final:
            self.load.dropped += 1
            self.load.dropped_seconds += job.utterance.seconds
            self._on_dropped(job)
        else:
            self.load.superseded += 1

    def end(self, seconds: float) -> list[Job]:
        """Hear what waits for at most ``seconds``, then end; gives what was not heard."""
        until = time.monotonic() + seconds
        with self._change:
            while (self._waiting or self._is_busy) and (left := until - time.monotonic()) > 0:
                self._change.wait(left)
            unheard, self._waiting = list(self._waiting.values()), {}
            self._is_ending = True
            self._change.notify_all()
        return unheard

    def _run(self) -> None:
        while batch := self._next():
            begun = time.perf_counter()
            try:
                self._decode(batch)
            except Exception as error:  # the thread must outlive every utterance: the log names the type only
                log.error("%d utterances could not be recognised: %s", len(batch), type(error).__name__)
                self.load.failed += len(batch)
                for job in batch:
                    self._on_text(job, None)
            self.load.busy_seconds += time.perf_counter() - begun
            with self._change:
                self._is_busy = False
                self._change.notify_all()

    def _next(self) -> list[Job]:
        """The oldest jobs of one language; waits for one. Nothing: the end."""
        with self._change:
            while not self._waiting and not self._is_ending:
                self._change.wait()
            if self._is_ending:
                return []
            language = next(iter(self._waiting.values())).language
            alike = [key for key, job in self._waiting.items() if job.language == language]
            self._is_busy = True
            return [self._waiting.pop(key) for key in alike[: self._batch_size]]

    def _decode(self, batch: list[Job]) -> None:
        language = batch[0].language
        sounds = [job.utterance.samples for job in batch]
        windows = [Window(samples, (Stretch(0.0, len(samples) / 16_000, 0),)) for samples in sounds]
        for job, window, heard in zip(batch, windows, self._decoder.transcribe(windows, language), strict=True):
            reason = "engine" if heard is None else reason_to_drop(heard, window.seconds, language)
            self.load.decoded += 1
            self.load.decoded_seconds += window.seconds
            self.load.guarded += reason is not None and reason != "engine"
            self.load.failed += reason == "engine"
            self._on_text(job, None if heard is None or reason else heard.text)
