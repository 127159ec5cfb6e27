"""What the machine under us refuses, a full disk or missing rights, as one sentence. Nothing is tried again here."""

from __future__ import annotations

import os
import shutil
from errno import EACCES, EDQUOT, ENOSPC, ENOTDIR, EPERM, EROFS

from lingting.paths import home

_NEARLY_FULL_GB = 0.1


def free_gb() -> float:
    """The room that is left on the disk of $LINGTING_HOME, which need not be there yet."""
    root = home().root
    return shutil.disk_usage(next(path for path in (root, *root.parents) if path.exists())).free / 1e9


def refused(error: Exception) -> str:
    """The sentence for a refusal of the machine; empty for any other error. DuckDB tells a full disk in words alone."""
    number, at = getattr(error, "errno", None), getattr(error, "filename", None)
    if number in {ENOSPC, EDQUOT} or os.strerror(ENOSPC) in str(error):
        place = f"at {at}" if at else f"(most likely that of {home().root})"
        return f"the disk is full {place}; free some space and run the same command again"
    if not at:
        return ""  # a port or a process, not a file
    if number in {EACCES, EPERM, EROFS}:
        return (
            f"{at} may not be read or written by this user ({os.strerror(number)}); run as the user who owns "
            f"{home().root}, or mend its rights"
        )
    if number == ENOTDIR:
        return f"{at} can not be made, because a part of that path is a file; LINGTING_HOME must name a folder"
    return ""


def little_room() -> str:
    """To be added to an error that may come of it, because libraries tell a full disk in many ways; mostly empty."""
    try:
        free = free_gb()
    except OSError:  # not even that may be looked at; the error itself is what counts
        return ""
    if free >= _NEARLY_FULL_GB:
        return ""
    return f"; only {free * 1000:.0f} MB are left on the disk of {home().root}: free some space and run it again"
