"""Packing: finished clips, their companions and the ledger into archives.

An archive lies beside the clips under a dated name, or goes where it is asked to, or to
standard output when the drive has no room for a second copy. It appears whole or not at
all. A list on the drive, ``packed.jsonl``, tells which clips were packed; it deletes
nothing and is believed for nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from capture import CaptureError
from capture.numbering import PACKED_NAME
from weir import ContractError, atomic
from weir.archive import archive_size, write_archive
from weir.atomic import PART
from weir.clip import CLIP_SUFFIX, ClipName
from weir.config import DeploymentConfig
from weir.document import Document, write_json_line
from weir.effort import LEDGER_NAME
from weir.manifest import Manifest

LARGEST_ARCHIVE = (1 << 32) - (1 << 20)
"""Bytes; FAT32 holds files of less than 4 GiB."""


class PackError(CaptureError, RuntimeError):
    """There is nothing to pack, or it cannot be put where it was asked to."""


@dataclass(frozen=True)
class Bundle:
    """A clip with what lies beside it.

    Attributes:
        clip: base name.
        files: the clip and its companions, with their sizes.
    """

    clip: str
    files: tuple[tuple[Path, int], ...]

    @property
    def bytes(self) -> int:
        """No less than what it takes in an archive."""
        return archive_size((path.name, size) for path, size in self.files)


def finished_clips(folder: Path) -> list[Bundle]:
    """The clips in a folder, new and original ones, in order; raises OSError."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    clips = [name for name in names if name.endswith(CLIP_SUFFIX)]
    return [
        Bundle(clip, tuple(_sized(folder / name) for name in _with(clip, names)))
        for clip in sorted(clips, key=_order)
    ]


def unpacked_clips(folder: Path) -> list[Bundle]:
    """Those of them that were in no archive yet; raises OSError."""
    packed = set(_packed(folder / PACKED_NAME))
    return [
        bundle
        for bundle in finished_clips(folder)
        if (bundle.clip, bundle.files[0][1]) not in packed
    ]


def shares(
    clips: Sequence[Bundle], ledger: int, largest: int = LARGEST_ARCHIVE
) -> Iterator[list[Bundle]]:
    """Split clips into archives that are each small enough.

    Args:
        clips: what is to be packed.
        ledger: size of the ledger, of which each archive carries one, in bytes.
        largest: no archive is larger, unless a single clip is.
    """
    share: list[Bundle] = []
    size = base = archive_size([(LEDGER_NAME, ledger)])
    for clip in clips:
        if share and size + clip.bytes > largest:
            yield share
            share, size = [], base
        share.append(clip)
        size += clip.bytes
    if share:
        yield share


def archive_name(deployment: DeploymentConfig, local: datetime) -> str:
    """Like ``recordings_creek-2026_cam1_2026-05-01_17-30-00.zip``: whose, and when."""
    whose = f"{deployment.id}_{deployment.camera}"
    stamp = local.strftime("%Y-%m-%d_%H-%M-%S")
    return f"recordings_{re.sub(r'[^A-Za-z0-9._-]', '-', whose)}_{stamp}.zip"


def write_share(
    target: BinaryIO,
    folder: Path,
    share: Sequence[Bundle],
    deployment: DeploymentConfig,
    now: datetime,
) -> Manifest:
    """Write one archive; ``target`` may be a pipe. Raises OSError."""
    files = [(path.name, path) for clip in share for path, _ in clip.files]
    ledger = folder / LEDGER_NAME
    if ledger.exists():
        files.append((LEDGER_NAME, ledger))
    return write_archive(
        target,
        files,
        deployment=deployment.id,
        camera=deployment.camera,
        created=now,
    )


def note_packed(folder: Path, manifest: Manifest, archive: str) -> None:
    """Remember that the clips of an archive were packed; raises OSError."""
    for file in manifest.files:
        if file.name.endswith(CLIP_SUFFIX):
            fields = {
                "clip": file.name,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "archive": archive,
                "packed": manifest.created,
            }
            atomic.append_line(folder / PACKED_NAME, write_json_line(fields))


def remove_torn(folder: Path) -> None:
    """Remove archives that a power cut left unfinished: copies of what is there."""
    for part in folder.glob("recordings_*.zip" + PART):
        part.unlink(missing_ok=True)


def ledger_size(folder: Path) -> int:
    """Of the ledger on the drive, in bytes; 0 without one."""
    ledger = folder / LEDGER_NAME
    return ledger.stat().st_size if ledger.exists() else 0


def _with(clip: str, names: Sequence[str]) -> list[str]:
    """A clip and the names of what lies beside it."""
    beside = [n for n in names if n.startswith(clip + ".") and not n.endswith(PART)]
    return [clip, *beside]


def _sized(path: Path) -> tuple[Path, int]:
    return path, path.stat().st_size


def _order(name: str) -> tuple[int, str]:
    try:
        return ClipName.parse(name).number, name
    except ContractError:
        return -1, name


def _packed(file: Path) -> Iterator[tuple[str, int]]:
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines:
        try:
            doc = Document.parse(line, file.name)
            yield doc.text("clip"), doc.whole("bytes")
        except ContractError:
            continue  # torn by a power cut: that clip is packed once more
