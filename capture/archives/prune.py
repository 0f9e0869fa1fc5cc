"""Deleting what a receipt says is safe elsewhere: by its bytes, never by its name."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from capture.archives.bundles import Bundle, finished_clips
from capture.events import FILE_UNFIT
from capture.troubles import why
from weir import ContractError, atomic, plain
from weir.clip import CLIP_SUFFIX, SIDECAR_SUFFIX, encodable
from weir.journal import tell
from weir.receipt import Receipt
from weir.sidecar import Sidecar

_CHUNK = 1 << 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pruned:
    """A clip of a receipt that was found on the drive.

    Attributes:
        bytes: freed, with what lay beside the clip.
        deleted: false for a clip that was analysed and is not kept.
    """

    clip: str
    bytes: int
    deleted: bool


def prune(
    folder: Path, receipt: Receipt, *, analysed_is_enough: bool
) -> Iterator[Pruned]:
    """Delete the clips whose bytes a receipt names, with what lies beside them.

    Args:
        folder: the drive.
        receipt: what arrived and was analysed.
        analysed_is_enough: also delete what the host has analysed and not kept.

    Raises:
        OSError: the drive's; what was deleted so far is.
    """
    named = {(clip.sha256, clip.bytes): clip.kept for clip in receipt.clips}
    sizes = {size for _, size in named}
    for bundle in finished_clips(folder):
        if bundle.files[0][1] not in sizes:
            continue
        kept = named.get((_sum(bundle.files[0][0]), bundle.files[0][1]))
        if kept is None:
            continue
        deleted = kept or analysed_is_enough
        if deleted:
            _delete(bundle)
        yield Pruned(
            encodable(bundle.clip), sum(size for _, size in bundle.files), deleted
        )
    # What is refused keeps its sidecar, too: the clip may be carried home again.
    covered = {sum_ for (sum_, _), kept in named.items() if kept or analysed_is_enough}
    _delete_orphans(folder, covered)
    atomic.sync_folder(folder)


def _delete(bundle: Bundle) -> None:
    for path, _ in bundle.files:  # the clip first: it never lies without its sidecar
        path.unlink()


def _delete_orphans(folder: Path, covered: set[str]) -> None:
    """Delete sidecars whose clips an earlier, interrupted prune deleted."""
    for path in folder.glob("*" + CLIP_SUFFIX + SIDECAR_SUFFIX):
        clip = path.with_name(path.name[: -len(SIDECAR_SUFFIX)])
        if clip.exists() or atomic.part_of(clip).exists():
            continue
        try:
            orphan = Sidecar.read(path).sha256 in covered
        except (ContractError, OSError):
            continue
        if orphan:
            path.unlink()


def _sum(path: Path) -> str:
    """The sha256 of a clip; empty for one that cannot be read: it stays."""
    try:
        return _sha256(path)
    except OSError as exc:
        tell(logger, FILE_UNFIT, file=encodable(path.name), reason=why(exc))
        return ""


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with plain.opened(path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
