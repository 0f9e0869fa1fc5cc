"""Custody: the service works from its own copies, which nobody else can change.

A dropped file stays its uploader's wherever it is moved: whoever owns it or has it open
can change it later, after a receipt has named its bytes. A copy needs no room on file
systems that share blocks until one side changes (FICLONE, ioctl_ficlonerange(2): Btrfs,
XFS, bcachefs). Elsewhere it needs the size of one delivery.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis import AnalysisError, DecodeError
from analysis.intake.descent import opened
from analysis.intake.folders import Folders, companions, make_folder, remove_empty
from analysis.intake.listing import holes_in, stamp_from, stamp_of
from analysis.intake.room import Room
from analysis.values.heartbeat import Heartbeat
from weir import atomic

_FICLONE = 0x40049409
_CHUNK = 1 << 20
_MODE = 0o644  # less the umask
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class StillWritten(AnalysisError, OSError):
    """A file was written to while it was copied."""


@dataclass(frozen=True)
class Copied:
    """The service's own copy of a dropped file.

    Attributes:
        path: where it is.
        sha256: of its bytes; empty if the copy was made before a restart.
    """

    path: Path
    sha256: str = ""


def is_ours(facts: os.stat_result) -> bool:
    """Whether a file has one name only, and only this service can write to it."""
    return (
        stat.S_ISREG(facts.st_mode)
        and facts.st_uid == os.geteuid()
        and not facts.st_mode & _OTHERS_WRITE
        and facts.st_nlink == 1
    )


def take(folders: Folders, claimed: Path, room: Room, heartbeat: Heartbeat) -> Copied:
    """Replace a claimed file, and what belongs to it, by the service's own copies.

    After a kill this can be repeated: the copy appears whole or not at all, and the
    uploader's file is removed last.

    Args:
        claimed: its path below working/.taken.
        room: asked before anything is copied.

    Raises:
        NoRoom: there is too little for the copy.
        StillWritten: it changed meanwhile.
        DecodeError: most of it is holes.
        OSError: it cannot be read or written.
    """
    taken, own = folders.taken / claimed, folders.working / claimed
    if not os.path.lexists(taken):
        return Copied(own)
    sha256, beside = "", companions(taken)
    if not os.path.lexists(own):
        room.check(sum(path.lstat().st_size for path in (taken, *beside)))
        make_folder(own.parent)
        for path in beside:
            copy(path, own.with_name(path.name), heartbeat)
        sha256 = copy(taken, own, heartbeat)
    for path in (*beside, taken):
        path.unlink()
    remove_empty(taken.parent, folders.working)
    return Copied(own, sha256)


def copy(source: Path, target: Path, heartbeat: Heartbeat) -> str:
    """Copy a file, whole or not at all; ``target`` is replaced.

    Returns:
        The sha256 of the bytes that were written.

    Raises:
        StillWritten, DecodeError, OSError: as ``take`` says.
    """
    with opened(source.parent, Path(source.name), stamp_of(source)) as descriptor:
        before = os.fstat(descriptor)
        _check_holes(descriptor, before, source.name)
        with atomic.writing(target, mode=_MODE) as file:
            sink = file.fileno()
            sha256 = _fill(sink, descriptor, before.st_size, heartbeat)
            if stamp_from(os.fstat(descriptor)) != stamp_from(before):
                raise StillWritten(f"{source.name}: it is still being written")
            os.utime(sink, ns=(before.st_atime_ns, before.st_mtime_ns))
    return sha256


def _fill(sink: int, source: int, size: int, heartbeat: Heartbeat) -> str:
    """Copy all bytes from one open file to another. Returns their sha256."""
    try:
        fcntl.ioctl(sink, _FICLONE, source)
    except OSError:
        return _pass_on(source, size, heartbeat, sink)
    return _pass_on(sink, size, heartbeat, None)


def _pass_on(source: int, size: int, heartbeat: Heartbeat, sink: Optional[int]) -> str:
    """Read ``size`` bytes, and write them if there is a sink. Returns their sha256."""
    digest, left = hashlib.sha256(), size
    while left and (chunk := os.read(source, min(_CHUNK, left))):
        heartbeat()
        digest.update(chunk)
        left -= len(chunk)
        while sink is not None and chunk:
            chunk = chunk[os.write(sink, chunk) :]
    if left:
        raise StillWritten(f"it ended {left} bytes early")
    return digest.hexdigest()


def _check_holes(descriptor: int, facts: os.stat_result, name: str) -> None:
    """Refuse a file that consists mostly of holes.

    A compressing file system also stores fewer bytes, but reports no hole.
    """
    holes = holes_in(facts)
    if not holes:
        return
    first = os.lseek(descriptor, 0, os.SEEK_HOLE)
    os.lseek(descriptor, 0, os.SEEK_SET)
    if first < facts.st_size:
        raise DecodeError(
            f"{name}: {holes / 1e6:.0f} of its {facts.st_size / 1e6:.0f} MB are holes;"
            " the upload is not whole, or a tool left them out (rsync --sparse); copy"
            " it again without that"
        )
