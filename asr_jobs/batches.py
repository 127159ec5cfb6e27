"""Takes a day's new sound through the recogniser, group by group, so that a killed worker loses one group at most.

A recording is marked before anything can crash on it. What died with a worker once is taken alone the next time; what
kills a worker twice is given up as failed/CRASHED_WORKER, and the day goes on. Hearing a group is in hearing.py, worker
processes are in crew.py, other machines in crew_ray.py.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from asr_jobs.audio import is_regular
from asr_jobs.crew import Crew, LocalCrew, MachineLost, WorkerDied
from asr_jobs.decoder import Decoder
from asr_jobs.engine import Engine, Plan
from asr_jobs.hearing import Source, hear, prepared_ahead
from asr_jobs.manifest import CRASHES_TO_QUARANTINE, Spool
from asr_jobs.media import Recording
from asr_jobs.record import Heard, failed
from lingting.errors import LingtingError
from lingting.settings import settings
from lingting.vault import VaultMedia

log = logging.getLogger(__name__)

GROUP = {"cpu": 8, "cuda": 64}  # recordings
GROUP_SECONDS = 7200.0  # of sound: a longer recording is a group of its own, so that memory stays bounded
BYTES_PER_SECOND = 1000  # of sound whose length nobody told; telephone codecs need no less
MACHINES_TO_LOSE = 20  # groups that a day may lose with machines before the run gives up

Group = list[Recording]


def source_of(recording: Recording) -> Source:
    asked = settings().asr
    return Source(
        recording.sound, recording.language, recording.duration_seconds, asked.agent_channel, asked.mono_speakers
    )


def seconds_of(recording: Recording) -> float:
    """How long a recording is, as far as can be known before it is decoded."""
    if recording.duration_seconds is not None:
        return recording.duration_seconds
    sound = recording.sound
    if isinstance(sound, VaultMedia) or not is_regular(sound):
        return 0.0
    return sound.stat().st_size / BYTES_PER_SECOND


def hear_sounds(
    recordings: Sequence[Recording],
    keys: Mapping[str, str],
    plan: Plan,
    engine: Callable[[Plan], Engine],
    spool: Spool,
    progress: Callable[[float, float], None],
    retry: bool = False,
) -> Iterator[tuple[Recording, Heard]]:
    """Each recording with its masked result. An engine is loaded for the first group that has something to decode.

    ``progress`` is given seconds of sound, done and in all.
    """
    seconds = {recording.recording_id: seconds_of(recording) for recording in recordings}
    total, done = sum(seconds.values()), 0.0
    left: list[Recording] = []
    for recording in recordings:
        known = _known(recording, keys[recording.recording_id], spool, retry)
        if known:
            done += seconds[recording.recording_id]
            yield recording, known
        else:
            left.append(recording)
    progress(done, total)
    groups = _groups(left, keys, spool, GROUP[plan.maker.device], seconds)
    for group, results in _heard(groups, keys, plan, engine, spool):
        for recording, heard in zip(group, results, strict=True):
            if heard.error_code != "CRASHED_WORKER":  # its marker says so, and stays until the day is written
                spool.save(keys[recording.recording_id], heard)
            done += seconds[recording.recording_id]
            yield recording, heard
        progress(done, total)


def _known(recording: Recording, key: str, spool: Spool, retry: bool) -> Heard | None:
    if retry:
        spool.forget(key)
        return None
    if spool.crashes(key) >= CRASHES_TO_QUARANTINE:
        return _given_up(recording)
    return spool.load(key)


def _given_up(recording: Recording) -> Heard:
    log.error("recording %s crashed the worker twice and is given up", recording.recording_id)
    return failed("CRASHED_WORKER")


def _groups(
    recordings: Sequence[Recording], keys: Mapping[str, str], spool: Spool, size: int, seconds: Mapping[str, float]
) -> list[Group]:
    """Suspects alone and last, the others together, up to so many recordings and ``GROUP_SECONDS`` of sound."""
    suspects = [recording for recording in recordings if spool.crashes(keys[recording.recording_id])]
    together: list[Group] = []
    filled = 0.0
    for recording in recordings:
        if recording in suspects:
            continue
        filled += seconds[recording.recording_id]
        if not together or len(together[-1]) == size or filled > GROUP_SECONDS:
            together.append([])
            filled = seconds[recording.recording_id]
        together[-1].append(recording)
    return together + [[suspect] for suspect in suspects]


def _heard(
    groups: Sequence[Group], keys: Mapping[str, str], plan: Plan, engine: Callable[[Plan], Engine], spool: Spool
) -> Iterator[tuple[Group, list[Heard]]]:
    address = settings().asr.ray_address
    if address and groups:
        from asr_jobs.crew_ray import RayCrew

        yield from _by_crew(RayCrew(plan, engine, address, settings().asr.threads), groups, keys, spool)
    elif plan.workers > 1 and len(groups) > 1:
        yield from _by_crew(LocalCrew(plan, engine), groups, keys, spool)
    else:
        decoder = Decoder.of(plan, engine)

        def mark(group: Sequence[Recording]) -> list[Source]:
            for recording in group:
                spool.start(keys[recording.recording_id])
            return [source_of(recording) for recording in group]

        for group, prepared in prepared_ahead(groups, mark, plan.threads):
            yield group, hear(prepared, decoder)


def _by_crew(
    crew: Crew, groups: Sequence[Group], keys: Mapping[str, str], spool: Spool
) -> Iterator[tuple[Group, list[Heard]]]:
    """Groups as they are finished, in any order. What was in the hands of a worker that died comes again, alone."""
    todo, busy = deque(groups), dict[Future[Any], Group]()
    lost = 0
    try:
        while todo or busy:
            while todo and crew.has_room:
                group = todo.popleft()
                for recording in group:
                    spool.start(keys[recording.recording_id])
                busy[crew.submit([source_of(recording) for recording in group])] = group
            for future in wait(busy, return_when=FIRST_COMPLETED).done:
                group = busy.pop(future)
                try:
                    yield group, crew.result(future)
                except WorkerDied:
                    log.warning("a worker died with %d recordings in hand", len(group))
                    dead = [one for one in group if spool.crashes(keys[one.recording_id]) >= CRASHES_TO_QUARANTINE]
                    todo.extend([one] for one in group if one not in dead)
                    yield dead, [_given_up(one) for one in dead]
                except MachineLost:
                    lost += 1
                    _forgive(group, keys, spool, lost)
                    todo.append(group)
    finally:
        crew.close()


def _forgive(group: Group, keys: Mapping[str, str], spool: Spool, lost: int) -> None:
    """No recording is to blame for a machine that went away; but a cluster that keeps losing them is reported."""
    if lost > MACHINES_TO_LOSE:
        raise LingtingError("machines of the Ray cluster keep going away; see `ray status`")
    log.warning("a machine is gone with %d recordings in hand; they are given to another", len(group))
    for recording in group:
        spool.forget(keys[recording.recording_id])
