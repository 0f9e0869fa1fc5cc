"""A zip that was dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from analysis.intake.deliveries.delivery import DroppedClip, check_sum
from analysis.values.heartbeat import Heartbeat
from weir.archive import Archive, ArchivedClip, Limits
from weir.clip import encodable
from weir.sidecar import Sidecar


class ZipDelivery:
    """A zip, open and verified.

    Raises:
        weir.archive.ArchiveError: it cannot be taken; the text says why.
    """

    def __init__(
        self, path: Path, heartbeat: Heartbeat, limits: Optional[Limits] = None
    ) -> None:
        self._archive = Archive(path, limits or Limits(), heartbeat)
        try:
            self.clips = tuple(_dropped(found) for found in self._archive.verify())
            self.effort, problems = self._archive.ledger()
            self.log, log_problems = self._archive.log()
            self.problems = problems + log_problems
        except BaseException:
            self.close()
            raise

    def sidecar(self, clip: DroppedClip, /) -> tuple[Optional[Sidecar], str]:
        """What came with a clip."""
        # Read again, not kept: with its frame times one can be large, and there are
        # many.
        return self._archive.sidecar(_archived(clip))

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:  # noqa: D102
        target = folder / clip.work_name
        target.unlink(missing_ok=True)
        try:
            check_sum(clip, self._archive.extract(_archived(clip), target))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target

    def close(self) -> None:  # noqa: D102
        self._archive.close()


def _dropped(found: ArchivedClip) -> DroppedClip:
    name = encodable(found.name)
    return DroppedClip(name, found.member, found.sha256, found.bytes, found.damage)


def _archived(clip: DroppedClip) -> ArchivedClip:
    return ArchivedClip(clip.name, clip.source, clip.sha256, clip.bytes, clip.damage)
