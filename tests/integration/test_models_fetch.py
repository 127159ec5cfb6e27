"""A fetch of weights that was killed goes on where it stopped: real processes, and a local server as the Hub.

The server notes every request with its Range header and how many bytes it sent, so that the log shows what was asked.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lingting.paths import PROJECT_ROOT, Home

CHUNK = 10 << 20  # huggingface_hub writes so many bytes at once
SMALL = {"config.json": b"{}", "tokenizer.json": b'{"a": 1}'}
FILES = {"model.bin": random.Random(7).randbytes(3 * CHUNK), **SMALL}
SUMS = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
CHILD = """
import sys, json
from asr_jobs import models_cli, weights
from lingting.errors import LingtingError
sums = json.loads(sys.argv[1])
weights.KNOWN["tiny"] = weights._Known("someone/tiny", "r1", sums)
models_cli.known_models = lambda: {"tiny": {"files": sums}}
try:
    models_cli.app([sys.argv[2], "tiny"], standalone_mode=False)
except LingtingError as error:
    sys.stderr.write(f"lingting: {error}\\n")
    sys.exit(error.exit_code)
"""


class Hub:
    """Serves FILES at a revision. ``hold_after``: bytes of model.bin after which a reply stands still."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = dict(FILES)
        self.log: list[tuple[str, str | None, int, int]] = []  # file, Range, status, bytes sent
        self.hold_after: int | None = None
        self.knows_ranges = True
        self.released = threading.Event()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name, asked = self.path.rsplit("/", 1)[-1], self.headers["Range"]
                assert self.path == f"/someone/tiny/resolve/r1/{name}"
                content = hub.files[name]
                begin = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and hub.knows_ranges else 0  # type: ignore[index]
                status = 206 if begin else 200
                if begin >= len(content):
                    status, content = 416, b""
                self.send_response(status)
                self.send_header("Content-Length", str(max(0, len(content) - begin)))
                if status == 206:
                    self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
                self.end_headers()
                end = len(content) if hub.hold_after is None else min(len(content), hub.hold_after)
                hub.log.append((name, asked, status, max(0, end - begin)))
                self.wfile.write(content[begin:end])
                if end < len(content):
                    hub.released.wait(30)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def requests_of(self, name: str) -> list[tuple[str | None, int, int]]:
        return [(asked, status, sent) for file, asked, status, sent in self.log if file == name]


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    yield hub
    hub.released.set()
    hub.server.shutdown()
    hub.server.server_close()


@pytest.fixture
def fetching(lingting_home: Home) -> Path:
    return lingting_home.models / ".fetching-tiny"


def start(hub: Hub, home: Home, command: str = "fetch") -> subprocess.Popen[str]:
    """`lingting models fetch tiny` in a process of its own, with the local server in the place of Hugging Face."""
    place = {"HF_ENDPOINT": f"http://127.0.0.1:{hub.server.server_port}", "LINGTING_HOME": str(home.root)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    words = [sys.executable, "-c", CHILD, json.dumps(SUMS), command]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, cwd=PROJECT_ROOT, env={**kept, **place}, stdout=pipe, stderr=pipe, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


def test_a_killed_fetch_goes_on_where_it_stopped(hub: Hub, lingting_home: Home, fetching: Path) -> None:
    hub.hold_after = 2 * CHUNK + 12345
    first = start(hub, lingting_home)
    part = fetching / f"{SUMS['model.bin']}.part"
    until = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size >= 2 * CHUNK):
        assert time.monotonic() < until and first.poll() is None, "the first fetch never got so far"
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    finish(first)
    assert not (lingting_home.models / "tiny").exists(), "half a model is never found as a whole one"
    code, said = finish(start(hub, lingting_home, "verify"))
    assert code == 2 and "model 'tiny' is not here" in said
    hub.hold_after = None
    here = part.stat().st_size
    code, said = finish(start(hub, lingting_home))
    assert code == 0 and f"tiny: {lingting_home.models / 'tiny'}" in said
    assert hub.requests_of("model.bin")[1:] == [(f"bytes={here}-", 206, 3 * CHUNK - here)]
    assert {path.name: path.read_bytes() for path in (lingting_home.models / "tiny").iterdir()} == FILES
    assert not fetching.exists()
    assert finish(start(hub, lingting_home, "verify"))[0] == 0


def test_two_at_once_fetch_every_file_once(hub: Hub, lingting_home: Home) -> None:
    both = [finish(process) for process in [start(hub, lingting_home) for _ in range(2)]]
    assert [code for code, _ in both] == [0, 0]
    assert sorted(name for name, *_ in hub.log) == sorted(FILES)


def test_a_forged_file_is_refused_in_one_sentence_and_not_kept(hub: Hub, lingting_home: Home, fetching: Path) -> None:
    hub.files["model.bin"] = b"forged"
    code, said = finish(start(hub, lingting_home))
    assert code == 2 and said.count("\n") == 2, "what is fetched, and one sentence"
    assert "Hugging Face: model.bin has the wrong sum" in said and "are kept" not in said
    assert not fetching.exists() and not (lingting_home.models / "tiny").exists()


@pytest.mark.parametrize(
    ("length", "knows_ranges"), [(1000, True), (1000, False), (3 * CHUNK + 1, True)], ids=["", "no ranges", "too long"]
)
def test_a_spoiled_part_is_begun_anew(
    hub: Hub, lingting_home: Home, fetching: Path, length: int, knows_ranges: bool
) -> None:
    hub.knows_ranges = knows_ranges
    fetching.mkdir(parents=True)
    (fetching / f"{SUMS['model.bin']}.part").write_bytes(bytes(length))
    code, said = finish(start(hub, lingting_home))
    assert code == 0, said
    assert (lingting_home.models / "tiny" / "model.bin").read_bytes() == FILES["model.bin"]


def test_a_part_that_is_whole_is_not_asked_for(hub: Hub, lingting_home: Home, fetching: Path) -> None:
    fetching.mkdir(parents=True)
    (fetching / f"{SUMS['model.bin']}.part").write_bytes(FILES["model.bin"])
    assert finish(start(hub, lingting_home))[0] == 0
    assert sorted(name for name, *_ in hub.log) == sorted(SMALL)
