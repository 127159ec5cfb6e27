"""The transcription worker as a process: it starts from a run of any size, and does not outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lingting.paths import PROJECT_ROOT

LARGER_THAN_THE_MACHINE = """
import mmap, os
from datetime import date
memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
kept = [mmap.mmap(-1, int(memory * 0.7), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for _ in range(2)]
from dagster_project.speech import transcribe
for summary in transcribe([date(2026, 10, 1)]):
    print(summary["day"])
"""
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid())], stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline().strip(), flush=True)
time.sleep(60)
"""
CHILD = """
import sys, time
from lingting.process import end_with
end_with(int(sys.argv[1]))
print("bound", flush=True)
time.sleep(60)
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system tells children only on Linux")


def test_a_run_with_more_address_space_than_memory_can_start_the_worker(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LARGER_THAN_THE_MACHINE],
        env={**os.environ, "LINGTING_HOME": str(tmp_path)},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split() == ["2026-10-01"], done.stderr


def test_the_worker_is_killed_with_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid, said = parent.stdout.readline().split()
        assert said == "bound"
        parent.send_signal(signal.SIGKILL)
    assert _ends(int(pid))


def test_a_worker_whose_parent_is_already_gone_ends_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, "1"], cwd=PROJECT_ROOT, capture_output=True, timeout=30)
    assert done.returncode == -signal.SIGKILL


def _ends(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
