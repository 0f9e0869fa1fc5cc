"""Makes the service's own copies of dropped files, which nobody else can change.

A dropped file still belongs to its uploader after it was moved. Anybody who owns it or
has it open can change it, even after a receipt has named its bytes. On file systems
that let two files share blocks, a copy needs no extra room (FICLONE,
ioctl_ficlonerange(2): Btrfs, XFS, bcachefs). Elsewhere it needs as much room as the
delivery.
"""

from __future__ import annotations

import errno
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
        path: where the copy is.
        sha256: the sum of its bytes; empty if the copy was made before a restart.
    """

    path: Path
    sha256: str = ""


def is_ours(facts: os.stat_result) -> bool:
    """Whether only this service can write to a file, and it has a single name."""
    return (
        stat.S_ISREG(facts.st_mode)
        and facts.st_uid == os.geteuid()
        and not facts.st_mode & _OTHERS_WRITE
        and facts.st_nlink == 1
    )


def take(folders: Folders, claimed: Path, room: Room, heartbeat: Heartbeat) -> Copied:
    """Replace a claimed file and its companions by the service's own copies.

    This can be repeated after a kill, because the copy appears whole or not at all, and
    the uploader's file is removed last.

    Args:
        claimed: its path below working/.taken.
        room: asked before anything is copied.

    Returns:
        The copy of the claimed file.

    Raises:
        NoRoom: there is too little room for the copy.
        StillWritten: it changed while it was copied.
        DecodeError: more than 1 MiB of it is holes.
        OSError: it cannot be read or written.
    """
    taken, own = folders.taken / claimed, folders.working / claimed
    if os.path.lexists(own):
        # A kill may have come between a copy with its holes and its rejection.
        with opened(own.parent, Path(own.name), stamp_of(own)) as descriptor:
            _check_holes(descriptor, os.fstat(descriptor), own.name)
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


def impound(folders: Folders, claimed: Path, room: Room, heartbeat: Heartbeat) -> None:
    """Make a rejected file the service's own too, with its holes as holes.

    It takes no more room than is stored of the file, and nobody reads it. Where that
    room is missing, the file stays its uploader's: its bytes matter more.

    Args:
        claimed: its path below working/.taken; one that is not there is ours already.
    """
    taken, own = folders.taken / claimed, folders.working / claimed
    if not os.path.lexists(taken):
        return
    make_folder(own.parent)
    for path in (*companions(taken), taken):
        copied = own.with_name(path.name)
        try:
            if not os.path.lexists(copied):
                room.check(path.lstat().st_blocks * 512)
                _copy_stored(path, copied, heartbeat)
        except OSError:
            continue
        path.unlink()
    remove_empty(taken.parent, folders.working)


def _copy_stored(source: Path, target: Path, heartbeat: Heartbeat) -> None:
    """Copy what is stored of a file, and leave its holes.

    Raises:
        OSError: it cannot be read, or its copy cannot be written.
    """
    with opened(source.parent, Path(source.name), stamp_of(source)) as descriptor:
        facts = os.fstat(descriptor)
        with atomic.writing(target, mode=_MODE) as file:
            sink, at = file.fileno(), 0
            os.ftruncate(sink, facts.st_size)
            while (at := _next_stored(descriptor, at)) < facts.st_size:
                end = min(os.lseek(descriptor, at, os.SEEK_HOLE), facts.st_size)
                while at < end and (
                    chunk := os.pread(descriptor, min(_CHUNK, end - at), at)
                ):
                    heartbeat()
                    at += os.pwrite(sink, chunk, at)
                if at < end:
                    raise StillWritten(f"{source.name}: it was cut short")
            os.utime(sink, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _next_stored(descriptor: int, at: int) -> int:
    """Find where stored bytes go on at or after an offset; the end if none do."""
    try:
        return os.lseek(descriptor, at, os.SEEK_DATA)
    except OSError as exc:
        if exc.errno != errno.ENXIO:
            raise
        return os.fstat(descriptor).st_size


def copy(source: Path, target: Path, heartbeat: Heartbeat) -> str:
    """Copy a file whole or not at all, and replace ``target``.

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
    """Copy all bytes from one open file to another.

    Returns:
        The sha256 of the bytes.
    """
    try:
        fcntl.ioctl(sink, _FICLONE, source)
    except OSError:
        return _pass_on(source, size, heartbeat, sink)
    return _pass_on(sink, size, heartbeat, None)


def _pass_on(source: int, size: int, heartbeat: Heartbeat, sink: Optional[int]) -> str:
    """Read ``size`` bytes, and write them to ``sink`` unless it is None.

    Returns:
        The sha256 of the bytes.
    """
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
    """Refuse a file that has more than 1 MiB of holes.

    A file system that compresses also stores fewer bytes, but it reports no hole.

    Raises:
        DecodeError: the file has so many holes.
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
