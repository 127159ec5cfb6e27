"""Feeds windows to the engine in batches of like length; makes batches smaller when memory runs out.

What is done with the words is in hearing.py; the engines know nothing of recordings.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby

from asr_jobs.engine import Engine, UntimedEngine, WindowText
from asr_jobs.windows import Window, encoder_seconds, is_one_turn

log = logging.getLogger(__name__)


class Decoder:
    """One engine, loaded when the first window comes, with the batch size that its memory allows."""

    def __init__(self, make: Callable[[], Engine], batch_size: int) -> None:
        self._make = make
        self.batch_size = batch_size

    @cached_property
    def _engine(self) -> Engine:
        return self._make()

    def transcribe(self, windows: Sequence[Window], language: str) -> list[WindowText | None]:
        """One result per window, in the order given; None where the engine failed on that window alone.

        Only windows for which the encoder works on equally much sound share a batch: what is heard in a window must not
        depend on its neighbours, or a resumed day would differ from an undisturbed one. Words are timed only where a
        window holds several turns.
        """
        results: dict[int, WindowText | None] = {}
        kinds = [(encoder_seconds(window.seconds), is_one_turn(window)) for window in windows]
        # Within a kind by length: the decoder works on a batch for as long as its longest text takes.
        by_kind = sorted(range(len(windows)), key=lambda at: (*kinds[at], windows[at].seconds))
        for _, alike in groupby(by_kind, key=lambda at: kinds[at]):
            left = list(alike)
            while left:
                batch = left[: self.batch_size]
                heard = self._batch([windows[at] for at in batch], language)
                if heard is None:
                    continue  # the same windows again, in smaller batches
                results.update(zip(batch, heard, strict=True))
                del left[: len(batch)]
        return [results[at] for at in range(len(windows))]

    def _batch(self, windows: Sequence[Window], language: str) -> Sequence[WindowText | None] | None:
        """None: memory ran out and ``batch_size`` is now smaller."""
        try:
            engine, sounds = self._engine, [window.samples for window in windows]
            if isinstance(engine, UntimedEngine) and all(map(is_one_turn, windows)):
                return engine.transcribe_untimed(sounds, language)
            return engine.transcribe(sounds, language)
        except MemoryError:
            if len(windows) == 1:
                raise
            self.batch_size = max(1, len(windows) // 2)
            log.warning("out of memory: batches of %d windows from now on", self.batch_size)
            return None
        except RuntimeError as error:
            log.warning("the engine failed on a batch of %d windows: %s", len(windows), type(error).__name__)
            return [None] if len(windows) == 1 else [self._alone(window, language) for window in windows]

    def _alone(self, window: Window, language: str) -> WindowText | None:
        found = self._batch([window], language)
        return found[0] if found else None
