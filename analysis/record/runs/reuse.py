"""What ``reuse_below = "auto"`` came to in a run: it is decided once, and stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from analysis.config import AUTO
from analysis.record.file.recordfile import RecordFile
from analysis.values.job import ClipJob, Costs


class Reuse:
    """What ``auto`` came to in each run of a record."""

    def __init__(self, file: RecordFile) -> None:
        self._file = file

    def of(self, run: int) -> Optional[float]:
        """Return what it came to in a run; None if that is not decided yet."""
        found = "SELECT reuse_below FROM runs WHERE id = ?"
        row = self._file.db.execute(found, (run,)).fetchone()
        return row[0] if row else None

    def settled(self, job: ClipJob, run: int) -> ClipJob:
        """Return a job in which it is decided, if it is for the run."""
        detector = job.config.detector
        if detector.reuse_below != AUTO or (decided := self.of(run)) is None:
            return job
        detector = replace(detector, reuse_below=decided)
        return replace(job, config=replace(job.config, detector=detector))

    def decide(self, run: int, costs: Optional[Costs]) -> bool:
        """Decide it by what was measured on a clip, unless it is decided.

        Returns:
            True if this was the first clip that says anything.
        """
        if costs is None or self.of(run) is not None:
            return False
        with self._file.transaction() as db:
            db.execute(
                "UPDATE runs SET reuse_below = ? WHERE id = ?", (costs.reuse_below, run)
            )
        return True
