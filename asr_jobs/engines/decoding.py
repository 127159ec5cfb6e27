"""One batch of windows through a CTranslate2 Whisper model: encode as much as there is, decode, time the words.

Shared by the engines that run on CTranslate2. Whisper was trained on 30 s and the usual code pads every window to that;
the encoder takes shorter input, and its cost falls with it (docs/transcription.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asr_jobs.engine import WindowText, Word
from asr_jobs.windows import encoder_seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAMES_PER_SECOND = 100
# Makes Whisper write simplified characters with punctuation; it also lowers the error rate a little.
ZH_PROMPT = "以下是普通话的句子。"


@dataclass(frozen=True)
class Options:
    """Decoding parameters; all of them change what is heard, so they go into the idempotency key."""

    beam_size: int = 5
    patience: float = 1.0
    length_penalty: float = 1.0
    prompts: tuple[tuple[str, str], ...] = (("zh", ZH_PROMPT),)


OPTIONS = Options()


@contextmanager
def memory_errors() -> Iterator[None]:
    """CTranslate2 reports a full GPU as a RuntimeError; the caller halves its batch on a MemoryError."""
    try:
        yield
    except RuntimeError as error:
        if "out of memory" in str(error).lower() or "alloc" in str(error).lower():
            raise MemoryError(str(error)) from error
        raise


def padded_to_30_seconds(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Zeros behind the window, so that its mel spectrum is scaled as in Whisper's training."""
    import numpy as np

    return np.pad(samples, (0, max(0, 30 * 16_000 - len(samples))))


def decode_batch(
    model: Any, tokenizer: Any, features: NDArray[np.float32], seconds: Sequence[float], options: Options
) -> list[WindowText]:
    """``model`` is a faster_whisper.WhisperModel, ``features`` (windows, mels, frames), ``seconds`` their lengths."""
    import numpy as np

    frames = encoder_seconds(max(seconds)) * FRAMES_PER_SECOND
    encoded = model.encode(np.ascontiguousarray(features[..., :frames], dtype=np.float32))
    hint = dict(options.prompts).get(tokenizer.language_code)
    prompt = model.get_prompt(tokenizer, tokenizer.encode(f" {hint}") if hint else [], without_timestamps=True)
    results = model.model.generate(
        encoded,
        [prompt] * len(seconds),
        beam_size=options.beam_size,
        patience=options.patience,
        length_penalty=options.length_penalty,
        max_length=model.max_length,
        suppress_blank=True,
        suppress_tokens=[-1],
        return_scores=True,
        return_no_speech_prob=True,
    )
    tokens = [[token for token in result.sequences_ids[0] if token < tokenizer.eot] for result in results]
    words = _timed(model, tokenizer, encoded, tokens, seconds)
    return [
        WindowText(found, _mean_logprob(result, options.length_penalty), float(result.no_speech_prob))
        for found, result in zip(words, results, strict=True)
    ]


def _mean_logprob(result: Any, length_penalty: float) -> float:
    length = len(result.sequences_ids[0])
    return float(result.scores[0] * (length**length_penalty) / (length + 1))


def _timed(
    model: Any, tokenizer: Any, encoded: Any, tokens: Sequence[list[int]], seconds: Sequence[float]
) -> list[tuple[Word, ...]]:
    """Words with their times by the model's own attention (no second model); an empty window has none."""
    frames = [min(30 * FRAMES_PER_SECOND, round(length * FRAMES_PER_SECOND)) for length in seconds]
    aligned = model.find_alignment(tokenizer, list(tokens), encoded, frames)
    return [
        tuple(Word(item["word"], float(item["start"]), float(item["end"])) for item in words if item["word"])
        for words in aligned
    ]
