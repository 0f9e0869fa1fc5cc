"""How often something was begun and not ended, also over restarts and kills.

Whatever kills the daemon itself would do so again at every start, for ever. So a note
is made before each beginning and taken away at the end: a byte in a file. It is not
synced: a power cut is no fault of what was being worked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from pathlib import Path

from analysis.intake.folders import make_folder
from analysis.intake.listing import Stamp

MOST_CRASHES_OPENING = 3
"""How often the daemon may die while it opens one file before that file is rejected."""


class Crashes:
    """The notes, one file for each thing that was begun.

    Args:
        folder: where they lie; made when there is one, removed when there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, key: str) -> int:
        """Note a beginning; how many there were now. Raises OSError."""
        make_folder(self._folder)
        with (self._folder / key).open("ab") as file:
            file.write(b".")
            return file.tell()

    def count(self, key: str) -> int:
        """How many beginnings have had no end."""
        try:
            return (self._folder / key).stat().st_size
        except OSError:
            return 0

    def end(self, key: str) -> None:
        """Forget about it: it has ended."""
        with contextlib.suppress(OSError):
            (self._folder / key).unlink()
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def forget(self, but: Collection[str]) -> None:
        """Forget about everything but some: nothing else is begun any more."""
        for note in self._folder.glob("*"):
            if note.name not in but:
                self.end(note.name)

    def carry(self, key: str, to: str) -> None:
        """Let the beginnings of one key count for another."""
        with contextlib.suppress(OSError):
            (self._folder / key).rename(self._folder / to)

    @contextlib.contextmanager
    def note(self, key: str) -> Iterator[None]:
        """Note that something short is being done; a full disk does not prevent it.

        An error that nobody foresaw counts like a death: it may end the daemon.
        """
        with contextlib.suppress(OSError):
            self.begin(key)
        try:
            yield
        except OSError:
            self.end(key)
            raise
        except Exception:
            raise
        except BaseException:
            self.end(key)  # the daemon was asked to stop
            raise
        self.end(key)


def opening_key(stamp: Stamp) -> str:
    """The key of the opening of a file, wherever it is moved meanwhile."""
    return "open-" + "-".join(map(str, stamp[:3]))  # devices are numbered anew at boot
