"""Reads the clips and documents in a zip."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from analysis.intake.contents.contents import check_sum, work_name
from analysis.values.heartbeat import Heartbeat
from weir.archive import Archive, DroppedClip, Limits
from weir.clip import TIMES_NAME
from weir.sidecar import Sidecar


class ZipContents:
    """An open zip whose bytes were all verified.

    Raises:
        weir.archive.ArchiveError: it cannot be taken; the text says why.
    """

    def __init__(
        self, path: Path, heartbeat: Heartbeat, limits: Optional[Limits] = None
    ) -> None:
        self._archive = Archive(path, limits or Limits(), heartbeat)
        try:
            self.clips = tuple(self._archive.verify())
            self.effort, problems = self._archive.ledger()
            self.log, log_problems = self._archive.log()
            self.times = self._archive.documents(TIMES_NAME)
            self.problems = problems + log_problems
            self.unread = self._archive.unread()
            self.byproducts = self._archive.byproducts
        except BaseException:
            self.close()
            raise

    def sidecar(self, clip: DroppedClip, /) -> tuple[Optional[Sidecar], str]:
        """Read the sidecar that came with a clip."""
        # It is read again each time: there are many, and frame times make them large.
        return self._archive.sidecar(clip)

    def frame_times(self, clip: DroppedClip, /) -> Optional[tuple[bytes, str]]:
        """Read the times of a clip's frames that came with it."""
        return self._archive.frame_times(clip)

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:  # noqa: D102 - said where the interface is
        target = folder / work_name(clip)
        target.unlink(missing_ok=True)
        try:
            check_sum(clip, self._archive.extract(clip, target))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target

    def close(self) -> None:  # noqa: D102 - said where the interface is
        self._archive.close()
