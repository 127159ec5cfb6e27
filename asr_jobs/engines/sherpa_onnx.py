"""The sherpa-onnx engine: SenseVoice and Paraformer, of another family than Whisper (no decoder loop).

``asr.model_folder`` names the folder: model.int8.onnx or model.onnx, and tokens.txt. Both models give the time of every
token, so words are placed in turns as with the other engines. Runs on the CPU.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from asr_jobs.engine import Plan, WindowText, Word
from asr_jobs.weights import onnx_file
from lingting.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
_TAG = re.compile(r"<\|[^|]*\|>|</?(?:s|unk|blk|blank|sos/eos)>")  # <|zh|><|NEUTRAL|><|Speech|>: not speech
_LATIN = re.compile(r"[A-Za-z]")
_WORD_BEGINS, _WORD_GOES_ON = "\u2581", "@@"  # in SenseVoice's and Paraformer's vocabularies
_LEAST_TIME = 0.06  # seconds of a last token: one frame of either model


class SherpaOnnx:
    """A SenseVoice folder is known by the language tags among its tokens; every other one is taken for Paraformer.

    Numbers stay words in Chinese (no inverse text normalisation), as with Whisper here: masking and rules read sounds.
    """

    def __init__(self, plan: Plan) -> None:
        self._folder = plan.weights.folder
        self._threads = plan.threads
        self._is_sense_voice = "<|zh|>" in (self._folder / "tokens.txt").read_text(encoding="utf-8")
        self._recognisers: dict[str, Any] = {}

    def _recogniser(self, language: str) -> Any:
        """SenseVoice is told the language when it is loaded; Paraformer knows one model for both."""
        key = language if self._is_sense_voice else ""
        if key not in self._recognisers:
            from sherpa_onnx import OfflineRecognizer

            model, tokens = str(onnx_file(self._folder)), str(self._folder / "tokens.txt")
            if self._is_sense_voice:
                made = OfflineRecognizer.from_sense_voice(
                    model=model, tokens=tokens, num_threads=self._threads, language=language, use_itn=False
                )
            else:
                made = OfflineRecognizer.from_paraformer(paraformer=model, tokens=tokens, num_threads=self._threads)
            self._recognisers[key] = made
        return self._recognisers[key]

    def transcribe(self, windows: Sequence[NDArray[np.float32]], language: str) -> list[WindowText]:
        recogniser = self._recogniser(language)
        streams = []
        for window in windows:
            stream = recogniser.create_stream()
            stream.accept_waveform(RATE, window)
            streams.append(stream)
        recogniser.decode_streams(streams)
        return [
            WindowText(timed_words(stream.result.tokens, stream.result.timestamps, len(window) / RATE), 0.0)
            for stream, window in zip(streams, windows, strict=True)
        ]


def timed_words(tokens: Sequence[str], starts: Sequence[float], seconds: float) -> tuple[Word, ...]:
    """Tokens with their starts (seconds) as words; a token lasts until the next one. Tags are left out.

    Raises UsageError for a model without times: its words could not be given to the turn in which they were said.
    """
    if len(tokens) != len(starts):
        raise UsageError("this sherpa-onnx model gives no times of its tokens; choose a SenseVoice or Paraformer model")
    ends = [*starts[1:], min(seconds, starts[-1] + 0.5) if starts else 0.0]
    words: list[Word] = []
    is_joined = True
    for token, start, end in zip(tokens, starts, ends, strict=True):
        text = _TAG.sub("", token)
        if not text:
            continue
        begins = text.startswith(_WORD_BEGINS)
        goes_on = text.endswith(_WORD_GOES_ON)
        text = text.strip(_WORD_BEGINS).removesuffix(_WORD_GOES_ON)
        is_latin = bool(_LATIN.match(text))
        has_space = begins or (is_latin and not is_joined and _WORD_BEGINS not in "".join(tokens))
        words.append(Word(f" {text}" if has_space and words else text, start, max(end, start + _LEAST_TIME)))
        is_joined = goes_on
    return tuple(word for word in words if word.text.strip())
