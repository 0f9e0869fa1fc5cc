"""The claim on a drive: as long as one process uses it to film, no other may.

Another config has another state directory, whose lock knows nothing of this drive. So
there is a lock file on the drive itself, which is the service's alone: a lock needs no
more than that its file can be opened, and everybody may read footage.
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
        The descriptor, None where there is none to keep; and who has claimed the drive
        before, in words, empty when it is ours.
    """
    lock = folder / LOCK_NAME
    try:
        descriptor = service.open_lock(lock)
    except OSError:
        # A full drive, one that cannot be written, or a folder of that name: what
        # matters of it is told by whoever films there. Better to film than not.
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
