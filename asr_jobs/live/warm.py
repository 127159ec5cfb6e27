"""Loads everything before the first call: the model, the voice detector, the rules and the tables of sounds."""

from __future__ import annotations

from asr_jobs.decoder import Decoder
from asr_jobs.inspection.conversation import Language
from asr_jobs.live.scripts import live_rules, scripts
from asr_jobs.live.watch import About, Watch
from asr_jobs.vad import VadStream
from asr_jobs.windows import Stretch, Window


def warm_up(decoder: Decoder, language: Language) -> None:
    """Raises what the parts raise when they can not be loaded (UsageError, InputError)."""
    import numpy as np

    VadStream()(np.zeros(VadStream.CHUNK, np.float32))
    scripts(), live_rules()
    Watch(About("warm-up", language)).heard("customer", 1, 0.0, 1.0, "您好 hello", True)
    silence = np.zeros(16_000, np.float32)
    decoder.transcribe([Window(silence, (Stretch(0.0, 1.0, 0),))], language)
