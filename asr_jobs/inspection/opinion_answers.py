"""What a language model was asked and what it answered, kept so that a score can be traced and nothing is asked twice.

$LINGTING_HOME/opinions/<first two letters of the prompt's sum>.jsonl, readable by the owner only. One line an answer.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from lingting.paths import home


def kept(prompt_sha256: str) -> dict[str, Any] | None:
    """The answer that was kept for this prompt; None where there is none. A line cut short is passed over."""
    try:
        lines = _file(prompt_sha256).read_bytes().splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        if prompt_sha256.encode() in line:
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict) and found.get("prompt_sha256") == prompt_sha256:
                return found
    return None


def keep(record: dict[str, Any]) -> None:
    """Append one answer (with its ``prompt_sha256``) and see it to the disk; several workers may do so at once."""
    path = _file(record["prompt_sha256"])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.fchmod(handle, 0o600)
        size = os.fstat(handle).st_size
        is_cut_short = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        line = json.dumps(record, ensure_ascii=False, sort_keys=True).encode("utf-8")
        os.write(handle, (b"\n" if is_cut_short else b"") + line + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def _file(prompt_sha256: str) -> Path:
    return home().opinions / f"{prompt_sha256[:2]}.jsonl"
