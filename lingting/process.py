"""What a process must tell the system about itself. Starting processes is the business of each caller."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Be killed when the process ``parent``, which started this one, ends (Linux; elsewhere nothing happens).

    The child asks for it itself: code between fork and exec would make the start copy the parent's address space,
    which the system refuses when it is larger than the machine's memory.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)
