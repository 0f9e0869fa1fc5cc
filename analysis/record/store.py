"""The record: ``results/weir.sqlite``, where each clip is written whole or not at all.

A clip is keyed by the sha256 of its bytes and by the run. So the same clip in two
archives counts once, and a crash repeats work but never doubles a row. People read a
copy: see ``analysis.record.file.publication``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

from analysis import DecoderError, ModelError, NoWorkers, StoreError
from analysis.record import cliprows, logbook, rows, times
from analysis.record.columns import insert
from analysis.record.copies import prints
from analysis.record.copies.copies import Copies
from analysis.record.file import sqlite
from analysis.record.file.recordfile import RecordFile
from analysis.record.file.sqlite import Row
from analysis.record.looks import (
    detections,
    doubts,
    moments,
    pictures,
    tracks,
    verified,
)
from analysis.record.looks.pictures import Pictures
from analysis.record.runs import identity
from analysis.record.runs.reuse import Reuse
from analysis.values.beginning import Beginning
from analysis.values.job import Findings
from analysis.values.record import ArchiveRecord, ClipRecord, Outcome, UnreadMember
from weir.effort import EffortLine
from weir.log import LogLine
from weir.sidecar import Sidecar


class Store:
    """The record, open for writing by a process of the service.

    Args:
        path: the SQLite file; made when it is not there.
        beside: whether the daemon may have it open meanwhile; see ``RecordFile``.

    Raises:
        StoreError: it is no record of Weir's, or a newer one, or damaged.
    """

    def __init__(self, path: Path, *, beside: bool = False) -> None:
        self.path = path
        self._file = RecordFile(path, beside=beside)
        self._db = self._file.db
        self._closed, self._changes = False, 0

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    @property
    def changes(self) -> int:
        """A number that grows with what is written, here or by another process."""
        if self._closed:
            return self._changes
        others = self._db.execute("PRAGMA data_version").fetchone()[0]
        return int(self._db.total_changes + others)

    def check(self) -> None:
        """Make sure that the record is still the file that was written to.

        Raises:
            StoreError: the record was moved, replaced or cut off.
        """
        self._file.check()

    def close(self) -> None:
        """Close the record; what is not committed is lost."""
        self._changes, self._closed = self.changes, True
        self._file.close()

    def run(self, settings: Mapping[str, Any], now: datetime) -> int:
        """Return the number of the run with these settings, which may be a new one."""
        with self._file.transaction() as db:
            known = identity.find(db, settings)
            if known is not None:
                return known
            made = db.execute(insert("runs"), rows.of_run(settings, now))
            return int(made.lastrowid or 0)

    def looks(self, run: int) -> int:
        """Return how many clips a run has looked at."""
        found = "SELECT count(*) FROM analyses WHERE run = ?"
        return int(self._db.execute(found, (run,)).fetchone()[0])

    def status_of(self, sha256: str) -> str:
        """Return a clip's status in its newest run.

        Returns:
            The status; an empty text if the clip is unknown.
        """
        row = self.newest(sha256)
        return str(row["status"]) if row else ""

    def newest(self, sha256: str) -> Optional[Row]:
        """Return a clip's status and sums in its newest run.

        Returns:
            Its row; None if the clip is unknown.
        """
        row: Optional[Row] = self._db.execute(
            "SELECT run, status, reason, frames_decoded, fish_frames FROM analyses"
            " WHERE sha256 = ? ORDER BY committed DESC, run DESC",
            (sha256,),
        ).fetchone()
        return row

    def possible_stumps(self, size: int) -> dict[str, int]:
        """Return the length of each shorter clip that may not be whole, by its sha256.

        Of a clip that ends in zeros, both are those of what comes before the zeros.

        Args:
            size: only clips with fewer bytes than this are returned.
        """
        return prints.possible_stumps(self._db, size)

    def commit(
        self,
        clip: ClipRecord,
        run: int,
        outcome: Outcome,
        now: datetime,
        *,
        beginning: Optional[Beginning] = None,
    ) -> None:
        """Write a clip and all that was seen in it, in one transaction.

        It is the clip's first look; of one that is looked at again, see ``add_look``.

        Snapshots are written before it, under names that depend on the clip and the run
        alone: where the work is repeated, they are overwritten.

        Args:
            clip: what is known of the clip besides what was seen in it.
            run: the run that looked at it.
            outcome: what became of it in this run.
            now: the present moment.
            beginning: its first bytes' marks; None where nobody read the bytes.
        """
        self._file.check()
        drawn = pictures.write(self.path.parent, clip, run, outcome.findings)
        with self._file.transaction():
            cliprows.put(self._db, clip, now)
            self._put_look(clip, run, outcome, drawn, now)
            if beginning:
                prints.put(self._db, clip, beginning, outcome)
            times.use_told(self._db, clip.sha256)

    def add_look(
        self, clip: ClipRecord, run: int, outcome: Outcome, now: datetime
    ) -> None:
        """Write, as ``commit`` does, what was seen in a clip, and change no clip."""
        self._file.check()
        drawn = pictures.write(self.path.parent, clip, run, outcome.findings)
        with self._file.transaction():
            self._put_look(clip, run, outcome, drawn, now)

    @property
    def times(self) -> times.Times:
        """What people told of starts."""
        return times.Times(self._file)

    def learn(self, clip: ClipRecord, now: datetime) -> bool:
        """Take a sidecar that came after its clip.

        The first sidecar that names the clip's bytes is taken whole. After that only a
        corrected start is taken, because whoever may drop a file must not be able to
        change whose clip it is. A clip with fewer frames than its sidecar says becomes
        ``salvaged``.

        Returns:
            True if the sidecar changed something.
        """
        with self._file.transaction() as db:
            return cliprows.learn(db, clip, now)

    def clip(self, sha256: str) -> ClipRecord:
        """Return what is known of a clip that is in the record."""
        return cliprows.record_of(self._db, sha256)

    def sidecar_of(self, sha256: str) -> Optional[Sidecar]:
        """Return the sidecar of the clip with this sha256.

        Returns:
            The sidecar; None if none has come.
        """
        return cliprows.sidecar_of(self._db, sha256)

    @property
    def copies(self) -> Copies:
        """What clips are recognised by in other copies."""
        return Copies(self._file)

    @property
    def reuse(self) -> Reuse:
        """What ``reuse_below = "auto"`` came to."""
        return Reuse(self._file)

    def add_effort(self, lines: Iterable[EffortLine]) -> int:
        """Take the lines of a ledger.

        The later line of a slot replaces the earlier one. But a line without footage
        never replaces one with footage: an older ledger may come after a newer one.

        Returns:
            The number of lines that said something new.
        """
        before = self._db.total_changes
        with self._file.transaction():
            self._db.executemany(
                insert("effort") + " ON CONFLICT (deployment, camera, planned_start)"
                " DO UPDATE SET date = excluded.date,"
                " planned_s = excluded.planned_s, filmed_s = excluded.filmed_s,"
                " line = excluded.line WHERE line <> excluded.line"
                " AND (excluded.filmed_s > 0 OR filmed_s = 0)",
                [rows.of_effort(line) for line in lines],
            )
        return self._db.total_changes - before

    def add_log(self, lines: Iterable[LogLine]) -> None:
        """Take the lines of a camera's log; those that are known change nothing."""
        with self._file.transaction():
            logbook.add(self._db, lines)

    def add_archive(self, archive: ArchiveRecord) -> None:
        """Write down a delivery whose work is finished."""
        with self._file.transaction():
            self._db.execute(
                insert("archives", instead="REPLACE"), rows.of_delivery(archive)
            )

    def add_unread(self, members: Iterable[UnreadMember]) -> None:
        """Write down what a delivery brought and nobody understood."""
        with self._file.transaction():
            self._db.executemany(
                insert("unread", instead="REPLACE"), map(rows.of_unread, members)
            )

    def _put_look(
        self,
        clip: ClipRecord,
        run: int,
        outcome: Outcome,
        drawn: Pictures,
        now: datetime,
    ) -> None:
        """Write how a clip ended in a run; it replaces what was written before."""
        for table in verified.TABLES:
            self._db.execute(
                f"DELETE FROM {table} WHERE sha256 = ? AND run = ?",  # noqa: S608 - its parts are texts of this package
                (clip.sha256, run),
            )
        known = {"max_n": None} if identity.cannot_count(self._db, run) else {}
        look = rows.of_analysis(clip, run, outcome, now)
        self._db.execute(insert("analyses"), {**look, **known})
        met = outcome.findings.kept if outcome.findings else ()
        encounters = rows.of_encounters(clip, run, met, drawn.encounters)
        self._db.executemany(
            insert("encounters"), ({**row, **known} for row in encounters)
        )
        if outcome.findings:
            self._put_findings(clip, run, outcome.findings, drawn)

    def _put_findings(
        self, clip: ClipRecord, run: int, findings: Findings, drawn: Pictures
    ) -> None:
        of = self._db, clip.sha256, run
        doubts.put(*of, findings.model_doubt)
        detections.put(*of, findings)
        moments.put(*of, findings.moments, drawn.moments)
        tracks.put(*of, findings.tracks)
        verified.put(*of, findings.verification)


def is_grave(exc: BaseException) -> bool:
    """Whether the record, the models or the workers failed, not just one delivery."""
    if isinstance(exc, sqlite.Error):
        return not isinstance(exc, sqlite.ERRORS_OF_DATA)
    return isinstance(exc, (DecoderError, ModelError, NoWorkers, StoreError))
