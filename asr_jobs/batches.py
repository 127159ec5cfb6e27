"""Takes a day's new sound through the recogniser, group by group, so that a killed worker loses one group at most.

A recording is marked before anything can crash on it. What died with a worker once is taken alone the next time; what
kills a worker twice is given up as failed/CRASHED_WORKER, and the day goes on. Hearing a group is in hearing.py.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from asr_jobs.decoder import Decoder
from asr_jobs.engine import Engine, Plan
from asr_jobs.hearing import Prepared, Source, hear, prepare
from asr_jobs.manifest import CRASHES_TO_QUARANTINE, Spool
from asr_jobs.media import Recording
from asr_jobs.record import Heard, failed
from lingting.settings import settings

log = logging.getLogger(__name__)

GROUP = {"cpu": 8, "cuda": 64}  # recordings
AHEAD = 1  # groups decoded while the recogniser works


def source_of(recording: Recording) -> Source:
    return Source(recording.sound, recording.language, recording.duration_seconds, settings().asr.agent_channel)


def hear_sounds(
    recordings: Sequence[Recording],
    keys: Mapping[str, str],
    plan: Plan,
    engine: Callable[[Plan], Engine],
    spool: Spool,
    progress: Callable[[int, int], None],
    retry: bool = False,
) -> Iterator[tuple[Recording, Heard]]:
    """Each recording with its masked result. The engine is loaded for the first group that has something to decode."""
    total, done = len(recordings), 0
    left: list[Recording] = []
    for recording in recordings:
        known = _known(recording, keys[recording.recording_id], spool, retry)
        if known:
            done += 1
            yield recording, known
        else:
            left.append(recording)
    progress(done, total)
    decoder = Decoder(lambda: engine(plan), plan.batch_size)
    for group, prepared in _prepared(_groups(left, keys, spool, GROUP[plan.maker.device]), keys, spool, plan.threads):
        for recording, heard in zip(group, hear(prepared, decoder), strict=True):
            spool.save(keys[recording.recording_id], heard)
            done += 1
            yield recording, heard
        progress(done, total)


def _known(recording: Recording, key: str, spool: Spool, retry: bool) -> Heard | None:
    if retry:
        spool.forget(key)
        return None
    if spool.crashes(key) >= CRASHES_TO_QUARANTINE:
        log.error("recording %s crashed the worker twice and is given up", recording.recording_id)
        return failed("CRASHED_WORKER")
    return spool.load(key)


def _groups(recordings: Sequence[Recording], keys: Mapping[str, str], spool: Spool, size: int) -> list[list[Recording]]:
    """Suspects alone and last, the others together."""
    suspects = [recording for recording in recordings if spool.crashes(keys[recording.recording_id])]
    others = [recording for recording in recordings if recording not in suspects]
    together = [others[at : at + size] for at in range(0, len(others), size)]
    return together + [[suspect] for suspect in suspects]


def _prepared(
    groups: Sequence[list[Recording]], keys: Mapping[str, str], spool: Spool, threads: int
) -> Iterator[tuple[list[Recording], list[Prepared]]]:
    """Groups in order; while one is heard the next is decoded. A lone suspect waits: a crash must name its cause."""
    waiting: deque[tuple[list[Recording], list[Future[Prepared]]]] = deque()
    with ThreadPoolExecutor(max_workers=min(8, threads)) as pool:

        def submit(group: list[Recording]) -> None:
            for recording in group:
                spool.start(keys[recording.recording_id])
            waiting.append((group, [pool.submit(prepare, source_of(recording)) for recording in group]))

        for group in groups:
            while waiting and (len(waiting) > AHEAD or len(group) == 1):
                ready, futures = waiting.popleft()
                yield ready, [future.result() for future in futures]
            submit(group)
        while waiting:
            ready, futures = waiting.popleft()
            yield ready, [future.result() for future in futures]
