"""Looking again in this process, at what a ``small_host`` has in done/."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Callable, Optional

from analysis.again.looking import Looked
from analysis.again.opening import looking_again
from analysis.config import AnalysisSettings
from analysis.exports.tables import export
from analysis.look.pipeline import analyse
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from analysis.record.runs.wanted import Chosen
from analysis.values.job import ClipJob, Findings
from tests.analysis.small_host import AtOnce, Host
from weir.service import Service, StopFlag


class Again:
    """Reanalyses of a host, each as a command of its own would do it.

    Args:
        host: what it has in done/ is looked at.

    Attributes:
        settings: the config; a test may change it.
        looks: the base names of the files that workers were given.
        run: the number of the last run.
    """

    def __init__(self, host: Host) -> None:
        self.host, self.settings = host, host.settings
        self.looks: list[str] = []
        self.run = self.known = 0

    def with_threshold(self, threshold: float) -> Again:
        """Change the config."""
        config = self.settings.analysis
        detector = replace(config.detector, threshold=threshold)
        config = replace(config, detector=detector)
        self.settings = AnalysisSettings(self.settings.deployment, config)
        return self

    def look(
        self,
        chosen: Chosen = Chosen(),  # noqa: B008 - it is frozen
        work: Callable[[ClipJob], Findings] = analyse,
        stop_after: Optional[int] = None,
    ) -> Looked:
        """Look again; after so many clips ask to stop."""
        stopping = StopFlag()
        before = len(self.looks)

        def noting(job: ClipJob) -> Findings:
            self.looks.append(job.path.name)
            if stop_after is not None and len(self.looks) - before >= stop_after:
                stopping.request()
            return work(job)

        with looking_again(
            self.settings,
            chosen,
            clock=self.host.clock,
            service=Service(stopping),
            make_executor=lambda *_: AtOnce(noting),
        ) as opened:
            self.run, self.known = opened.run, opened.state.has
            looked = opened.looking.run()
        stopping.close()
        return looked

    def table(self, name: str, run: Optional[int] = None) -> list[dict[str, str]]:
        """A table of an export; of the newest run of each clip, or of one run."""
        target = self.host.folders.root.parent / "out"
        target.mkdir(exist_ok=True)
        with reading(self._record) as db:
            export(Results(db, run), target)
        text = (target / (name + ".csv")).read_text("utf-8")
        return list(csv.DictReader(StringIO(text)))

    def runs(self) -> int:
        """How many runs the record has."""
        with closing(sqlite3.connect(self._record)) as db:
            return int(db.execute("SELECT count(*) FROM runs").fetchone()[0])

    def rows(self, run: int) -> list[tuple[object, ...]]:
        """What the record has of a run, but its number, when, and how long it took."""
        return seen_in(self._record, run)

    @property
    def _record(self) -> Path:
        return self.host.folders.results / FILE_NAME


def seen_in(record: Path, run: int) -> list[tuple[object, ...]]:
    """What a record has of a run, but its number, when, and how long it took."""
    with closing(sqlite3.connect(record)) as db:
        return [row for what in _SEEN for row in db.execute(what, (run,))]


_SEEN = (
    """SELECT sha256, status, reason, frames_decoded, scores, motion, visible
    FROM analyses WHERE run = ? ORDER BY sha256""",
    """SELECT sha256, encounter, first_frame, last_frame, label, score, max_n, status
    FROM encounters WHERE run = ? ORDER BY sha256, encounter""",
    """SELECT sha256, frame, number, label, score, x, y, species FROM detections
    WHERE run = ? ORDER BY sha256, frame, number""",
)
