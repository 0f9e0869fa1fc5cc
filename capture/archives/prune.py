"""Deletes clips that a receipt says are safe elsewhere.

A clip is recognised by its bytes and not by its name.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from capture.archives.bundles import Bundle, finished_clips
from capture.archives.packed import corrected_clips
from capture.events import FILE_UNFIT
from capture.troubles import why
from weir import ContractError, atomic, plain
from weir.clip import CLIP_SUFFIX, SIDECAR_SUFFIX, encodable
from weir.journal import tell
from weir.receipt import Receipt
from weir.sidecar import Sidecar

NOT_KEPT = "analysed, but the host did not keep it"
CORRECTED = "its start was corrected since it was packed: pack and deliver it again"
_CHUNK = 1 << 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pruned:
    """A clip of a receipt that was found on the drive.

    Attributes:
        clip: its file name.
        bytes: the size of the clip with the files beside it.
        refused: why it was not deleted, or an empty text if it was.
    """

    clip: str
    bytes: int
    refused: str

    @property
    def deleted(self) -> bool:
        """Whether the clip was deleted."""
        return not self.refused


def prune(
    folder: Path, receipt: Receipt, *, analysed_is_enough: bool
) -> Iterator[Pruned]:
    """Delete the clips whose bytes a receipt names, with the files beside them.

    Args:
        folder: the drive.
        receipt: says what arrived at the host and was analysed.
        analysed_is_enough: also delete clips that the host analysed but did not keep.

    Yields:
        Each clip of the receipt that is on the drive.

    Raises:
        OSError: the drive failed. Clips that were deleted before that are gone.
    """
    named = {(clip.sha256, clip.bytes): clip.kept for clip in receipt.clips}
    sizes, corrected = {size for _, size in named}, corrected_clips(folder)
    for bundle in finished_clips(folder):
        if bundle.files[0][1] not in sizes:
            continue
        kept = named.get((_sum(bundle.files[0][0]), bundle.files[0][1]))
        if kept is None:
            continue
        refused = CORRECTED if bundle.clip in corrected else ""
        if not (kept or analysed_is_enough):
            refused = NOT_KEPT
        if not refused:
            _delete(bundle)
        size = sum(size for _, size in bundle.files)
        yield Pruned(encodable(bundle.clip), size, refused)
    # A refused clip keeps its sidecar, because it may be carried home again.
    covered = {sum_ for (sum_, _), kept in named.items() if kept or analysed_is_enough}
    _delete_orphans(folder, covered)
    atomic.sync_folder(folder)


def _delete(bundle: Bundle) -> None:
    for path, _ in bundle.files:  # the clip first: it never lies without its sidecar
        path.unlink()


def _delete_orphans(folder: Path, covered: set[str]) -> None:
    """Delete sidecars whose clips were deleted by a prune that was interrupted."""
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
    """Compute a clip's sha256.

    Returns:
        The sha256, or an empty text if the clip cannot be read; then it is not deleted.
    """
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
