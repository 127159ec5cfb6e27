"""Worker processes on this machine, each with an engine of its own: one per GPU, or some on a CPU.

What a worker does is ``hear_group``, here and on other machines (crew_ray.py). Who hears what, and what happens when a
worker dies, is decided in batches.py; only masked results leave a worker.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar

from asr_jobs.decoder import Decoder
from asr_jobs.engine import Engine, Plan
from asr_jobs.hearing import Prepared, Source, hear, prepared_ahead
from asr_jobs.record import Heard
from lingting.process import end_with

STEP = {"cpu": 4, "cuda": 16}  # recordings heard together while the next ones are prepared

Result = TypeVar("Result")
MakeEngine = Callable[[Plan], Engine]


class WorkerDied(Exception):
    """The process that heard a group ended without an answer: one of its recordings may be the cause."""


class MachineLost(Exception):
    """The machine that heard a group is gone; no recording is to blame."""


class Crew(Protocol):
    """Workers that hear groups. ``submit`` never waits; a group's future is answered by ``result``."""

    @property
    def has_room(self) -> bool: ...

    def submit(self, group: Sequence[Source]) -> Future[Any]: ...

    def result(self, future: Future[Any]) -> list[Heard]:
        """Masked results in the order of the group. Raises WorkerDied or MachineLost."""
        ...

    def close(self) -> None: ...


def hear_group(
    group: Sequence[Source], decoder: Decoder, plan: Plan, listen: Callable[[Sequence[Prepared], Decoder], list[Result]]
) -> list[Result]:
    """``listen`` to a group while its later recordings are still decoded and searched for speech in threads."""
    size = STEP[plan.maker.device]
    steps = [group[at : at + size] for at in range(0, len(group), size)]
    ahead = prepared_ahead(steps, lambda sources: sources, plan.threads)
    return [one for _, ready in ahead for one in listen(ready, decoder)]


class Hand:
    """The state of one worker process: its engine is loaded once, with the first group."""

    plan: Plan
    decoder: Decoder | None = None


def start_hand(parent: int, make: MakeEngine, plan: Plan) -> None:
    """Runs first in a new worker process."""
    end_with(parent)
    Hand.plan, Hand.decoder = plan, Decoder.of(plan, make)


def hear_by_hand(group: Sequence[Source]) -> list[Heard]:
    assert Hand.decoder is not None
    return hear_group(group, Hand.decoder, Hand.plan, hear)


class LocalCrew:
    """``plan.workers`` processes; each is a pool of one, so that a death tells whose group it was."""

    def __init__(self, plan: Plan, make: MakeEngine) -> None:
        own = plan.with_threads(max(1, plan.threads // plan.workers))
        on_gpu = plan.maker.device == "cuda"
        self._plans = [replace(own, device_index=n if on_gpu else 0) for n in range(plan.workers)]
        self._make = make
        self._pools = [self._pool(number) for number in range(plan.workers)]
        self._busy: dict[Future[list[Heard]], int] = {}

    def _pool(self, number: int) -> ProcessPoolExecutor:
        first = (os.getpid(), self._make, self._plans[number])
        return ProcessPoolExecutor(1, get_context("spawn"), start_hand, first)

    @property
    def has_room(self) -> bool:
        return len(self._busy) < len(self._pools)

    def submit(self, group: Sequence[Source]) -> Future[Any]:
        free = next(number for number in range(len(self._pools)) if number not in self._busy.values())
        future = self._pools[free].submit(hear_by_hand, list(group))
        self._busy[future] = free
        return future

    def result(self, future: Future[Any]) -> list[Heard]:
        number = self._busy.pop(future)
        try:
            heard: list[Heard] = future.result()
        except BrokenProcessPool as death:
            self._pools[number].shutdown(wait=False)
            self._pools[number] = self._pool(number)
            raise WorkerDied from death
        return heard

    def close(self) -> None:
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)
