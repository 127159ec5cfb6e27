"""Workers on many machines: the same ``hear_group`` as tasks of a Ray cluster.

Every machine needs this package, and the weights and media files under the same paths (a shared $LINGTING_HOME).
Results come back to the caller, who alone writes. Ray is an optional dependency and imported here only.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cache
from typing import Any

from asr_jobs.crew import MachineLost, MakeEngine, WorkerDied, hear_group
from asr_jobs.decoder import Decoder
from asr_jobs.engine import Plan
from asr_jobs.hearing import Source, hear
from asr_jobs.record import Heard
from lingting.errors import LingtingError, UsageError

AHEAD = 2  # groups submitted per place to work, so that no machine waits for the next one


@cache
def _decoder(make: MakeEngine, plan: Plan) -> Decoder:
    """Kept between the tasks of one Ray worker process."""
    return Decoder.of(plan, make)


def hear_task(group: list[Source], make: MakeEngine, plan: Plan) -> list[Heard]:
    """What runs on the other machine."""
    return hear_group(group, _decoder(make, plan), plan, hear)


class RayCrew:
    """Groups as tasks. A task takes ``asr.threads`` CPUs (one where that is not set), and a GPU where one is used."""

    def __init__(self, plan: Plan, make: MakeEngine, address: str, threads: int | None) -> None:
        try:
            import ray
        except ImportError:
            raise UsageError("ray is not installed; install the group `ray`, or leave asr.ray_address empty") from None
        self._plan, self._make = plan.with_threads(threads or 1), make
        self._ray: Any = ray
        paths = {name: os.environ[name] for name in ("LINGTING_HOME", "PYTHONPATH") if name in os.environ}
        try:
            ray.init(
                address=address,
                ignore_reinit_error=True,
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env={"env_vars": paths},
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise LingtingError(
                f"no Ray cluster answers at {address!r}; start one or correct asr.ray_address"
            ) from error
        gpus = 1 if plan.maker.device == "cuda" else 0
        # No retries by Ray itself: a poison recording would kill a worker more often than batches.py allows.
        self._task = ray.remote(num_cpus=self._plan.threads, num_gpus=gpus, max_retries=0)(hear_task)
        self._references: dict[Future[Any], Any] = {}

    @property
    def has_room(self) -> bool:
        places = int(self._ray.cluster_resources().get("CPU", 1)) // self._plan.threads
        return len(self._references) < AHEAD * max(1, places)

    def submit(self, group: Sequence[Source]) -> Future[Any]:
        reference = self._task.remote(list(group), self._make, self._plan)
        future: Future[Any] = reference.future()
        self._references[future] = reference
        return future

    def result(self, future: Future[Any]) -> list[Heard]:
        from ray import exceptions

        del self._references[future]
        try:
            heard: list[Heard] = future.result()
        except exceptions.WorkerCrashedError as death:
            raise WorkerDied from death
        except (exceptions.NodeDiedError, exceptions.ObjectLostError, exceptions.RaySystemError) as loss:
            raise MachineLost from loss
        return heard

    def close(self) -> None:
        self._ray.shutdown()
