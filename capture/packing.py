"""The ``pack`` command: where archives go, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from capture import DriveError, packer
from capture.packer import Bundle, PackError
from capture.storage import MB, Drive, Folder
from weir import atomic, service
from weir.config import DeploymentConfig
from weir.manifest import Manifest

LOCK_NAME = "pack.lock"


class Packing:
    """One call of ``pack``.

    Args:
        drive: where the clips are.
        deployment: whose they are.
        now: by the machine's clock, UTC.
        everything: whether to pack again what was packed before.
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

    def to_drive(self) -> list[str]:
        """Write dated archives beside the clips; one line for each.

        Raises:
            PackError: there is nothing to pack.
            DriveError: the drive is not there, or has not the room.
        """
        local = self._now.astimezone(self._deployment.zone)
        name = packer.archive_name(self._deployment, local)
        with self._opened() as folder:
            packer.remove_torn(folder.path)
            shares = self._shares(folder)
            self._check_room(folder, shares)
            lines = []
            for share in shares:
                target = atomic.free_name(folder.path / name)
                manifest, size = self._write(target, folder, share)
                packer.note_packed(folder.path, manifest, target.name)
                path = self._drive.directory / target.name
                lines.append(_line(path, share, size))
            return lines

    def to_file(self, target: Path) -> list[str]:
        """Write an archive to a file that is not there yet, and more as ``name-2.zip``.

        Raises:
            PackError: there is nothing to pack, or something has the name.
            DriveError: one of the two drives failed.
        """
        if target.exists():
            raise PackError(f"{target}: is there already; nothing is written over")
        with self._opened() as folder:
            lines = []
            for share in self._shares(folder):
                free = atomic.free_name(target)
                manifest, size = self._write(free, folder, share)
                packer.note_packed(folder.path, manifest, free.name)
                lines.append(_line(free, share, size))
            return lines

    def to_pipe(self, target: BinaryIO) -> list[str]:
        """Stream one archive; what does not fit into it is left for the next call.

        Raises:
            PackError: there is nothing to pack.
            DriveError: the drive cannot be read.
            BrokenPipeError: whoever read has left; the clips count as not packed.
        """
        with self._opened() as folder:
            share, *rest = self._shares(folder)
            manifest = packer.write_share(
                target, folder.path, share, self._deployment, self._now
            )
            target.flush()
            packer.note_packed(folder.path, manifest, "-")
            left = sum(len(other) for other in rest)
            lines = [f"{len(share)} clips written"]
            if left and not self._everything:
                lines.append(f"{left} clips are left; pack again for the next archive")
            return lines

    @contextmanager
    def _opened(self) -> Iterator[Folder]:
        with self._drive.open() as folder, self._drive.errors():
            lock = folder.path / LOCK_NAME
            with service.alone(lock):
                yield folder

    def _shares(self, folder: Folder) -> list[list[Bundle]]:
        find = packer.finished_clips if self._everything else packer.unpacked_clips
        clips = find(folder.path)
        if not clips:
            raise PackError(
                f"{self._drive.directory}: no finished clip that was not packed "
                "already; --all packs them again"
            )
        return list(packer.shares(clips, packer.ledger_size(folder.path)))

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
        self, target: Path, folder: Folder, share: list[Bundle]
    ) -> tuple[Manifest, int]:
        with atomic.writing(target) as file:
            manifest = packer.write_share(
                file, folder.path, share, self._deployment, self._now
            )
        return manifest, target.stat().st_size


def _line(path: Path, share: list[Bundle], size: int) -> str:
    return f"{path}: {len(share)} clips, {size / MB:.1f} MB"
