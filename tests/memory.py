"""Peak memory of this process by itself (Linux)."""

from __future__ import annotations

from pathlib import Path


def peak_mib() -> float:
    """Largest resident set so far, MiB. getrusage would count that of the process which started this one, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
