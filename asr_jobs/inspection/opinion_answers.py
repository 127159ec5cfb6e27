"""What a language model was asked and what it answered, kept so that a score can be traced and nothing is asked twice.

$LINGTING_HOME/opinions/<first two letters of the prompt's sum>.jsonl, readable by the owner only. One line an answer,
which the daily run removes after inspection.opinion.keep_days.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lingting.lake.files import atomic_write, remove_leftovers
from lingting.paths import home
from lingting.settings import settings


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
    with _held(path) as handle:
        os.fchmod(handle, 0o600)
        size = os.fstat(handle).st_size
        is_cut_short = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        line = json.dumps(record, ensure_ascii=False, sort_keys=True).encode("utf-8")
        os.write(handle, (b"\n" if is_cut_short else b"") + line + b"\n")
        os.fsync(handle)


def forget_old(now: datetime) -> int:
    """Remove what was asked more than inspection.opinion.keep_days before ``now`` (UTC), and every line that does not
    say when; gives how many. A reader or a worker that appends meanwhile loses nothing."""
    since = now - timedelta(days=settings().inspection.opinion.keep_days)
    remove_leftovers(home().opinions)
    return sum(_forget(path, since) for path in sorted(home().opinions.glob("[0-9a-f][0-9a-f].jsonl")))


def _forget(path: Path, since: datetime) -> int:
    with _held(path):
        lines = path.read_bytes().splitlines(keepends=True)
        young = [line for line in lines if _is_younger(line, since)]
        if not young:
            path.unlink()
        elif len(young) < len(lines):
            atomic_write(path, lambda temporary: _fill(temporary, young))
        return len(lines) - len(young)


def _is_younger(line: bytes, since: datetime) -> bool:
    try:
        return datetime.fromisoformat(json.loads(line)["asked_at"]) >= since
    except (ValueError, TypeError, KeyError):
        return False


def _fill(path: Path, lines: Sequence[bytes]) -> None:
    path.touch(mode=0o600)
    path.write_bytes(b"".join(lines))


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """The file, locked for this process; opened again where another process replaced it while we waited."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_at(path, handle):
                yield handle
                return
        finally:
            os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _file(prompt_sha256: str) -> Path:
    return home().opinions / f"{prompt_sha256[:2]}.jsonl"
