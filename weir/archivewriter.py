"""Archives as they are written: stored members, and the manifest last.

H.264 does not deflate, so members are stored as they are. ``weir.archive`` is the other
side: it reads what this wrote, and what people zipped by hand.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from weir import __version__, plain
from weir.hostile import name_problem
from weir.manifest import MANIFEST_NAME, Manifest, ManifestFile

_CHUNK = 1 << 18


def packing_problem(name: str) -> str:
    """Say why a file cannot be packed under its name.

    The reader would refuse a whole archive for one such member.

    Returns:
        The reason in words; empty if it can be packed.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "its name is no UTF-8"
    if "\\" in name:
        return "its name has a backslash, which readers take for a folder's end"
    problem = name_problem(name)
    return f"it {problem}" if problem else ""


def write_archive(
    target: BinaryIO,
    files: Iterable[tuple[str, Path]],
    *,
    deployment: str,
    camera: str,
    created: datetime,
) -> Manifest:
    """Write files, and after them their manifest, as a zip.

    Args:
        target: where the bytes go; it may be a pipe, because nothing is sought in it.
        files: the name in the archive, and the file.
        deployment, camera, created: for the manifest.

    Returns:
        The manifest, with the sums of exactly the bytes that were written.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        listed = tuple(_add(archive, name, path) for name, path in files)
        manifest = Manifest(deployment, camera, created, f"weir {__version__}", listed)
        stamp = created.timetuple()[:6]
        archive.writestr(zipfile.ZipInfo(MANIFEST_NAME, stamp), manifest.to_json())
    return manifest


def archive_size(files: Iterable[tuple[str, int]]) -> int:
    """Reckon the largest size, in bytes, that an archive of these files can have."""
    # Each file has headers, a directory entry, a descriptor and a manifest line.
    return 1024 + sum(size + 512 + 3 * len(os.fsencode(name)) for name, size in files)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> ManifestFile:
    digest, size = hashlib.sha256(), 0
    with plain.opened(path) as source:
        info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        # The size of the open file: another file may have the name by now.
        info.file_size = os.fstat(source.fileno()).st_size
        with archive.open(info, "w", force_zip64=False) as sink:
            # Read no more than was there at the start: a ledger may grow meanwhile.
            while size < (most := info.file_size):
                chunk = source.read(min(_CHUNK, most - size))
                if not chunk:
                    raise OSError(f"{path}: ended after {size} of {most} bytes")
                digest.update(chunk)
                size += len(chunk)
                sink.write(chunk)
    return ManifestFile(name, size, digest.hexdigest())
