"""One batch of windows through a CTranslate2 Whisper model: encode as much as there is, decode, time the words.

Shared by the engines that run on CTranslate2. Whisper was trained on 30 s and the usual code pads every window to that;
the encoder takes shorter input, and its cost falls with it (docs/transcription.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
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
    """Decoding parameters; all of them change what is heard, so they go into the idempotency key.

    ``numbers_as_words``: languages in which Whisper may write no Arabic digit: what is said 一三八 is not written 138.
    The rules and the masking read numbers by their sound, and fewer characters are wrong (docs/transcription.md).
    ``longest_repeat``: tokens in a row that may not stand twice in a window; without it a card number ends in a loop.
    ``encoded_at_once``: windows in one pass of the encoder on a CPU, where the attention of several does not fit the
    cache (docs/throughput.md); a GPU encodes the whole batch. The decoder always takes the whole batch.
    """

    beam_size: int = 5
    patience: float = 1.0
    length_penalty: float = 1.0
    prompts: tuple[tuple[str, str], ...] = (("zh", ZH_PROMPT),)
    numbers_as_words: tuple[str, ...] = ("zh",)
    longest_repeat: int = 8
    encoded_at_once: int = 1


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


def padded(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Zeros behind the window, as much as the encoder works on and no more.

    Whisper scales a mel spectrum by its loudest value only, so zeros further on would change nothing.
    """
    import numpy as np

    return np.pad(samples, (0, max(0, encoder_seconds(len(samples) / 16_000) * 16_000 - len(samples))))


def decode_batch(
    model: Any,
    tokenizer: Any,
    features: NDArray[np.float32],
    seconds: Sequence[float],
    options: Options,
    is_timed: bool = True,
) -> list[WindowText]:
    """``model`` is a faster_whisper.WhisperModel, ``features`` (windows, mels, frames), ``seconds`` their lengths.

    Without ``is_timed`` a window's text comes as one word as long as the window: the pass that times words is saved.
    """
    frames = encoder_seconds(max(seconds)) * FRAMES_PER_SECOND
    encoded = _encoded(model, features[..., :frames], options.encoded_at_once)
    hint = dict(options.prompts).get(tokenizer.language_code)
    prompt = model.get_prompt(tokenizer, tokenizer.encode(f" {hint}") if hint else [], without_timestamps=True)
    is_in_words = tokenizer.language_code in options.numbers_as_words
    unwritten = _digit_tokens(tokenizer.tokenizer, tokenizer.eot) if is_in_words else []
    results = model.model.generate(
        encoded,
        [prompt] * len(seconds),
        beam_size=options.beam_size,
        patience=options.patience,
        length_penalty=options.length_penalty,
        no_repeat_ngram_size=options.longest_repeat,
        max_length=model.max_length,
        suppress_blank=True,
        suppress_tokens=[-1, *unwritten],  # -1: Whisper's own list
        return_scores=True,
        return_no_speech_prob=True,
    )
    tokens = [[token for token in result.sequences_ids[0] if token < tokenizer.eot] for result in results]
    timed = _timed if is_timed else _untimed
    words = timed(model, tokenizer, encoded, tokens, seconds)
    return [
        WindowText(found, _mean_logprob(result, options.length_penalty), float(result.no_speech_prob))
        for found, result in zip(words, results, strict=True)
    ]


def _encoded(model: Any, features: NDArray[np.float32], at_once: int) -> Any:
    """The encoder's output for all windows, as one ctranslate2.StorageView."""
    import numpy as np

    features = np.ascontiguousarray(features, dtype=np.float32)
    if model.model.device != "cpu" or len(features) <= at_once:
        return model.encode(features)
    from ctranslate2 import StorageView

    parts = [np.array(model.encode(features[at : at + at_once])) for at in range(0, len(features), at_once)]
    return StorageView.from_array(np.concatenate(parts))


@lru_cache(maxsize=2)
def _digit_tokens(vocabulary: Any, end_of_text: int) -> list[int]:
    """All text tokens in which an Arabic digit stands; ``vocabulary`` is a tokenizers.Tokenizer."""
    texts = vocabulary.decode_batch([[token] for token in range(end_of_text)])
    return [token for token, text in enumerate(texts) if any(letter in "0123456789" for letter in text)]


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


def _untimed(
    model: Any, tokenizer: Any, encoded: Any, tokens: Sequence[list[int]], seconds: Sequence[float]
) -> list[tuple[Word, ...]]:
    """The whole text of each window as one word."""
    texts = [tokenizer.decode(own) for own in tokens]
    return [(Word(text, 0.0, length),) if text else () for text, length in zip(texts, seconds, strict=True)]
