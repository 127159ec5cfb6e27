"""Feeds windows to the engine in batches of like length; makes batches smaller when memory runs out.

What is done with the words is in hearing.py; the engines know nothing of recordings.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from threading import Lock

from asr_jobs.engine import Engine, Plan, UntimedEngine, WindowText, load
from asr_jobs.windows import Window, encoder_seconds, is_one_turn

log = logging.getLogger(__name__)


class Decoder:
    """One engine, loaded when the first window comes, with the batch size that its memory allows.

    ``at_once`` batches are heard at the same time, each in a thread.
    """

    def __init__(self, make: Callable[[], Engine], batch_size: int, at_once: int = 1) -> None:
        self._make = make
        self._made: Engine | None = None
        self._making = Lock()
        self.batch_size = batch_size
        self._at_once = at_once

    @classmethod
    def of(cls, plan: Plan, make: Callable[[Plan], Engine] = load) -> Decoder:
        return cls(lambda: make(plan), plan.batch_size, plan.at_once)

    @property
    def _engine(self) -> Engine:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def transcribe(self, windows: Sequence[Window], language: str | Sequence[str]) -> list[WindowText | None]:
        """One result per window, in the order given; None where the engine failed on that window alone.

        ``language``: of all windows, or of each. Only windows of one language for which the encoder works on equally
        much sound share a batch: what is heard in a window must not depend on its neighbours, or a resumed day would
        differ from an undisturbed one. Words are timed only where a window holds several turns.
        """
        languages = [language] * len(windows) if isinstance(language, str) else language
        batches = self._batches(windows, languages)
        with ThreadPoolExecutor(max_workers=self._at_once) as pool:
            heard = list(pool.map(lambda own: self._batch([windows[at] for at in own], languages[own[0]]), batches))
        results = {
            at: text for own, texts in zip(batches, heard, strict=True) for at, text in zip(own, texts, strict=True)
        }
        return [results[at] for at in range(len(windows))]

    def _batches(self, windows: Sequence[Window], languages: Sequence[str]) -> list[list[int]]:
        """Places of the windows that go together, the longest first, so that no thread ends with a long one alone."""
        kinds = [
            (language, encoder_seconds(window.seconds), is_one_turn(window))
            for window, language in zip(windows, languages, strict=True)
        ]
        # Within a kind by length: the decoder works on a batch for as long as its longest text takes.
        by_kind = sorted(range(len(windows)), key=lambda at: (*kinds[at], windows[at].seconds), reverse=True)
        size = self._size(len(windows))
        batches: list[list[int]] = []
        for _, alike in groupby(by_kind, key=lambda at: kinds[at]):
            left = list(alike)
            batches += [left[at : at + size] for at in range(0, len(left), size)]
        return sorted(batches, key=lambda own: sum(windows[at].seconds for at in own), reverse=True)

    def _size(self, count: int) -> int:
        """Windows of a batch. Few windows are shared out, so that every thread has work, and two batches if it can."""
        if self._at_once == 1:
            return self.batch_size
        return min(self.batch_size, _shared(count, self._at_once), max(2, _shared(count, 2 * self._at_once)))

    def _batch(self, windows: Sequence[Window], language: str) -> Sequence[WindowText | None]:
        try:
            engine, sounds = self._engine, [window.samples for window in windows]
            if isinstance(engine, UntimedEngine) and all(map(is_one_turn, windows)):
                return engine.transcribe_untimed(sounds, language)
            return engine.transcribe(sounds, language)
        except MemoryError:
            if len(windows) == 1:
                raise
            half = len(windows) // 2
            self.batch_size = min(self.batch_size, half)
            log.warning("out of memory: batches of %d windows from now on", self.batch_size)
        except RuntimeError as error:
            log.warning("the engine failed on a batch of %d windows: %s", len(windows), type(error).__name__)
            if len(windows) == 1:
                return [None]
            half = 1
        parts = [windows[at : at + half] for at in range(0, len(windows), half)]
        return [text for part in parts for text in self._batch(part, language)]


def _shared(count: int, among: int) -> int:
    return max(1, -(-count // among))
