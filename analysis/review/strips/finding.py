"""Finds the bytes of a clip in done/, and makes them a plain file."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Optional

from analysis import ReviewError
from weir import WeirError, plain
from weir.archive import Archive, DroppedClip

_ZIP = ".zip"
_CHUNK = 1 << 20
_MOST_UNPACKED = 4
_MOST_BYTES = 2 << 30


class Footage:
    """The clips of done/ as plain files; those of zips are unpacked, a few at a time.

    Args:
        done: the folder.
        scratch: a folder of this process alone.
    """

    def __init__(self, done: Path, scratch: Path) -> None:
        self._done, self._scratch = done, scratch
        self._found: OrderedDict[str, tuple[Path, int]] = OrderedDict()

    def file(self, sha256: str, name: str, size: int, likely: list[str]) -> Path:
        """Return a file with the bytes of a clip.

        Args:
            sha256: of the clip's bytes.
            name: its base name.
            size: how many bytes it has.
            likely: paths below done/, those first that it is likeliest in.

        Raises:
            ReviewError: its bytes are in none of them.
        """
        if sha256 in self._found:
            self._found.move_to_end(sha256)
            return self._found[sha256][0]
        for path in self._places(likely):
            if path.suffix.lower() == _ZIP:
                file = self._unpacked(path, sha256, name)
            else:
                file = path if _is(path, sha256, size) else None
            if file:
                self._keep(sha256, file)
                return file
        raise ReviewError(
            f"{name}: its footage is no longer in {self._done.name}/; this is the"
            " picture that was kept"
        )

    def _places(self, likely: list[str]) -> Iterator[Path]:
        for below in likely:
            path = self._done / below
            parts = PurePosixPath(below).parts
            if ".." not in parts and not below.startswith("/") and plain.is_plain(path):
                yield path

    def _unpacked(self, path: Path, sha256: str, name: str) -> Optional[Path]:
        """Unpack the member with these bytes. Returns: None if there is none."""
        target = self._scratch / f"{sha256}{PurePosixPath(name).suffix[:8]}"
        try:
            with Archive(path) as archive:
                for member in archive.members_named(name):
                    target.unlink(missing_ok=True)
                    clip = DroppedClip(name, member, sha256, 0, "")
                    if archive.extract(clip, target) == sha256:
                        return target
        except (WeirError, OSError):
            pass  # the next delivery may have it
        target.unlink(missing_ok=True)
        return None

    def _keep(self, sha256: str, file: Path) -> None:
        is_ours = file.parent == self._scratch
        self._found[sha256] = (file, file.stat().st_size if is_ours else 0)
        while len(self._found) > 1 and (
            len(self._found) > _MOST_UNPACKED
            or sum(size for _, size in self._found.values()) > _MOST_BYTES
        ):
            _, (old, size) = self._found.popitem(last=False)
            if size:
                old.unlink(missing_ok=True)


def _is(path: Path, sha256: str, size: int) -> bool:
    """Whether a file has the bytes of a clip."""
    try:
        if path.stat().st_size != size:
            return False
        digest = hashlib.sha256()
        with plain.opened(path) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return False
    return digest.hexdigest() == sha256
