"""The faster-whisper engine: the same model without WhisperX, so it starts in a second and needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from asr_jobs.engine import Plan, WindowText
from asr_jobs.engines.decoding import OPTIONS, decode_batch, memory_errors, padded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class FasterWhisper:
    """Whisper on CTranslate2 through faster-whisper's own model class."""

    def __init__(self, plan: Plan) -> None:
        from faster_whisper import WhisperModel

        maker = plan.maker
        self._model = WhisperModel(
            str(plan.weights.folder),
            device=maker.device,
            device_index=plan.device_index,
            compute_type=maker.compute_type,
            cpu_threads=plan.threads_of_batch,
            num_workers=plan.at_once,
            local_files_only=True,
        )

    def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        return self._transcribe(windows, language, is_timed=True)

    def transcribe_untimed(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        return self._transcribe(windows, language, is_timed=False)

    def _transcribe(self, windows: Sequence[NDArray[np.float32]], language: str, is_timed: bool) -> list[WindowText]:
        import numpy as np
        from faster_whisper.tokenizer import Tokenizer

        model = self._model
        tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)
        seconds = [len(window) / 16_000 for window in windows]
        # The caller sends windows for which the encoder works on equally much sound.
        features = np.stack([model.feature_extractor(padded(window))[..., :3000] for window in windows])
        with memory_errors():
            return decode_batch(model, tokenizer, features, seconds, OPTIONS, is_timed)
