"""What hearing costs and how well it hears: `python benchmarks/asr.py [--data FOLDER] [--blocks N] [--limit N]`.

In one run and in turns (a block of recordings one way, the same block the other way), so that whoever else uses the
machine disturbs both: this project's way against stock WhisperX (same weights, its own pyannote voice detector, one
file after the other, batches of 8). Ratios count; seconds depend on the machine. Written texts come last.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.asr_material import Piece, Score, foreign_calls, own_calls, utterances

Heard = list[str]  # one text per channel


@dataclass
class Way:
    """One way of hearing, with what it cost."""

    name: str
    hear: Callable[[Sequence[Piece], Score], list[Heard]]
    start_up: float
    wall: float = 0.0
    cpu: float = 0.0
    score: Score = field(default_factory=Score)

    def take(self, pieces: Sequence[Piece]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        heard = self.hear(pieces, self.score)
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        for piece, texts in zip(pieces, heard, strict=True):
            self.score.add(piece, texts)


def our_way() -> Way:
    """Prepare, pack and recognise as the worker does, but without masking: errors are counted on clear words."""
    begun = time.perf_counter()
    from asr_jobs import hearing
    from asr_jobs.decoder import Decoder
    from asr_jobs.engine import load, plan
    from lingting.settings import AsrSettings

    chosen = plan(AsrSettings())
    engine = load(chosen)
    decoder = Decoder(lambda: engine, chosen.batch_size)

    def hear(pieces: Sequence[Piece], score: Score) -> list[Heard]:
        prepared = [hearing.prepare(hearing.Source(piece.path, piece.language)) for piece in pieces]
        texts = []
        for piece, found in zip(pieces, hearing.recognise(prepared, decoder), strict=True):
            speakers = hearing.SPEAKERS if len(piece.channels) == 2 else ("unknown",)
            own = [[turn for turn in found.turns if turn.speaker == speaker] for speaker in speakers]
            for said, turns in zip(piece.channels, own, strict=True):
                score.place(said, [((turn.start, turn.end), turn.text) for turn in turns])
            texts.append(["".join(turn.text for turn in turns) for turns in own])
        return texts

    return Way("Lingting", hear, time.perf_counter() - begun)


def stock_way() -> Way:
    """WhisperX as its README uses it. Channels are handed to it one by one: its own loader would mix them."""
    begun = time.perf_counter()
    import whisperx

    from asr_jobs.audio import decode
    from asr_jobs.weights import find_weights

    folder = find_weights("base").folder
    threads = os.cpu_count() or 1
    pipeline = whisperx.load_model(str(folder), "cpu", compute_type="int8", language="zh", threads=threads)

    def hear(pieces: Sequence[Piece], score: Score) -> list[Heard]:
        return [[one(channel, piece.language) for channel in decode(piece.path).channels] for piece in pieces]

    def one(samples: Any, language: str) -> str:
        found = pipeline.transcribe(samples, batch_size=8, language=language, task="transcribe")
        return "".join(segment["text"] for segment in found["segments"])

    return Way("stock WhisperX", hear, time.perf_counter() - begun)


def compare(title: str, pieces: Sequence[Piece], ways: Sequence[Way], blocks: int) -> dict[str, Any]:
    from asr_jobs.audio import decode

    seconds = sum(decode(piece.path).format.duration * len(piece.channels) for piece in pieces)
    fresh = [Way(way.name, way.hear, way.start_up) for way in ways]
    for block in range(blocks):
        for way in fresh if block % 2 == 0 else reversed(fresh):
            way.take(pieces[block::blocks])
    ours, stock = fresh
    result = {
        "material": title,
        "recordings": len(pieces),
        "channel_seconds": round(seconds, 1),
        "throughput_ratio_wall": round(stock.wall / ours.wall, 2),
        "throughput_ratio_cpu": round(stock.cpu / ours.cpu, 2),
        "misplaced_ratio": round(ours.score.misplaced / max(1, ours.score.placed), 5),
        "ways": {
            way.name: {
                "error_rate": round(way.score.error_rate, 4),
                "error_rate_digits_equal": round(way.score.error_rate_as_digits, 4),
                "wall_seconds": round(way.wall, 1),
                "cpu_seconds": round(way.cpu, 1),
                "seconds_per_channel_second": round(way.wall / seconds, 4),
            }
            for way in fresh
        },
    }
    print(json.dumps(result, ensure_ascii=False, indent=1), flush=True)
    return result


def inspect_texts(conversations: int) -> None:
    """Normalise, mask and inspect written conversations of the simulator, on one core."""
    import tempfile

    from lingting.loading import landing_files, load_file

    with tempfile.TemporaryDirectory() as folder:
        os.environ["LINGTING_HOME"] = folder
        import subprocess

        words = ["--start", "2026-10-01", "--days", "1", "--calls-per-day", str(conversations), "--no-recordings"]
        lingting = Path(sys.executable).parent / "lingting"
        subprocess.run([lingting, "simulate", *words], check=True, stdout=subprocess.DEVNULL)
        for file in landing_files():
            if file.source in ("calls", "recordings"):
                load_file(file.source, file.path, file.mapping)
        from asr_jobs.worker import transcribe_day

        begun, cpu = time.perf_counter(), time.process_time()
        summary = transcribe_day(date(2026, 10, 1), _no_engine, lambda done, total: None)
        spent = {"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    per_60k = {name: round(60_000 * value / summary.recordings, 1) for name, value in spent.items()}
    print(json.dumps({"texts": summary.recordings, "seconds_for_60000": per_60k}), flush=True)


def _no_engine(chosen: object) -> Any:
    raise AssertionError("written texts need no engine")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("LINGTING_TEST_DATA"), help="folder of foreign speech")
    parser.add_argument("--blocks", type=int, default=4, help="how often the two ways take turns")
    parser.add_argument("--limit", type=int, help="so many recordings of each kind only")
    parser.add_argument("--texts", type=int, default=2000, help="written conversations to inspect; 0: none")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    materials = [("own two-channel calls (thresholds were tuned on these)", own_calls())]
    if asked.data:
        data = Path(asked.data)
        materials.append(("foreign two-channel calls (held out)", foreign_calls(data)))
        materials.append(("100 real Mandarin utterances", utterances(data)))
    ways = [our_way(), stock_way()]
    print(json.dumps({"start_up_seconds": {way.name: round(way.start_up, 1) for way in ways}}), flush=True)
    for title, pieces in materials:
        compare(title, pieces[: asked.limit], ways, asked.blocks)
    if asked.texts:
        inspect_texts(asked.texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
