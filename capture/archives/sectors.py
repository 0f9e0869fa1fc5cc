"""Bad sectors, found before an archive holds half of a file.

What is streamed cannot be taken back. So each file is read to its end before it goes
into an archive: the second reading comes from memory where the file is small, and a bad
sector costs its own clip, or what lies beside one, and nothing else.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from capture.archives.bundles import Bundle, PackError, carried
from capture.events import CLIP_NOT_PACKED, FILE_UNFIT
from capture.troubles import why
from weir import plain
from weir.clip import encodable
from weir.journal import tell
from weir.printable import many

_CHUNK = 1 << 20
_DEVICES = Path("/sys/dev/block")

logger = logging.getLogger(__name__)


def readable_files(folder: Path, share: Sequence[Bundle]) -> Iterator[Path]:
    """Yield the files of one archive that can be read; tell of the others.

    Args:
        folder: the drive's.
        share: the clips that the archive is to hold.

    Raises:
        PackError: none of the clips can be read.
        OSError: the drive was pulled, which is more than a bad sector.
    """
    left = len(share)
    for clip in share:
        (video, _), *companions = clip.files
        if problem := damage(video):
            if is_gone(folder.stat().st_dev):
                raise OSError(errno.ENODEV, "was pulled while it was read")
            tell(logger, CLIP_NOT_PACKED, clip=encodable(clip.clip), reason=problem)
            left -= 1
            continue
        yield video
        yield from _readable(path for path, _ in companions)
    if not left:
        raise PackError(f"of {many(len(share), 'clip')} to be packed none can be read")
    yield from _readable(carried(folder))


def is_gone(device: int, devices: Path = _DEVICES) -> bool:
    """Whether a drive was pulled.

    Args:
        device: its number; a file system without a device of its own has the major 0.
        devices: the folder in which the kernel lists the devices that are in.
    """
    major, minor = os.major(device), os.minor(device)
    return major > 0 and not (devices / f"{major}:{minor}").exists()


def damage(path: Path) -> str:
    """Read a whole file.

    Returns:
        Why it cannot be read to its end; empty when it can.
    """
    at = 0
    try:
        with plain.opened(path) as file:
            while chunk := file.read(_CHUNK):
                at += len(chunk)
    except OSError as exc:
        return f"it cannot be read behind byte {at} ({why(exc)})"
    return ""


def _readable(files: Iterable[Path]) -> Iterator[Path]:
    for path in files:
        if problem := damage(path):
            tell(logger, FILE_UNFIT, file=encodable(path.name), reason=problem)
        else:
            yield path
