"""The calls that are open: which connection belongs to which, what each channel hears, when silence is too long.

Everything here runs on the event loop, but for ``Calls.on_text``, which the recogniser's thread calls.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asr_jobs.live.ear import Detector, Ear, Pace, Utterance
from asr_jobs.live.recogniser import Job, Recogniser
from asr_jobs.live.watch import About, Alert, Watch
from asr_jobs.pii import forget
from lingting.settings import LiveSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

BOTH = ("agent", "customer")
LATE_SECONDS = 2.0  # a leg whose sound comes so much too late was silent: a telephone system may send no silence


class Refused(Exception):
    """Why a connection or a sound is not taken: one sentence for the log and for the sender."""


@dataclass
class Counts:
    """Since the start of the server."""

    calls: int = 0
    alerts: int = 0
    refused: int = 0


class LiveCall:
    """One call from its first connection to the last word that was heard of it."""

    def __init__(self, calls: Calls, about: About) -> None:
        self.key = str(uuid.uuid4())
        self.about = about
        self.watch = Watch(about)
        self.ears: dict[str, Ear] = {}
        self.n_alerts = self.n_utterances = 0
        self.dropped_seconds = 0.0
        self.is_over = False
        self._calls = calls
        self._begun = time.monotonic()
        self._pending: dict[tuple[str, int], float] = {}  # (speaker, number) of what is still to be heard -> its start
        self._is_silence_raised = False
        self._is_notice_judged = calls.asked.notice_by_seconds == 0

    @property
    def clock(self) -> float:
        """Seconds of the call that were heard in the channel that is furthest."""
        return max((ear.clock for ear in self.ears.values()), default=0.0)

    def add(self, speaker: str) -> None:
        """A channel joins; the second leg of a call may come later than the first."""
        if speaker in self.ears:
            raise Refused(f"call {self.about.call_id} already has a channel of the {speaker}")
        begun = time.monotonic() - self._begun if self.ears else 0.0
        self.ears[speaker] = Ear(self._calls.detector(), self._calls.pace, begun)

    def sound(self, speaker: str, samples: NDArray[np.float32], may_lag: bool = False) -> None:
        """The next sound of one channel, 16 kHz. ``may_lag``: what comes late stands where it was said."""
        if self.is_over:
            raise Refused(f"call {self.about.call_id} is over")
        ear = self.ears[speaker]
        late = time.monotonic() - self._begun - ear.clock
        if may_lag and late > LATE_SECONDS:
            self._submit(speaker, ear.pass_over(late))
        self._submit(speaker, ear.hear(samples))
        self._watch_silence()
        self._watch_notice()
        if self.clock > self._calls.asked.max_call_seconds:
            raise Refused(f"call {self.about.call_id} is longer than live.max_call_seconds")

    def leave(self, speakers: Sequence[str], why: str) -> None:
        """Channels end; with the last of them the call does."""
        if self.is_over:
            return
        for speaker in speakers:
            self._submit(speaker, self.ears[speaker].close())
        seconds = self.clock
        for speaker in speakers:
            del self.ears[speaker]
        if not self.ears:
            self.is_over = True
            self._calls.over(self, seconds, why)

    def _submit(self, speaker: str, utterances: Sequence[Utterance]) -> None:
        for utterance in utterances:
            self.n_utterances += utterance.is_final
            self._pending[speaker, utterance.number] = utterance.start
            self._calls.recogniser.submit(Job((self.key, speaker), self.about.language, utterance))

    def settled(self, job: Job, alerts: Sequence[Alert]) -> None:
        """An utterance, or a part of it, has been heard or given up."""
        if job.utterance.is_final:
            self._pending.pop((job.channel[1], job.utterance.number), None)
        self._raise(alerts)
        self._watch_notice()
        if self.is_over:
            self._calls.settle(self)

    @property
    def is_settled(self) -> bool:
        return self.is_over and not self._pending

    def _raise(self, alerts: Sequence[Alert]) -> None:
        for alert in alerts:
            self.n_alerts += 1
            self._calls.raise_alert(alert)

    def _watch_silence(self) -> None:
        """Both legs must be there: who is not heard may be speaking."""
        limit = self._calls.asked.silence_seconds
        if not limit or set(self.ears) != set(BOTH):
            return
        since = max(ear.quiet_since for ear in self.ears.values())
        if self.clock - since <= limit:
            self._is_silence_raised = False
        elif not self._is_silence_raised:
            self._is_silence_raised = True
            self._raise([self.watch.silence(since)])

    def _watch_notice(self) -> None:
        """Judge once, when all that the agent had begun to say by then has been recognised."""
        limit = self._calls.asked.notice_by_seconds
        agent = self.ears.get("agent")
        if self._is_notice_judged or agent is None or agent.clock < limit:
            return
        waiting = [start for (speaker, _), start in self._pending.items() if speaker == "agent"]
        if any(start < limit for start in [*waiting, *([agent.open_since] if agent.open_since is not None else [])]):
            return
        self._is_notice_judged = True
        missing = self.watch.notice_missing(limit)
        self._raise([missing] if missing else [])


class Calls:
    """All open calls, and the way of their sound through the recogniser."""

    def __init__(
        self,
        asked: LiveSettings,
        detector: Callable[[], Detector],
        raise_alert: Callable[[Alert], None],
        tell: Callable[[dict[str, Any]], None],
    ) -> None:
        self.asked = asked
        self.detector = detector
        self.pace = Pace(asked.pause_seconds, asked.partial_seconds, asked.longest_seconds)
        self.counts = Counts()
        self.open: dict[str, LiveCall] = {}
        self.recogniser: Recogniser
        self._by_key: dict[str, LiveCall] = {}
        self._tell = tell
        self._alert = raise_alert
        self._loop = asyncio.get_running_loop()

    def join(self, about: About, speakers: Sequence[str]) -> LiveCall:
        """The call that a connection belongs to, begun if it is new. Raises Refused."""
        call = self.open.get(about.call_id)
        if call is None:
            if len(self.open) >= self.asked.max_calls:
                raise Refused(f"{len(self.open)} calls are open, no more are allowed (live.max_calls)")
            call = LiveCall(self, about)
        for speaker in speakers:
            call.add(speaker)
        if about.call_id not in self.open:
            self.open[about.call_id] = self._by_key[call.key] = call
            self.counts.calls += 1
        return call

    def on_text(self, job: Job, words: str | None) -> None:
        """Called by the recogniser's thread with clear words; only masked ones leave it."""
        key, speaker = job.channel
        heard = job.utterance
        call = self._by_key[key]
        alerts: list[Alert] = []
        try:
            if words:
                alerts = call.watch.heard(speaker, heard.number, heard.start, heard.end, words, heard.is_final)
        except Exception as error:  # one call's words must not end the others': the log names the type only
            log.error("call %s: an utterance could not be judged: %s", call.about.call_id, type(error).__name__)
        self._loop.call_soon_threadsafe(call.settled, job, alerts)

    def on_dropped(self, job: Job) -> None:
        """An utterance was not heard: the recogniser is too slow for so many calls."""
        key, speaker = job.channel
        call = self._by_key[key]
        seconds = round(job.utterance.seconds, 2)
        call.watch.is_whole = False
        call.dropped_seconds += seconds
        call_id = call.about.call_id
        log.warning("call %s: %.1f s of the %s were dropped, the recogniser is behind", call_id, seconds, speaker)
        self._tell({"type": "dropped", "call_id": call_id, "speaker": speaker, "seconds": seconds})
        self._loop.call_soon_threadsafe(call.settled, job, [])

    def raise_alert(self, alert: Alert) -> None:
        self.counts.alerts += 1
        self._alert(alert)

    def over(self, call: LiveCall, seconds: float, why: str) -> None:
        """The last channel of a call has ended; what waits of it is still heard."""
        del self.open[call.about.call_id]
        log.info("call %s ended after %.1f s: %s", call.about.call_id, seconds, why)
        self.settle(call)

    def settle(self, call: LiveCall) -> None:
        """Tell the subscribers of an ended call once its last word has been heard."""
        if not call.is_settled or self._by_key.pop(call.key, None) is None:
            return
        forget()  # clear words end with their call; what other calls need of them is made again
        ended = {"utterances": call.n_utterances, "alerts": call.n_alerts, "dropped_seconds": call.dropped_seconds}
        self._tell({"type": "call_ended", "call_id": call.about.call_id, **ended})
