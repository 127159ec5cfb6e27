"""The WhisperX engine (default): windows of many recordings go through WhisperX's own batched pipeline.

WhisperX returns text without times, and always works on 30 s; the model class below, which WhisperX calls back,
shortens the encoder's input and times the words. Its voice detector and its down-mixing loader are not used
(docs/transcription.md).
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from copy import copy
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from asr_jobs.engine import Plan, WindowText, Word
from asr_jobs.engines.decoding import OPTIONS, decode_batch, memory_errors, padded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _timing_model() -> type[Any]:
    """WhisperX's model class with word times. Made in a function because whisperx takes 20 s to import."""
    from whisperx.asr import WhisperModel

    class TimingModel(WhisperModel):  # type: ignore[misc]
        """``seconds`` are the lengths of the windows that the pipeline is about to send, in order; ``is_timed``:
        whether their words are to have times."""

        seconds: list[float]
        is_timed: bool

        def generate_segment_batched(
            self, features: Any, tokenizer: Any, options: Any, encoder_output: Any = None
        ) -> dict[str, list[Any]]:
            count = len(features)
            lengths, self.seconds = self.seconds[:count], self.seconds[count:]
            found = decode_batch(self, tokenizer, features.numpy(), lengths, OPTIONS, self.is_timed)
            # Lists of one entry per window: the pipeline deals them out again, one dict per window.
            return {
                "text": [result.text for result in found],
                "avg_logprob": [result.avg_logprob for result in found],
                "no_speech_prob": [result.no_speech_prob for result in found],
                "words": [[(word.text, word.start, word.end) for word in result.words] for result in found],
            }

    return TimingModel


class _Lane:
    """A pipeline with a model object of its own, for one batch at a time; the weights belong to all lanes."""

    def __init__(self, model: Any, plan: Plan) -> None:
        import whisperx.asr

        self._model = model
        self._model.seconds, self._model.is_timed = [], True
        self._pipeline = whisperx.asr.load_model(
            plan.weights.name,
            device=plan.maker.device,
            compute_type=plan.maker.compute_type,
            model=model,
            vad_model=object(),  # never asked: windows come packed
            language="zh",
        )
        self._pipeline.preprocess = self._features

    def _features(self, item: dict[str, Any]) -> dict[str, Any]:
        """The pipeline's own step, without its zeros up to 30 s."""
        from whisperx.audio import log_mel_spectrogram

        mels = self._model.feat_kwargs.get("feature_size") or 80
        return {"inputs": log_mel_spectrogram(padded(item["inputs"]), n_mels=mels)}

    def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str, is_timed: bool) -> list[WindowText]:
        from faster_whisper.tokenizer import Tokenizer

        model = self._model
        self._pipeline.tokenizer = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
        )
        model.seconds = [len(window) / 16_000 for window in windows]
        model.is_timed = is_timed
        inputs = ({"inputs": window} for window in windows)
        # A batch of one comes back as bare lists (a trap of the pipeline), so ask for two at least.
        with memory_errors():
            found = list(self._pipeline(inputs, batch_size=max(2, len(windows)), num_workers=0))
        return [
            WindowText(tuple(Word(*word) for word in one["words"]), one["avg_logprob"], one["no_speech_prob"])
            for one in found
        ]


class WhisperX:
    """WhisperX's FasterWhisperPipeline over our windows; speech is already found and packed."""

    def __init__(self, plan: Plan) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        # whisperx prints to stdout, which belongs to the caller's JSON lines, and warns of decoders that we do not use.
        with redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            model = _timing_model()(
                str(plan.weights.folder),
                device=plan.maker.device,
                device_index=plan.device_index,
                compute_type=plan.maker.compute_type,
                cpu_threads=plan.threads_of_batch,
                num_workers=plan.at_once,
                local_files_only=True,
            )
            self._lanes: SimpleQueue[_Lane] = SimpleQueue()
            for _ in range(plan.at_once):
                self._lanes.put(_Lane(copy(model), plan))

    def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        return self._transcribe(windows, language, is_timed=True)

    def transcribe_untimed(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        return self._transcribe(windows, language, is_timed=False)

    def _transcribe(self, windows: Sequence[NDArray[np.float32]], language: str, is_timed: bool) -> list[WindowText]:
        lane = self._lanes.get()
        try:
            return lane.transcribe(windows, language, is_timed)
        finally:
            self._lanes.put(lane)
