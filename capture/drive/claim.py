"""The claim on a drive: as long as one process uses it to film, no other may.

Another config has another state directory, whose lock knows nothing of this drive. The
drive's directory itself is locked, by its open descriptor: that takes no file and no
room, works on a full drive, binds no longer than the descriptor holds up an unmount
anyway, and says nothing of the drive that is plugged in next.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

_LOCKS = Path("/proc/locks")


def claim(descriptor: int) -> str:
    """Claim an open directory until it is closed, however the process ends.

    Returns:
        Who has claimed it before, in words; empty when it is ours.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    except OSError:
        # Some network and FUSE file systems have no locks: better to film than not.
        return ""
    return ""


def _holder(descriptor: int) -> str:
    facts = os.fstat(descriptor)
    device = f"{os.major(facts.st_dev):02x}:{os.minor(facts.st_dev):02x}"
    # proc_locks(5): 1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
    line = re.compile(rf"\d+: FLOCK .* (\d+) {device}:{facts.st_ino} ")
    try:
        found = map(line.match, _LOCKS.read_text("ascii").splitlines())
    except OSError:
        return "another process"
    return next((f"process {match[1]}" for match in found if match), "another process")
