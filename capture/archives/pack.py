"""Writes archives: to the drive, to a file or to a pipe, whole or not at all."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from capture import DriveError
from capture.archives import bundles, packed
from capture.archives.bundles import Bundle, PackError
from capture.archives.sectors import readable_files
from capture.drive.folder import Folder
from capture.drive.storage import Drive
from capture.events import (
    ARCHIVE_WRITTEN,
    CLIP_NOT_PACKED,
    FILE_UNFIT,
    PACKED_NOT_NOTED,
)
from weir import atomic, service
from weir.clip import CLIP_SUFFIX, encodable
from weir.deployment import DeploymentConfig
from weir.journal import tell
from weir.manifest import Manifest

LOCK_NAME = "pack.lock"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Streamed:
    """What is left after one archive was streamed.

    Attributes:
        left: how many clips the archive does not hold, because it would be too large.
        goes_on: whether the next call begins with those clips.
    """

    left: int
    goes_on: bool


class _Stream:
    """Standard output without ``tell`` and ``seek``, whatever it really is.

    A device always tells position 0, and a file that is appended to tells more than was
    written. An archive written by such positions is broken.
    """

    def __init__(self, target: BinaryIO) -> None:
        self.write, self.flush = target.write, target.flush


class Pack:
    """One call of ``pack``.

    Args:
        drive: where the clips are.
        deployment: names the camera that filmed them.
        now: the time by the machine's clock, in UTC.
        everything: whether to pack also what was packed before.
    """

    def __init__(
        self,
        drive: Drive,
        deployment: DeploymentConfig,
        now: datetime,
        *,
        everything: bool,
    ) -> None:
        self._drive = drive
        self._deployment = deployment
        self._now = now
        self._everything = everything

    def to_drive(self) -> None:
        """Write dated archives beside the clips.

        Raises:
            PackError: there is nothing to pack.
            DriveError: the drive is not there, or has too little room.
        """
        local = self._now.astimezone(self._deployment.zone)
        name = bundles.archive_name(self._deployment, local)
        with self._opened(writes=True) as folder:
            atomic.sweep(folder.path)
            bundles.remove_torn(folder.path)
            shares = self._shares(folder)
            self._check_room(folder, shares)
            for share in shares:
                target = atomic.free_name(folder.path / name)
                shown = self._drive.directory / target.name
                self._write(target, shown, folder, share)

    def to_file(self, target: Path) -> None:
        """Write an archive to a new file, and further ones as ``name-2.zip``.

        Raises:
            PackError: there is nothing to pack, or the file exists already.
            DriveError: one of the two drives failed.
        """
        if os.path.lexists(target):
            raise PackError(f"{target}: is there already; nothing is written over")
        with self._opened() as folder:
            _sweep_beside(target)
            for share in self._shares(folder):
                free = atomic.free_name(target)
                self._write(free, free, folder, share)

    def to_pipe(self, target: BinaryIO) -> Streamed:
        """Stream one archive.

        Raises:
            PackError: there is nothing to pack.
            DriveError: the drive cannot be read.
            BrokenPipeError: the reader has gone; the clips count as not packed.
        """
        with self._opened() as folder:
            share, *rest = self._shares(folder)
            stream = cast("BinaryIO", _Stream(target))
            files = readable_files(folder.path, share)
            manifest = bundles.write_share(stream, files, self._deployment, self._now)
            target.flush()
            self._note(folder, manifest, "-")
            size = sum(file.bytes for file in manifest.files)
            clips = _clips(manifest)
            tell(logger, ARCHIVE_WRITTEN, archive="-", clips=clips, bytes=size)
            left = sum(len(other) for other in rest)
            noted = not self._everything and not _is_readers(folder)
            return Streamed(left, goes_on=noted)

    @contextmanager
    def _opened(self, *, writes: bool = False) -> Iterator[Folder]:
        """Open the drive, and let only one process pack at a time.

        A user who may only read the drive can pack to elsewhere, without a lock and
        without a password.
        """
        with self._drive.open() as folder, self._drive.errors():
            if not writes and _is_readers(folder):
                yield folder
                return
            with service.alone(folder.path / LOCK_NAME):
                yield folder

    def _note(self, folder: Folder, manifest: Manifest, archive: str) -> None:
        if _is_readers(folder):
            tell(logger, PACKED_NOT_NOTED, archive=archive)
        else:
            packed.note_packed(folder.path, manifest, archive)

    def _shares(self, folder: Folder) -> list[list[Bundle]]:
        find = bundles.finished_clips if self._everything else packed.unpacked_clips
        for name, problem in bundles.strange_clips(folder.path):
            _tell_left(name, problem)
        for path, problem in bundles.records(folder.path).items():
            if problem:
                tell(logger, FILE_UNFIT, file=path.name, reason=problem)
        clips = list(_packable(find(folder.path)))
        if not clips:
            raise PackError(
                f"{self._drive.directory}: no finished clip that was not packed "
                "already; --all packs them again"
            )
        return list(bundles.shares(clips, _sizes(folder.path)))

    def _check_room(self, folder: Folder, shares: list[list[Bundle]]) -> None:
        size = sum(clip.bytes for share in shares for clip in share)
        try:
            self._drive.check(folder, size)
        except DriveError as exc:
            raise DriveError(
                f"{exc}; to take the archive elsewhere: weir-capture pack --output -",
                exc.reason,
            ) from exc

    def _write(
        self, target: Path, shown: Path, folder: Folder, share: list[Bundle]
    ) -> None:
        with atomic.writing(target) as file:
            files = readable_files(folder.path, share)
            manifest = bundles.write_share(file, files, self._deployment, self._now)
        self._note(folder, manifest, target.name)
        tell(
            logger,
            ARCHIVE_WRITTEN,
            archive=shown,
            clips=_clips(manifest),
            bytes=target.stat().st_size,
        )


def _is_readers(folder: Folder) -> bool:
    """Whether this user may read the drive and not write to it."""
    return not os.access(folder.path, os.W_OK)


def _sweep_beside(target: Path) -> None:
    try:
        atomic.sweep(target.parent)
    except OSError as exc:
        raise PackError(f"{target}: cannot be written ({exc.strerror})") from exc


def _packable(clips: Sequence[Bundle]) -> Iterator[Bundle]:
    """Yield the clips that an archive can hold, and log the others."""
    for clip in clips:
        if clip.problem:
            _tell_left(clip.clip, clip.problem)
        else:
            yield replace(clip, files=tuple(filter(_is_readable, clip.files)))


def _is_readable(file: tuple[Path, int]) -> bool:
    problem = bundles.unreadable(file[0])
    if problem:
        tell(logger, FILE_UNFIT, file=encodable(file[0].name), reason=problem)
    return not problem


def _clips(manifest: Manifest) -> int:
    return sum(file.name.endswith(CLIP_SUFFIX) for file in manifest.files)


def _tell_left(clip: str, reason: str) -> None:
    tell(logger, CLIP_NOT_PACKED, clip=encodable(clip), reason=reason)


def _sizes(folder: Path) -> list[tuple[str, int]]:
    return [(path.name, path.stat().st_size) for path in bundles.carried(folder)]
