"""Reads files that are believed only if nobody but their owner can change them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Collection

from capture import CaptureError

ROOT = 0
STDIN = "-"
_LARGEST = 16 << 20


def callers() -> set[int]:
    """Return the user ids of root, of the caller, and of whoever called sudo."""
    through_sudo = os.environ.get("SUDO_UID", "")
    return {
        ROOT,
        os.geteuid(),
        *([int(through_sudo)] if through_sudo.isdigit() else []),
    }


def read_guarded(file: str, owners: Collection[int]) -> bytes:
    """Read a file that nobody but its owner can have changed.

    Args:
        file: its path; ``-`` is standard input, which may be a pipe.
        owners: the ids of the users whose files are accepted.

    Raises:
        CaptureError: the file cannot be read, or others could have changed it; the text
            says what to do.
    """
    try:
        if file == STDIN:
            descriptor = os.dup(sys.stdin.fileno())
        else:
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            facts = os.fstat(descriptor)
            if file != STDIN or stat.S_ISREG(facts.st_mode):
                _refuse_open_to_others(file, facts, owners)
            data = stream.read(_LARGEST + 1)
    except OSError as exc:
        raise CaptureError(f"{file}: cannot be read ({exc.strerror})") from exc
    if len(data) > _LARGEST:
        raise CaptureError(f"{file}: is larger than {_LARGEST >> 20} MiB")
    return data


def _refuse_open_to_others(
    file: str, facts: os.stat_result, owners: Collection[int]
) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise CaptureError(f"{file}: is no file; expected one, or - for a pipe")
    if facts.st_uid not in owners:
        taken = " or ".join(map(str, sorted(owners)))
        raise CaptureError(
            f"{file}: belongs to user {facts.st_uid}, who could have changed it; "
            f"expected a file of user {taken}, or - and a pipe"
        )
    if facts.st_mode & 0o022:
        mode = f"{stat.S_IMODE(facts.st_mode):o}"
        raise CaptureError(
            f"{file}: others may write to it (mode {mode}); if you know that nobody "
            f"has: chmod go-w {file}"
        )
