"""Claims a drive, so that only one process films to it.

Two configs have two state directories, whose locks know nothing of a shared drive. So a
lock file lies on the drive itself. It is the service's alone: whoever can open a file
can lock it, and everybody may read footage.
"""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path
from typing import Optional

from weir import service

LOCK_NAME = "film.lock"


def claim(folder: Path) -> tuple[Optional[int], str]:
    """Claim a drive until the descriptor is closed, however the process ends.

    Returns:
        The descriptor to keep open (None if there is none), and in words who claimed
        the drive before us (empty if the drive is ours).
    """
    lock = folder / LOCK_NAME
    try:
        descriptor = service.open_lock(lock)
    except OSError:
        # The drive is full or cannot be written, or a folder has that name. We film
        # without a lock, and filming itself reports what matters.
        return None, ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return descriptor, _holder(lock, descriptor)
    except OSError:
        pass  # some network and FUSE file systems have no locks
    return descriptor, ""


def _holder(lock: Path, descriptor: int) -> str:
    process = service.holder_of(lock)
    if process is not None and service.owner_of(process) == os.geteuid():
        return f"process {process}"
    # A FAT shows all files to everybody, so that anybody may lock this one too.
    for_others = stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077
    return "" if for_others else "another process"
