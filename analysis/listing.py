"""What lies below the inbox: one look at its folders, links not followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Stamp = tuple[int, int, int]
"""Size, time of the last write in nanoseconds, inode: what changes with the bytes."""

_NO_STAMP: Stamp = (0, 0, 0)


@dataclass(frozen=True)
class Entry:
    """Something that lies there.

    Attributes:
        stamp: the same while nobody writes to it.
        why: why it can never be taken as it is; empty for a file.
    """

    stamp: Stamp
    why: str = ""

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.stamp[0]


def walk(folder: Path) -> Iterator[tuple[Path, Entry]]:
    """Everything below a folder except folders, by its path from there.

    What vanishes meanwhile is left out; the next look tells.
    """
    stack = [folder]
    while stack:
        here = stack.pop()
        try:
            entries = list(os.scandir(here))
        except FileNotFoundError:
            continue
        except OSError as exc:
            why = f"the folder cannot be looked into ({exc.strerror})"
            yield here.relative_to(folder), Entry(_NO_STAMP, why)
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                stack.append(Path(entry.path))
            elif found := _look_at(entry):
                yield Path(entry.path).relative_to(folder), found


def _look_at(entry: os.DirEntry[str]) -> Entry | None:
    if entry.is_symlink():
        return Entry(_NO_STAMP, "it is a link; copy the file itself")
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    stamp = facts.st_size, facts.st_mtime_ns, facts.st_ino
    return Entry(stamp, "" if entry.is_file() else "it is no plain file")


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file; raises OSError."""
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns, facts.st_ino
