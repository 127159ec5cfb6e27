"""Ways to hear that benchmarks/asr.py compares: this project's, and three stock tools as their documentation shows.

All get the same weights, device, arithmetic and number of threads, and the same decoded channels, one by one: the stock
loaders would mix the two channels of a call, and nobody could say any more who spoke. They are told the language.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.asr_material import Piece, Score

Heard = list[str]  # one text per channel
BATCH = 8  # as in the README of WhisperX


@dataclass
class Way:
    """One way of hearing, with what each pass cost (seconds) and how well the last one heard."""

    name: str
    hear: Callable[[Sequence[Piece], Score], list[Heard]]
    start_up: float
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    score: Score = field(default_factory=Score)

    def fresh(self) -> Way:
        return Way(self.name, self.hear, self.start_up)

    def take(self, pieces: Sequence[Piece]) -> None:
        """One pass over the material."""
        self.score = Score()
        wall, cpu = time.perf_counter(), time.process_time()
        heard = self.hear(pieces, self.score)
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)
        for piece, texts in zip(pieces, heard, strict=True):
            self.score.add(piece, texts)


def device() -> tuple[str, str]:
    """Device and arithmetic for all ways."""
    import ctranslate2

    return ("cuda", "float16") if ctranslate2.get_cuda_device_count() > 0 else ("cpu", "int8")


def ours(engine: str) -> Way:
    """Prepare, pack and recognise group by group as a worker does, but without masking: errors are of clear words."""
    begun = time.perf_counter()
    from asr_jobs import batches, hearing
    from asr_jobs.decoder import Decoder
    from asr_jobs.engine import load, plan
    from lingting.settings import AsrSettings

    chosen = plan(AsrSettings(engine=engine))
    loaded = load(chosen)
    decoder = Decoder.of(chosen, lambda _: loaded)
    size = batches.GROUP[chosen.maker.device]

    def hear(pieces: Sequence[Piece], score: Score) -> list[Heard]:
        texts = []
        groups = [pieces[at : at + size] for at in range(0, len(pieces), size)]
        for group, prepared in hearing.prepared_ahead(groups, _sources, chosen.threads):
            found = hearing.recognise(prepared, decoder)
            texts += [_by_channel(piece, one.turns, score) for piece, one in zip(group, found, strict=True)]
        return texts

    return Way(f"Lingting ({engine})", hear, time.perf_counter() - begun)


def _sources(group: Sequence[Piece]) -> list[Any]:
    from asr_jobs.hearing import Source

    return [Source(piece.path, piece.language) for piece in group]


def _by_channel(piece: Piece, turns: Sequence[Any], score: Score) -> Heard:
    from asr_jobs.hearing import SPEAKERS

    speakers = SPEAKERS if len(piece.channels) == 2 else ("unknown",)
    own = [[turn for turn in turns if turn.speaker == speaker] for speaker in speakers]
    for said, spoken in zip(piece.channels, own, strict=True):
        score.place(said, [((turn.start, turn.end), turn.text) for turn in spoken])
    return ["".join(turn.text for turn in spoken) for spoken in own]


def whisperx() -> Way:
    """WhisperX with the voice detector that it brings (pyannote)."""
    begun = time.perf_counter()
    import whisperx as stock

    name, arithmetic = device()
    threads = os.cpu_count() or 1
    pipeline = stock.load_model(_folder(), name, compute_type=arithmetic, language="zh", threads=threads)

    def one(samples: Any, language: str) -> str:
        found = pipeline.transcribe(samples, batch_size=BATCH, language=language, task="transcribe")
        return "".join(segment["text"] for segment in found["segments"])

    return Way("stock WhisperX", partial(_each_channel, one), time.perf_counter() - begun)


def faster_whisper(batched: bool) -> Way:
    """faster-whisper with its voice filter: one window after the other, or its BatchedInferencePipeline."""
    begun = time.perf_counter()
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    name, arithmetic = device()
    model: Any = WhisperModel(_folder(), device=name, compute_type=arithmetic, cpu_threads=os.cpu_count() or 1)
    pipeline = BatchedInferencePipeline(model=model) if batched else model
    more = {"batch_size": BATCH} if batched else {}

    def one(samples: Any, language: str) -> str:
        segments, _ = pipeline.transcribe(samples, language=language, vad_filter=True, **more)
        return "".join(segment.text for segment in segments)

    title = "stock faster-whisper" + (", batched" if batched else "")
    return Way(title, partial(_each_channel, one), time.perf_counter() - begun)


def _each_channel(one: Callable[[Any, str], str], pieces: Sequence[Piece], score: Score) -> list[Heard]:
    from asr_jobs.audio import decode

    return [[one(channel, piece.language) for channel in decode(piece.path).channels] for piece in pieces]


def _folder() -> str:
    from asr_jobs.weights import find_weights

    return str(find_weights("base").folder)


WAYS: dict[str, Callable[[], Way]] = {
    "lingting": lambda: ours("whisperx"),
    "whisperx": whisperx,
    "faster_whisper": lambda: faster_whisper(batched=False),
    "faster_whisper_batched": lambda: faster_whisper(batched=True),
}
