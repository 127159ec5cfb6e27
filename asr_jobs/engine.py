"""What an engine is, which one is chosen, and what identifies its work. Each engine is one file under engines/.

Nothing heavy is imported here: a day without new sound must not load a model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from asr_jobs.record import Maker
from asr_jobs.weights import Weights, find_onnx, find_weights, onnx_file
from lingting.errors import UsageError
from lingting.settings import AsrSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TEXT_MAKER = Maker("simulated", "1", "none", None, "none", "none", hashlib.sha256(b"text").hexdigest()[:32])


@dataclass(frozen=True)
class Word:
    """A piece of text with its time in the window, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class WindowText:
    """What an engine heard in one window. Words in order; their texts joined are the whole text."""

    words: tuple[Word, ...]
    avg_logprob: float
    no_speech_prob: float | None = None

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words).strip()


class Engine(Protocol):
    """Turns windows of speech into words. May raise MemoryError: the caller then gives it fewer windows at once."""

    def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        """One result per window, in order. Windows are 16 kHz float32 of at most 30 s, all in one language."""
        ...


@runtime_checkable
class UntimedEngine(Engine, Protocol):
    """An engine to which the times of words are a cost of their own, and which can do without."""

    def transcribe_untimed(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        """As ``transcribe``; the text of a window comes as one word as long as the window."""
        ...


@dataclass(frozen=True)
class Plan:
    """Which engine will run, where and with which weights; ``maker`` goes into every record.

    ``at_once``: batches that one engine hears at the same time, each with ``threads / at_once`` threads. A CPU decodes
    badly with several threads to a batch, and well with a batch to each (docs/throughput.md); a GPU takes one.
    """

    maker: Maker
    weights: Weights
    batch_size: int
    threads: int
    workers: int = 1
    device_index: int = 0
    at_once: int = 1

    @property
    def threads_of_batch(self) -> int:
        return max(1, self.threads // self.at_once)

    def with_threads(self, threads: int) -> Plan:
        """The same for a worker that has so many threads to itself."""
        return replace(self, threads=threads, at_once=min(self.at_once, threads))


ENGINES = {
    "whisperx": "asr_jobs.engines.whisperx:WhisperX",
    "faster_whisper": "asr_jobs.engines.faster_whisper:FasterWhisper",
    "sherpa_onnx": "asr_jobs.engines.sherpa_onnx:SherpaOnnx",
}
PACKAGES = {"whisperx": "whisperx", "faster_whisper": "faster-whisper", "sherpa_onnx": "sherpa-onnx"}


def plan(asked: AsrSettings) -> Plan:
    """Choose engine, device and weights from the settings; loads no model. Raises UsageError for an unknown engine,
    and where speakers are to be guessed without the package for it."""
    if asked.engine not in ENGINES:
        raise UsageError(f"no engine is called {asked.engine!r}; choose one of: {', '.join(ENGINES)}")
    import os

    import ctranslate2

    device, gpus = asked.device, ctranslate2.get_cuda_device_count()
    if device == "auto":
        device = "cuda" if gpus > 0 else "cpu"
    compute_type = "float16" if device == "cuda" else "int8"
    if asked.engine == "sherpa_onnx":
        device = "cpu"
        weights = find_onnx(asked.model, asked.model_folder)
        compute_type = "int8" if onnx_file(weights.folder).name == "model.int8.onnx" else "float32"
    else:
        weights = find_weights(asked.model, asked.model_folder)
    chosen = {"engine": asked.engine, "compute_type": compute_type, "agent_channel": asked.agent_channel}
    params = {**hearing_params(), **chosen, **_guess_params(asked)}
    maker = Maker(
        engine=asked.engine,
        engine_version=version(PACKAGES[asked.engine]),
        model_name=weights.name,
        model_sha256=weights.sha256,
        device=device,
        compute_type=compute_type,
        params=hashlib.sha256(json.dumps(params, sort_keys=True).encode("utf-8")).hexdigest()[:32],
    )
    batch = asked.batch_size or (32 if device == "cuda" else 4)
    workers = asked.workers or (max(1, gpus) if device == "cuda" else 1)
    threads = asked.threads or os.cpu_count() or 1
    # sherpa-onnx shares its threads out by itself.
    at_once = threads if device == "cpu" and asked.engine != "sherpa_onnx" else 1
    return Plan(maker, weights, batch, threads, workers, at_once=at_once)


def hearing_params() -> dict[str, Any]:
    """Everything that changes what is heard: it goes into the idempotency key, so a new value means hearing again."""
    from asr_jobs import vad, windows
    from asr_jobs.engines import decoding

    return {"vad": asdict(vad.PARAMS), "pack": asdict(windows.PARAMS), "decoding": asdict(decoding.OPTIONS)}


def _guess_params(asked: AsrSettings) -> dict[str, Any]:
    """Nothing while speakers are not guessed, so that nobody else's keys change."""
    if not asked.mono_speakers:
        return {}
    from asr_jobs import speakers

    return {"mono_speakers": speakers.params()}


def load(chosen: Plan) -> Engine:
    """Load the planned engine; here the heavy imports happen."""
    from importlib import import_module

    module, name = ENGINES[chosen.maker.engine].split(":")
    engine: Engine = getattr(import_module(module), name)(chosen)
    return engine


class Once:
    """Makes an engine at the first call and keeps it. Sent to another process it makes one of its own there."""

    def __init__(self, make: Callable[[Plan], Engine] = load) -> None:
        self._make = make
        self._kept: Engine | None = None

    def __call__(self, chosen: Plan) -> Engine:
        if self._kept is None:
            self._kept = self._make(chosen)
        return self._kept

    def __reduce__(self) -> tuple[type[Once], tuple[Callable[[Plan], Engine]]]:
        return Once, (self._make,)
