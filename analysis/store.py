"""The record: ``results/weir.sqlite``, where each clip is written whole or not at all.

A clip is keyed by the sha256 of its bytes and by the run, so that the same clip in two
archives counts once and a crash repeats work but never doubles a row. The file is in
WAL mode: people read it while the daemon writes.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

from analysis import ModelError, NoWorkers, StoreError, logbook, rows
from analysis.beginning import LEAST_BYTES, Beginning
from analysis.planted import check_journals, note_closed
from analysis.record import ArchiveRecord, ClipRecord, Outcome, snapshot_name
from analysis.result import ClipResult
from analysis.schema import MIGRATIONS
from analysis.values import ANALYSED, SALVAGED
from weir import __version__
from weir.archive import NOT_AS_FILMED
from weir.clock import format_utc
from weir.effort import EffortLine
from weir.log import LogLine
from weir.sidecar import Sidecar

Connection = sqlite3.Connection
Row = sqlite3.Row

FILE_NAME = "weir.sqlite"
_BUSY_S = 30


class Store:
    """The record, open for writing by the one process that owns the folder.

    Args:
        path: the SQLite file; made when it is not there.

    Raises:
        StoreError: it is no record of Weir's, or a newer one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        check_journals(path)
        self._db = sqlite3.connect(str(path), timeout=_BUSY_S, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate()
        except BaseException as exc:
            self._db.close()
            if isinstance(exc, sqlite3.DatabaseError) and not is_full(exc):
                raise StoreError(f"{path}: is no record of Weir's ({exc})") from exc
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what is not committed was never begun."""
        self._db.close()
        note_closed(self.path)

    def run(self, settings: Mapping[str, Any], now: datetime) -> int:
        """The run of these settings; a new one when nobody looked this way before."""
        text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
        key = hashlib.sha256(text.encode()).hexdigest()
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO runs (key, started, software, settings)"
                " VALUES (?, ?, ?, ?)",
                (key, format_utc(now), f"weir {__version__}", text),
            )
            row = self._db.execute("SELECT id FROM runs WHERE key = ?", (key,))
            return int(row.fetchone()[0])

    def status_of(self, sha256: str) -> str:
        """How a clip of these bytes ended in its newest run; empty when unknown."""
        row = self.newest(sha256)
        return str(row["status"]) if row else ""

    def newest(self, sha256: str) -> Optional[Row]:
        """How a clip stands by its newest run, and its sums; None when unknown."""
        row: Optional[Row] = self._db.execute(
            "SELECT status, reason, frames_decoded, fish_frames FROM analyses"
            " WHERE sha256 = ? ORDER BY committed DESC, run DESC",
            (sha256,),
        ).fetchone()
        return row

    def possible_stumps(self, size: int) -> dict[str, int]:
        """Clips shorter than that which may not be whole: sha256 and length."""
        found = self._db.execute(
            # Without a sidecar there is no start, and sidecars are long to read.
            "SELECT sha256, bytes FROM clips WHERE bytes < ? AND (start = ''"
            " OR sha256 IN (SELECT sha256 FROM analyses WHERE status = ?))"
            # Every clip begins with nothing, and with the few bytes before a frame.
            " AND (bytes >= ? OR sha256 IN"
            " (SELECT sha256 FROM analyses WHERE frames_decoded > 0))",
            (size, SALVAGED, LEAST_BYTES),
        )
        return {row["sha256"]: row["bytes"] for row in found}

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

        Snapshots are written first, under names that are the same when this is done
        again.

        Args:
            beginning: of its bytes; None when nobody read them.
        """
        result = outcome.result
        snapshots = self._write_snapshots(clip, run, result)
        with self._transaction():
            self._put_clip(clip, now)
            for table in ("analyses", "encounters", "detections"):
                self._db.execute(
                    f"DELETE FROM {table} WHERE sha256 = ? AND run = ?",  # noqa: S608
                    (clip.sha256, run),
                )
            self._db.execute(
                "INSERT INTO analyses VALUES"
                " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows.of_analysis(clip, run, outcome, now),
            )
            if result:
                self._put_result(clip, run, result, snapshots)
            if beginning:
                self._put_beginning(clip, beginning)

    def sidecar_of(self, sha256: str) -> Optional[Sidecar]:
        """The sidecar that is known of the clip of these bytes; None without one."""
        row = self._db.execute(
            "SELECT sidecar FROM clips WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return Sidecar.from_json(row[0], "the record") if row and row[0] else None

    def learn(self, clip: ClipRecord, now: datetime) -> bool:
        """Take what a sidecar says that came after its clip.

        One that was missing is taken whole, once, for the bytes that it names. After
        that only a corrected start is: whoever may drop a file must not be able to
        rewrite whose clip it is. When a sidecar tells of more than the clip has, what
        was analysed was only salvaged.

        Returns:
            True if there was news in it.
        """
        if clip.sidecar is None or not self._is_known(clip.sha256):
            return False
        known = self.sidecar_of(clip.sha256)
        with self._transaction():
            if clip.has_own_sidecar and (known is None or known.sha256 != clip.sha256):
                self._put_clip(clip, now)
                self._judge(clip)
                return True
            if known and _corrects(clip.sidecar, known):
                start = clip.sidecar.corrected_start
                self._correct(clip, replace(known, corrected_start=start))
                return True
        return False

    def add_effort(self, lines: Iterable[EffortLine]) -> int:
        """Take the lines of a ledger; the number of those that say something new.

        Of two lines of a slot the later one holds, but one without footage is never
        news of a slot that was filmed: an older ledger may come after a newer one.
        """
        before = self._db.total_changes
        with self._transaction():
            self._db.executemany(
                "INSERT INTO effort VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (deployment, camera, planned_start)"
                " DO UPDATE SET date = excluded.date,"
                " planned_s = excluded.planned_s, filmed_s = excluded.filmed_s,"
                " line = excluded.line WHERE line <> excluded.line"
                " AND (excluded.filmed_s > 0 OR filmed_s = 0)",
                [rows.of_effort(line) for line in lines],
            )
        return self._db.total_changes - before

    def add_log(self, lines: Iterable[LogLine]) -> None:
        """Take the lines of a camera's log; those that are known come for nothing."""
        with self._transaction():
            logbook.add(self._db, lines)

    def add_archive(self, archive: ArchiveRecord) -> None:
        """Note a delivery that was worked to its end."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO archives VALUES (?, ?, ?, ?, ?, ?)",
                astuple(archive),
            )

    def _migrate(self) -> None:
        version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self.path}: has format {version}, written by a newer Weir;"
                f" this one knows {len(MIGRATIONS)}"
            )
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            self._db.executescript(
                f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _write_snapshots(
        self, clip: ClipRecord, run: int, result: Optional[ClipResult]
    ) -> dict[int, str]:
        names = {}
        for number, data in (result.snapshots if result else {}).items():
            names[number] = snapshot_name(clip.clip, clip.sha256, run, number)
            file = self.path.parent / names[number]
            file.parent.mkdir(exist_ok=True)
            # Not synced one by one: a snapshot can be made again from the clip.
            file.write_bytes(data)
        return names

    def _is_known(self, sha256: str) -> bool:
        found = self._db.execute("SELECT 1 FROM clips WHERE sha256 = ?", (sha256,))
        return found.fetchone() is not None

    def _put_clip(self, clip: ClipRecord, now: datetime) -> None:
        known = self.sidecar_of(clip.sha256)
        is_named = known is not None and known.sha256 == clip.sha256
        self._db.execute(
            "INSERT INTO clips VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')"
            " ON CONFLICT (sha256) DO UPDATE SET deployment = excluded.deployment,"
            " camera = excluded.camera, date = excluded.date, start = excluded.start,"
            " clock_synchronised = excluded.clock_synchronised,"
            " frames_expected = excluded.frames_expected,"
            " sidecar = excluded.sidecar, sidecar_start = excluded.sidecar_start"
            " WHERE ?",
            (*rows.of_clip(clip, now), clip.has_own_sidecar and not is_named),
        )
        self._db.execute(
            "UPDATE clips SET frames_expected = coalesce(?, frames_expected)"
            " WHERE sha256 = ? AND sidecar = ''",
            (clip.frames_expected, clip.sha256),
        )

    def _correct(self, clip: ClipRecord, sidecar: Sidecar) -> None:
        """Write down when a clip started after all, and nothing else."""
        self._db.execute(
            "UPDATE clips SET date = ?, start = ?, clock_synchronised = ?, sidecar = ?"
            " WHERE sha256 = ?",
            (
                sidecar.local_start.date().isoformat(),
                format_utc(sidecar.best_start),
                sidecar.clock_trusted,
                sidecar.to_json(),
                clip.sha256,
            ),
        )

    def _judge(self, clip: ClipRecord) -> None:
        """Hold what was analysed against a sidecar that names these bytes."""
        found = self._db.execute(
            "SELECT run, status, reason, frames_decoded FROM analyses"
            " WHERE sha256 = ? AND status IN (?, ?)",
            (clip.sha256, ANALYSED, SALVAGED),
        )
        for row in found.fetchall():
            # Another sidecar had called them damaged.
            if row["status"] == ANALYSED or row["reason"].startswith(NOT_AS_FILMED):
                faults = clip.faults(row["frames_decoded"])
                status = SALVAGED if faults else ANALYSED
                self._db.execute(
                    "UPDATE analyses SET status = ?, reason = ?"
                    " WHERE sha256 = ? AND run = ?",
                    (status, faults, clip.sha256, row["run"]),
                )

    def _put_beginning(self, clip: ClipRecord, beginning: Beginning) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO beginnings VALUES (?, ?)",
            (clip.sha256, beginning.marks),
        )
        whole = self._db.execute(
            "SELECT sha256 FROM beginnings JOIN clips USING (sha256)"
            " WHERE bytes > ? AND substr(marks, 1, ?) = ? ORDER BY bytes DESC",
            (clip.bytes, len(beginning.marks), beginning.marks),
        ).fetchone()
        pairs = [(clip.sha256, stump) for stump in beginning.stumps]
        if whole and beginning.marks:
            pairs.append((whole["sha256"], clip.sha256))
        self._db.executemany("UPDATE clips SET begins = ? WHERE sha256 = ?", pairs)

    def _put_result(
        self,
        clip: ClipRecord,
        run: int,
        result: ClipResult,
        snapshots: Mapping[int, str],
    ) -> None:
        self._db.executemany(
            "INSERT INTO encounters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows.of_encounters(clip, run, result.encounters, snapshots),
        )
        self._db.executemany(
            "INSERT INTO detections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows.of_detections(clip, run, result),
        )


def is_full(exc: BaseException) -> bool:
    """Whether an error of the record's is that the disk is full."""
    text = str(exc).lower()
    return isinstance(exc, sqlite3.Error) and (
        "disk is full" in text or "disk i/o error" in text
    )


def is_grave(exc: BaseException) -> bool:
    """Whether an error is no delivery's: the record, the models or the workers fail."""
    of_data = (
        sqlite3.DataError,
        sqlite3.IntegrityError,
        sqlite3.InterfaceError,
        sqlite3.ProgrammingError,
    )
    if isinstance(exc, sqlite3.Error):
        return not isinstance(exc, of_data)
    return isinstance(exc, (ModelError, NoWorkers, StoreError))


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """Open the record for reading, while the daemon runs and while it does not.

    A reader who may not write in the folder cannot make the files that WAL needs; when
    the daemon is not running and has left none, the file itself is all there is, and
    it is read as one that does not change.

    Raises:
        StoreError: there is none yet, or it cannot be read.
    """
    if not path.is_file():
        raise StoreError(f"{path}: there are no results yet")
    settled = not path.with_name(path.name + "-wal").exists()
    for option in ("", "&immutable=1") if settled else ("",):
        db = None
        try:
            db = _connect(f"{path.absolute().as_uri()}?mode=ro{option}")
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            break
        except sqlite3.DatabaseError as exc:
            if db is not None:
                db.close()
            problem = exc
    else:
        raise StoreError(f"{path}: cannot be read ({problem})")
    try:
        if version != len(MIGRATIONS):
            raise StoreError(
                f"{path}: has format {version}, expected {len(MIGRATIONS)};"
                " start the daemon once to bring it up to date"
            )
        yield db
    finally:
        db.close()


def _connect(uri: str) -> Connection:
    db = sqlite3.connect(uri, uri=True)
    db.row_factory = sqlite3.Row
    return db


def _corrects(sidecar: Sidecar, known: Sidecar) -> bool:
    """Whether a sidecar of the same bytes has the corrected start that was missing."""
    return (
        sidecar.sha256 == known.sha256
        and sidecar.corrected_start is not None
        and known.corrected_start is None
    )
