"""A file by which a worker shows that it reads the daemon's own folder.

Another machine may have a folder of the same name. So the file holds a word that
nobody can guess, and who can tell it has read this file.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from pathlib import Path

from weir import atomic

NAME = ".cluster-probe"
_BYTES = 32


class Probe:
    """The file; it stays, and whoever comes next uses the same.

    Args:
        folder: what clips lie below that need not travel.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.path = self._folder / NAME
        self._word = b""
        with suppress(OSError):
            self._word = self.path.read_bytes()
        if len(self._word) != _BYTES:
            self._word = secrets.token_hex(_BYTES // 2).encode()
            with atomic.writing(self.path, mode=0o660) as file:
                file.write(self._word)

    def is_told(self, word: bytes) -> bool:
        """Whether a worker has read the file."""
        return hmac.compare_digest(self._word, word)

    def covers(self, path: Path) -> bool:
        """Whether who reads the file finds this path, too."""
        return self._folder in path.resolve().parents
