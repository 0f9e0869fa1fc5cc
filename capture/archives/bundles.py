"""What goes into archives: each finished clip with the files beside it, and records.

A bundle is a clip with its companions. Bundles are shared out among archives that are
each small enough; every archive also carries the effort ledger and the log.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from capture import CaptureError
from capture.troubles import why
from weir import ContractError, plain
from weir.archive import is_junk
from weir.archivewriter import archive_size, packing_problem, write_archive
from weir.atomic import PART
from weir.clip import CLIP_SUFFIX, ClipName, companion_names
from weir.config import DeploymentConfig
from weir.effort import LEDGER_NAME
from weir.log import LOG_NAME
from weir.manifest import Manifest

LARGEST_ARCHIVE = (1 << 32) - (1 << 20)
"""Bytes; FAT32 holds files of less than 4 GiB."""

LARGEST_CLIP = LARGEST_ARCHIVE - (1 << 20)
RECORDS = (LEDGER_NAME, LOG_NAME)

MOST_MEMBERS = 2000
"""The host takes 20,000 members and a manifest of 4 MiB. A member takes up to 1.7 kB of
the manifest: a name of 255 bytes that must all be escaped."""


class PackError(CaptureError, RuntimeError):
    """There is nothing to pack, or the archive cannot be written where it should."""


@dataclass(frozen=True)
class Bundle:
    """A clip with the files beside it.

    Attributes:
        clip: the clip's base name.
        files: the clip and then its companions, with their sizes.
    """

    clip: str
    files: tuple[tuple[Path, int], ...]

    @property
    def bytes(self) -> int:
        """How many bytes the bundle takes in an archive, at most."""
        return archive_size((path.name, size) for path, size in self.files)

    @property
    def problem(self) -> str:
        """Why no archive can hold the clip; empty if one can."""
        if self.files[0][1] > LARGEST_CLIP:
            return f"it has more than {LARGEST_CLIP} bytes, which no archive holds"
        return packing_problem(self.clip) or unreadable(self.files[0][0])


def finished_clips(folder: Path) -> list[Bundle]:
    """List the finished clips in a folder by number, the original script's included.

    A link, a FIFO and the like are no clips, whatever their names: see
    ``strange_clips``. Nor are the files ``._clip....h264`` that macOS leaves beside
    each file: see ``is_junk``.

    Raises:
        OSError: the folder cannot be listed.
    """
    names = {entry.name for entry in folder.iterdir() if plain.is_plain(entry)}
    clips = [n for n in names if n.endswith(CLIP_SUFFIX) and not is_junk(n)]
    return [
        Bundle(clip, tuple(_sized(folder / name) for name in _with(clip, names)))
        for clip in sorted(clips, key=_order)
    ]


def strange_clips(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield names of clips that are no plain files, and what they are instead.

    Raises:
        OSError: the folder cannot be listed.
    """
    for entry in sorted(folder.iterdir()):
        named = entry.name.endswith(CLIP_SUFFIX) and not is_junk(entry.name)
        if named and (problem := plain.problem(entry)):
            yield entry.name, f"it {problem}"


def shares(
    clips: Sequence[Bundle],
    records: Collection[tuple[str, int]],
    largest: int = LARGEST_ARCHIVE,
    most: int = MOST_MEMBERS,
) -> Iterator[list[Bundle]]:
    """Share out clips among archives that FAT32 and the host accept.

    Args:
        clips: what is to be packed.
        records: what each archive carries besides clips, with their sizes.
        largest: the most bytes of an archive, unless a single clip has more.
        most: the most members of an archive, including manifest and records.
    """
    share: list[Bundle] = []
    size, members = base = archive_size(records), 1 + len(records)
    for clip in clips:
        full = members + len(clip.files) > most or size + clip.bytes > largest
        if share and full:
            yield share
            share, (size, members) = [], base
        share.append(clip)
        size, members = size + clip.bytes, members + len(clip.files)
    if share:
        yield share


def archive_name(deployment: DeploymentConfig, local: datetime) -> str:
    """Name an archive, like ``recordings_creek-2026_cam1_2026-05-01_17-30-00.zip``."""
    whose = f"{deployment.id}_{deployment.camera}"
    stamp = local.strftime("%Y-%m-%d_%H-%M-%S")
    return f"recordings_{re.sub(r'[^A-Za-z0-9._-]', '-', whose)}_{stamp}.zip"


def write_share(
    target: BinaryIO,
    files: Iterable[Path],
    deployment: DeploymentConfig,
    now: datetime,
) -> Manifest:
    """Write one archive of these files; ``target`` may be a pipe. Raises OSError."""
    return write_archive(
        target,
        ((path.name, path) for path in files),
        deployment=deployment.id,
        camera=deployment.camera,
        created=now,
    )


def remove_torn(folder: Path) -> None:
    """Remove unfinished archives of an earlier version, which are copies of clips."""
    for part in folder.glob("recordings_*.zip" + PART):
        if plain.is_plain(part):
            part.unlink(missing_ok=True)


def records(folder: Path) -> dict[Path, str]:
    """List what each archive carries besides clips.

    Returns:
        The files, each with why it cannot be carried; empty if it can.
    """
    there = [folder / name for name in RECORDS if os.path.lexists(folder / name)]
    return {path: unreadable(path) or _too_long(path) for path in there}


def carried(folder: Path) -> list[Path]:
    """List the records that can be carried."""
    return [path for path, problem in records(folder).items() if not problem]


def unreadable(path: Path) -> str:
    """Say why a file cannot be opened to be read; empty when it can."""
    try:
        plain.opened(path).close()
    except OSError as exc:
        return f"it cannot be read ({why(exc)})"
    return ""


def _too_long(path: Path) -> str:
    long = path.stat().st_size > plain.LARGEST_LEDGER
    return f"it has more than {plain.LARGEST_LEDGER} bytes" if long else ""


def _with(clip: str, names: Collection[str]) -> list[str]:
    """Return a clip's name and the names of its companions that are there."""
    return [clip, *(name for name in companion_names(clip) if name in names)]


def _sized(path: Path) -> tuple[Path, int]:
    return path, path.stat().st_size


def _order(name: str) -> tuple[int, str]:
    try:
        return ClipName.parse(name).number, name
    except ContractError:
        return -1, name
