"""Decides what goes into archives: finished clips with their companions, and records.

A bundle is a clip with the files beside it, its companions. Bundles are distributed to
several archives, each of them small enough. Every archive also carries the effort
ledger and the log.
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
from weir.archivewriter import archive_size, packing_problem, write_archive
from weir.atomic import PART
from weir.clip import CLIP_SUFFIX, ClipName, companion_names
from weir.deployment import DeploymentConfig
from weir.effort import LEDGER_NAME
from weir.junk import is_junk
from weir.log import LOG_NAME
from weir.manifest import Manifest

LARGEST_ARCHIVE = (1 << 32) - (1 << 20)
"""In bytes. A file on FAT32 must be smaller than 4 GiB."""

LARGEST_CLIP = LARGEST_ARCHIVE - (1 << 20)
RECORDS = (LEDGER_NAME, LOG_NAME)

MOST_MEMBERS = 2000
"""The host accepts 20,000 members and a manifest of 4 MiB. A member takes up to 1.7 kB
of the manifest, if its name has 255 bytes that must all be escaped."""


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
        """The most bytes that the bundle can take in an archive."""
        return archive_size((path.name, size) for path, size in self.files)

    @property
    def problem(self) -> str:
        """The reason why no archive can hold the clip, or an empty text if one can."""
        if self.files[0][1] > LARGEST_CLIP:
            return f"it has more than {LARGEST_CLIP} bytes, which no archive holds"
        return packing_problem(self.clip) or unreadable(self.files[0][0])


def finished_clips(folder: Path) -> list[Bundle]:
    """List the finished clips in a folder, with those of the original script.

    A link, a FIFO and the like are not clips, whatever their names are: see
    ``strange_clips``. The files ``._clip....h264`` that macOS leaves beside each file
    are not clips either: see ``is_junk``.

    Returns:
        The clips in the order of their numbers.

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
    """Find files that have the name of a clip but are not plain files.

    Yields:
        The name of each, and a text that says what it is instead.

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
    """Distribute clips to archives that FAT32 and the host accept.

    Args:
        clips: the clips to pack.
        records: the files that each archive carries besides clips, with their sizes.
        largest: the most bytes of an archive, unless a single clip has more.
        most: the most members of an archive, including manifest and records.

    Yields:
        The clips of one archive.
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
    """Return the name of an archive.

    For example ``recordings_creek-2026_cam1_2026-05-01_17-30-00.zip``.
    """
    whose = f"{deployment.id}_{deployment.camera}"
    stamp = local.strftime("%Y-%m-%d_%H-%M-%S")
    return f"recordings_{re.sub(r'[^A-Za-z0-9._-]', '-', whose)}_{stamp}.zip"


def write_share(
    target: BinaryIO,
    files: Iterable[Path],
    deployment: DeploymentConfig,
    now: datetime,
) -> Manifest:
    """Write one archive of these files.

    Args:
        target: where the archive is written; it may be a pipe.
        files: the files to pack.
        deployment: its id and camera go into the manifest.
        now: when the archive is created.

    Returns:
        The manifest of the archive.

    Raises:
        OSError: a file cannot be read, or the archive cannot be written.
    """
    return write_archive(
        target,
        ((path.name, path) for path in files),
        deployment=deployment.id,
        camera=deployment.camera,
        created=now,
    )


def remove_torn(folder: Path) -> None:
    """Remove unfinished archives that an earlier version left.

    They hold only copies of clips.
    """
    for part in folder.glob("recordings_*.zip" + PART):
        if plain.is_plain(part):
            part.unlink(missing_ok=True)


def records(folder: Path) -> dict[Path, str]:
    """List the files that each archive carries besides clips.

    Returns:
        Each file with the reason why it cannot be carried, or an empty text if it can.
    """
    there = [folder / name for name in RECORDS if os.path.lexists(folder / name)]
    return {path: unreadable(path) or _too_long(path) for path in there}


def carried(folder: Path) -> list[Path]:
    """List the records that can be carried."""
    return [path for path, problem in records(folder).items() if not problem]


def unreadable(path: Path) -> str:
    """Try whether a file can be opened for reading.

    Returns:
        The reason why it cannot, or an empty text if it can.
    """
    try:
        plain.opened(path).close()
    except OSError as exc:
        return f"it cannot be read ({why(exc)})"
    return ""


def _too_long(path: Path) -> str:
    long = path.stat().st_size > plain.LARGEST_LEDGER
    return f"it has more than {plain.LARGEST_LEDGER} bytes" if long else ""


def _with(clip: str, names: Collection[str]) -> list[str]:
    """Return the names of a clip and of its companions that exist."""
    return [clip, *(name for name in companion_names(clip) if name in names)]


def _sized(path: Path) -> tuple[Path, int]:
    return path, path.stat().st_size


def _order(name: str) -> tuple[int, str]:
    try:
        return ClipName.parse(name).number, name
    except ContractError:
        return -1, name
