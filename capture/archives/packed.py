"""The record of what was packed: ``packed.jsonl``, a line for each clip of an archive.

It tells ``pack`` which clips are new: those that are in no line, and those whose
sidecar has changed since, as it does when a start is corrected. It is used for nothing
else; in particular no clip is deleted because of it.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional

from capture.archives.bundles import Bundle, finished_clips
from capture.drive.numbering import PACKED_NAME
from capture.events import FILE_UNFIT
from capture.troubles import why
from weir import ContractError, atomic, plain
from weir.clip import CLIP_SUFFIX, sidecar_name
from weir.clock import UTC
from weir.document import Document, write_json_line
from weir.journal import tell
from weir.manifest import Manifest
from weir.sidecar import Sidecar

logger = logging.getLogger(__name__)

_SLACK = timedelta(seconds=2)
"""FAT stores the time of a change with a precision of two seconds."""


@dataclass(frozen=True)
class Packed:
    """One line of the record.

    Attributes:
        sidecar: the sha256 of the sidecar that was packed with the clip; empty if there
            was none. None in a line of an earlier version, which does not say.
        at: when the clip was packed, by the machine's clock.
    """

    sidecar: Optional[str]
    at: datetime


def unpacked_clips(folder: Path) -> list[Bundle]:
    """List the clips that are in no archive yet as they are now.

    Raises:
        OSError: the drive fails.
    """
    packed = _read(folder / PACKED_NAME)
    return [
        bundle
        for bundle in finished_clips(folder)
        if not _is_packed(bundle, packed.get((bundle.clip, bundle.files[0][1]), []))
    ]


def corrected_clips(folder: Path) -> set[str]:
    """Find the clips whose start was corrected after they were packed.

    Their sidecars say what no archive does. Raises OSError.
    """
    packed = _read(folder / PACKED_NAME)
    return {
        bundle.clip
        for bundle in unpacked_clips(folder)
        if (bundle.clip, bundle.files[0][1]) in packed
        and _is_corrected(folder / sidecar_name(bundle.clip))
    }


def note_packed(folder: Path, manifest: Manifest, archive: str) -> None:
    """Record that the clips of an archive were packed.

    Raises:
        OSError: the drive fails.
    """
    sums = {file.name: file.sha256 for file in manifest.files}
    for file in manifest.files:
        if file.name.endswith(CLIP_SUFFIX):
            fields = {
                "clip": file.name,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "sidecar_sha256": sums.get(sidecar_name(file.name), ""),
                "archive": archive,
                "packed": manifest.created,
            }
            _append(folder / PACKED_NAME, write_json_line(fields))


def _append(file: Path, line: str) -> None:
    try:
        atomic.append_line(file, line)
    except plain.STRANGE as exc:  # the archive is written; its clips are packed again
        tell(logger, FILE_UNFIT, file=file.name, reason=why(exc))


def _is_packed(bundle: Bundle, lines: list[Packed]) -> bool:
    name = sidecar_name(bundle.clip)
    sidecar = next((path for path, _ in bundle.files if path.name == name), None)
    if not sidecar or not lines:
        return bool(lines)
    if any(line.sidecar is None for line in lines) and not _is_corrected_since(
        sidecar, max(line.at for line in lines)
    ):
        return True
    try:
        now = hashlib.sha256(plain.read(sidecar)).hexdigest()
    except OSError:
        return True  # an unreadable sidecar cannot be packed anyway
    return any(line.sidecar == now for line in lines)


def _is_corrected_since(sidecar: Path, packed: datetime) -> bool:
    """Whether a start was corrected after a moment, as far as file times tell.

    If they mislead, as on a copied drive, a clip is packed once more.
    """
    with suppress(OSError):
        changed = datetime.fromtimestamp(sidecar.stat().st_mtime, UTC)
        return changed + _SLACK >= packed and _is_corrected(sidecar)
    return False


def _is_corrected(sidecar: Path) -> bool:
    with suppress(ContractError, OSError):
        return Sidecar.read(sidecar).corrected_start is not None
    return False


def _read(file: Path) -> dict[tuple[str, int], list[Packed]]:
    found: dict[tuple[str, int], list[Packed]] = {}
    try:
        lines = plain.read_newest(file).split(b"\n")
    except FileNotFoundError:
        return found
    except OSError as exc:
        tell(logger, FILE_UNFIT, file=file.name, reason=why(exc))
        return found
    for line in lines:
        with suppress(ContractError):  # torn by a power cut: packed once more
            doc = Document.parse(line, file.name)
            said = doc.text("sidecar_sha256") if doc.has("sidecar_sha256") else None
            key = doc.text("clip"), doc.whole("bytes")
            found.setdefault(key, []).append(Packed(said, doc.moment("packed")))
    return found
