"""What hearing costs and how well it hears: `python -m benchmarks asr [--full] [--data FOLDER] [--repeats N]`.

This project's way against stock WhisperX and stock faster-whisper (benchmarks/asr_ways.py says how each is used) in one
run on one machine: every pass over a material is one of each way, in an order that turns from pass to pass, so that
whoever else uses the machine disturbs all of them. Medians and ratios count; seconds depend on the machine.
Written texts come last.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.asr_material import Piece, foreign_calls, own_calls, short_cuts, utterances
from benchmarks.asr_ways import WAYS, Way, device

SMALL = 4  # recordings of each material without --full


def compare(title: str, pieces: Sequence[Piece], ways: Sequence[Way], repeats: int) -> dict[str, Any]:
    """Let every way hear the material ``repeats`` times; prints and returns the figures. The first way is ours."""
    from asr_jobs.audio import decode

    seconds = sum(decode(piece.path).format.duration * len(piece.channels) for piece in pieces)
    fresh = [way.fresh() for way in ways]
    for turn in range(repeats):
        at = turn % len(fresh)
        for way in fresh[at:] + fresh[:at]:
            way.take(pieces)
    first, stock = fresh[0], fresh[1:]
    result = {
        "material": title,
        "recordings": len(pieces),
        "channel_seconds": round(seconds, 1),
        "repeats": repeats,
        "ways": {way.name: _figures(way, seconds) for way in fresh},
        "characters_in_their_turn_ratio": round(1 - first.score.misplaced / max(1, first.score.placed), 5),
        "times_as_fast_as": {way.name: _ratio(way.wall, first.wall) for way in stock},
        "times_as_fast_as_by_processor_time": {way.name: _ratio(way.cpu, first.cpu) for way in stock},
        "hears_no_worse_than": {way.name: first.score.error_rate <= way.score.error_rate for way in stock},
    }
    print(json.dumps(result, ensure_ascii=False, indent=1), flush=True)
    return result


def _figures(way: Way, seconds: float) -> dict[str, float]:
    return {
        "sound_seconds_per_second": round(seconds / median(way.wall), 2),
        "error_rate": round(way.score.error_rate, 4),
        "error_rate_digits_equal": round(way.score.error_rate_as_digits, 4),
        "wall_seconds": round(median(way.wall), 1),
        "cpu_seconds": round(median(way.cpu), 1),
    }


def _ratio(slower: Sequence[float], faster: Sequence[float]) -> float:
    return round(median(slower) / median(faster), 2)


def inspect_texts(conversations: int) -> None:
    """Normalise, mask and inspect written conversations of the simulator, on one core."""
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


def materials(data: Path | None, cuts: Path) -> list[tuple[str, list[Piece]]]:
    """Two-channel calls and short utterances, of the project and, with ``data``, of others."""
    found = [
        ("a: own two-channel calls (thresholds were tuned on these)", own_calls()),
        ("b: short utterances cut from them", short_cuts(cuts)),
    ]
    if data:
        found.append(("a: foreign two-channel calls (held out)", foreign_calls(data)))
        found.append(("b: 100 real Mandarin utterances", utterances(data)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks asr", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"all recordings, not the first {SMALL} of each material")
    parser.add_argument("--data", default=os.environ.get("LINGTING_TEST_DATA"), help="folder of foreign speech")
    parser.add_argument("--repeats", type=int, default=1, help="passes of each way over each material; medians count")
    parser.add_argument("--ways", default=",".join(WAYS), help=f"of {', '.join(WAYS)}; the first is compared")
    parser.add_argument("--texts", type=int, default=2000, help="written conversations to inspect; 0: none")
    asked = parser.parse_args()
    unknown = [name for name in asked.ways.split(",") if name not in WAYS]
    if unknown:
        parser.error(f"no way is called {unknown[0]!r}; choose from {', '.join(WAYS)}")
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    name, arithmetic = device()
    if name == "cpu":
        print("no CUDA device: figures are of the CPU, those of a GPU stay unverified", flush=True)
    ways = [WAYS[way]() for way in asked.ways.split(",")]
    start_up = {way.name: round(way.start_up, 1) for way in ways}
    print(json.dumps({"device": name, "arithmetic": arithmetic, "cores": os.cpu_count(), "start_up_seconds": start_up}))
    with tempfile.TemporaryDirectory() as cuts:
        for title, pieces in materials(Path(asked.data) if asked.data else None, Path(cuts)):
            compare(title, pieces if asked.full else pieces[:SMALL], ways, asked.repeats)
    if asked.texts:
        inspect_texts(asked.texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
