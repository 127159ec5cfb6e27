"""Keeps what a recogniser dreams up out of the transcript, and counts why.

Whisper invents text for noise and loops on hard speech; looped text has a good probability and is caught by its form
only. The batched decoders bring no such guard of their own. VAD comes first: silence is never decoded at all.
"""

from __future__ import annotations

import re
import zlib

from asr_jobs.engine import WindowText
from asr_jobs.engines.decoding import ZH_PROMPT
from asr_jobs.numerals import EN_DIGITS, ZH_DIGITS
from asr_jobs.textnorm import clean, content

NO_SPEECH_PROB, LOW_LOGPROB = 0.6, -1.0
COMPRESSION_RATIO = 2.4  # openai-whisper's own limit for looped text
FASTEST = {"zh": 12.0, "en": 30.0}  # letters per second of speech that nobody says
SHORTEST_FOR_SPEED = 1.0  # seconds; below it one word more or less decides
# A loop: 2-12 letters, four times in a row. Spoken digits are taken out first: card numbers do repeat.
_LOOP = re.compile(r"([^\W\d_]{2,12}?)\1{3,}")
_DIGITS = re.compile(f"[{''.join(ZH_DIGITS)}]|\\b(?:{'|'.join(EN_DIGITS)})\\b", re.IGNORECASE)
# Subtitle credits and slogans of the training data and our own prompt, said by no agent and no customer.
_STOCK = re.compile(
    rf"{ZH_PROMPT.rstrip('。')}|字幕(?:由|志愿者|制作|组|提供)|请不吝点赞|订阅(?:我的|本)?频道|打赏支持|明镜与?点点|Amara\.?org"
    r"|thanks for watching|subscribe to (?:my|the|our) channel|subtitles by",
    re.IGNORECASE,
)


def reason_to_drop(heard: WindowText, seconds: float, language: str) -> str | None:
    """Why a window's text must not be kept, or None. ``seconds`` is the speech in the window."""
    text = clean(heard.text)
    if not text:
        return None
    said = content(text)
    if heard.no_speech_prob is not None and heard.no_speech_prob > NO_SPEECH_PROB and heard.avg_logprob < LOW_LOGPROB:
        return "no_speech"
    if _LOOP.search(content(_DIGITS.sub(" ", text))):
        return "repetition"
    if compression_ratio(text) > COMPRESSION_RATIO:
        return "compression"
    if seconds >= SHORTEST_FOR_SPEED and len(said) / seconds > FASTEST[language]:
        return "too_fast"
    return "stock_phrase" if _STOCK.search(text) else None


def compression_ratio(text: str) -> float:
    """Bytes over zlib bytes."""
    raw = text.encode("utf-8")
    return len(raw) / len(zlib.compress(raw))
