"""A recording of three hours in two channels is heard in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

from asr_jobs.audio import RATE, decode
from tests.support import PROJECT_ROOT

SPOKEN = PROJECT_ROOT / "simulator" / "recordings" / "r09_zh_new_plan.opus"
TELEPHONE = 8000
EVERY_MINUTES, TIMES = 60, 3

# The detector is spared the blocks of pure zeros only: the test would take a minute of processor time with them.
LISTEN = """
import json, sys
from pathlib import Path
from asr_jobs import hearing
from asr_jobs.decoder import Decoder
from asr_jobs.hearing import Source, hear, prepare
from asr_jobs.vad import speech
from tests.integration.crew_engines import steady
from tests.memory import peak_mib

hearing.speech = lambda samples: speech(samples) if samples.any() else []
heard = hear([prepare(Source(Path(sys.argv[1]), "zh"))], Decoder(lambda: steady(None), 8))[0]
print(json.dumps({"peak_mib": peak_mib(), "seconds": heard.duration_seconds, "status": heard.status,
                  "starts": [turn.start for turn in heard.turns]}))
"""


def three_hours(path: Path) -> list[float]:
    """Silence with a spoken call every hour, 8 kHz, two channels; gives the seconds where they begin."""
    call = np.stack([channel[:: RATE // TELEPHONE] for channel in decode(SPOKEN).channels], axis=1)
    words = (call * 32_767).astype("<i2").tobytes()
    hour = EVERY_MINUTES * 60 * TELEPHONE * 4
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(TELEPHONE)
        for _ in range(TIMES):
            out.writeframes(words + bytes(hour - len(words)))
    return [at * EVERY_MINUTES * 60.0 for at in range(TIMES)]


def test_three_hours_of_two_channels_stay_below_a_gibibyte(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    begins = three_hours(path)
    done = subprocess.run(
        [sys.executable, "-c", LISTEN, str(path)], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["status"] == "ok"
    assert said["seconds"] == 10_800.0
    for begin in begins:  # every stretch of speech is found, in its own minute
        assert any(begin <= start < begin + 60 for start in said["starts"]), begin
    assert all(any(begin <= start < begin + 60 for begin in begins) for start in said["starts"])
    assert said["peak_mib"] < 1024  # two channels of float32 alone would be 1,318 MiB, and a model needs room as well
