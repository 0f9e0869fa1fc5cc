"""Counts how often something was begun but not ended, even across restarts.

A file that kills the daemon would kill it again at every start. So a byte is added to a
note before something is begun, and the note is removed when it ends. Notes are not
synced to the disk, because a power cut is not the fault of what was being worked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from pathlib import Path

from analysis.intake.folders import make_folder
from analysis.intake.listing import Stamp

MOST_CRASHES_OPENING = 3
"""A file is rejected after the daemon died this often while opening it."""


class Crashes:
    """Keeps one note file for each thing that was begun and has not ended.

    Args:
        folder: where the notes lie. It exists only while there are any.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, key: str) -> int:
        """Note that something begins.

        Returns:
            How often it was begun without an end, including this time.

        Raises:
            OSError: the note cannot be written.
        """
        make_folder(self._folder)
        with (self._folder / key).open("ab") as file:
            file.write(b".")
            return file.tell()

    def count(self, key: str) -> int:
        """Return how often something was begun without an end."""
        try:
            return (self._folder / key).stat().st_size
        except OSError:
            return 0

    def end(self, key: str) -> None:
        """Note that something has ended."""
        with contextlib.suppress(OSError):
            (self._folder / key).unlink()
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def forget(self, but: Collection[str]) -> None:
        """Remove all notes except those whose keys are given."""
        for note in self._folder.glob("*"):
            if note.name not in but:
                self.end(note.name)

    def carry(self, key: str, to: str) -> None:
        """Rename a note from one key to another."""
        with contextlib.suppress(OSError):
            (self._folder / key).rename(self._folder / to)

    @contextlib.contextmanager
    def note(self, key: str) -> Iterator[None]:
        """Keep a note while something short is done, unless the disk is full.

        The note stays after an unexpected error, because the error may end the daemon.
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
    """Make the key for opening a file, which stays the same if the file moves."""
    return "open-" + "-".join(map(str, stamp[:3]))  # devices are numbered anew at boot
