"""Keeps models on a worker's machine, by the sha256 of their bytes.

All worker processes of a machine and a user share one shelf. Files appear on it whole
or not at all, are verified before they are used, and what was not used for longest goes
when there are too many bytes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Optional

from weir import atomic

MOST_BYTES = 4 << 30
_LATELY_S = 600.0


def shelf_folder(environment: Mapping[str, str]) -> Path:
    """Return where the shelf is: in the unit's cache folder, else in the user's."""
    if unit := environment.get("CACHE_DIRECTORY", ""):
        return Path(unit.split(":")[0]) / "models"
    cache = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "weir" / "models"


class Shelf:
    """A folder of models; each file lies below the sum of its bytes.

    Args:
        folder: where they lie; it is made when the first one comes.
        most_bytes: what all together may take.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most_bytes
        self._verified: set[tuple[Path, int, int]] = set()

    def find(self, sha256: str, name: str) -> Optional[Path]:
        """Return a file that is there and sound; None if it must be sent.

        A damaged one is removed.
        """
        path = self._folder / sha256 / name
        try:
            facts = path.stat()
            key = (path, facts.st_mtime_ns, facts.st_size)
            if key not in self._verified:
                if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                    path.unlink()
                    return None
                self._verified.add(key)
            os.utime(path.parent)
        except OSError:
            return None
        return path

    def keep(self, sha256: str, name: str, data: bytes) -> None:
        """Put a file on the shelf, and take off what is too much.

        Raises:
            ValueError: the bytes are not those of the sum.
            OSError: it cannot be written.
        """
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"{name}: arrived with other bytes than it was sent with")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._make_room(len(data))
        path = self._folder / sha256 / name
        path.parent.mkdir(exist_ok=True)
        with atomic.writing(path, mode=0o600) as file:
            file.write(data)

    def _make_room(self, more: int) -> None:
        """Remove what was not used for longest, but nothing that was used lately."""
        entries = []
        for entry in self._folder.iterdir():
            with suppress(OSError):
                size = sum(file.stat().st_size for file in entry.iterdir())
                entries.append((entry.stat().st_mtime, size, entry))
        entries.sort()
        total, newest = more + sum(size for _, size, _ in entries), _newest(entries)
        for used_s, size, entry in entries:
            if total <= self._most or newest - used_s < _LATELY_S:
                return
            shutil.rmtree(entry, ignore_errors=True)
            total -= size


def _newest(entries: list[tuple[float, int, Path]]) -> float:
    return max((used_s for used_s, _, _ in entries), default=0.0)
