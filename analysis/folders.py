"""The folders of the analysis, and how a dropped file goes through them.

inbox/ -> working/ -> done/ | rejected/, by renames within one file system, with the
path below the inbox kept. A name that is taken gets a suffix; nothing is overwritten.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from weir import atomic
from weir.clip import sidecar_name, truth_name

REASON_SUFFIX = ".reason.txt"
_FETCHED = ".clips"


@dataclass(frozen=True)
class Folders:
    """Where everything is; ``root`` is ``analysis.folder``."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where people drop things."""
        return self.root / "inbox"

    @property
    def working(self) -> Path:
        """What has been claimed and is not ended."""
        return self.root / "working"

    @property
    def fetched(self) -> Path:
        """Clips on their way to a worker; anything here can be made again."""
        return self.working / _FETCHED

    @property
    def done(self) -> Path:
        """What was worked to its end."""
        return self.root / "done"

    @property
    def rejected(self) -> Path:
        """What was refused, each with its reason beside it."""
        return self.root / "rejected"

    @property
    def receipts(self) -> Path:
        """What goes back to the camera's machine."""
        return self.root / "receipts"

    @property
    def results(self) -> Path:
        """The record, and the snapshots."""
        return self.root / "results"

    def make(self) -> None:
        """Make those that are not there, and forget what was on its way."""
        shutil.rmtree(self.fetched, ignore_errors=True)
        for folder in (
            self.inbox,
            self.fetched,
            self.done,
            self.rejected,
            self.receipts,
            self.results,
        ):
            folder.mkdir(parents=True, exist_ok=True)

    def claim(self, relative: Path) -> Path:
        """Take a dropped file, with what belongs to it; where it is now."""
        return _move_together(self.inbox / relative, self.working / relative)

    def claimed(self) -> Iterator[Path]:
        """What a daemon before this one had claimed and not ended, by path."""
        for folder, names, files in os.walk(self.working):
            names[:] = sorted(n for n in names if not n.startswith("."))
            for name in sorted(files):
                if not name.endswith(atomic.PART):
                    yield Path(folder, name).relative_to(self.working)

    def end(self, claimed: Path, target: Path) -> None:
        """Move a claimed file, with what belongs to it, to a final path."""
        _move_together(claimed, target)
        self._tidy(claimed.parent)

    def reject(self, claimed: Path, reason: str) -> Path:
        """Put a claimed file away with the reason beside it; where it is now."""
        final = atomic.free_name(self.rejected / claimed.relative_to(self.working))
        final.parent.mkdir(parents=True, exist_ok=True)
        note = final.with_name(final.name + REASON_SUFFIX)
        atomic.write_text(note, reason.rstrip() + "\n")
        self.end(claimed, final)
        return final

    def delete(self, claimed: Path) -> None:
        """Delete a claimed file and what belongs to it (``keep_done = false``)."""
        for path in (*companions(claimed), claimed):
            path.unlink(missing_ok=True)
        self._tidy(claimed.parent)

    def _tidy(self, folder: Path) -> None:
        """Remove the sub-folders of working/ that are empty now."""
        while folder != self.working:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def companions(video: Path) -> tuple[Path, ...]:
    """The files that belong to a bare clip and travel with it."""
    names = (sidecar_name(video.name), truth_name(video.name))
    return tuple(
        path for path in (video.with_name(name) for name in names) if path.exists()
    )


def _move_together(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    final = atomic.free_name(target)
    # The clip goes last: while it has not moved, the whole is not claimed.
    for path in companions(source):
        suffix = path.name[len(source.name) :]
        atomic.move_aside(path, final.with_name(final.name + suffix))
    return atomic.move_aside(source, final)
