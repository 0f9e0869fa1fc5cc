"""What people told of starts: kept for good, and used for clips without a sidecar.

A line tells when a clip starts, by its sha256 or by its name. It is used for a clip
that is in the record, and for one that comes later. A name alone is used where it
means one clip. The newest line counts; what it said is taken back by a line without a
start.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Callable

from analysis.record import rows
from analysis.record.columns import insert
from analysis.record.file.recordfile import RecordFile
from analysis.record.file.sqlite import Connection, Row
from analysis.values.start import TIMES, UNKNOWN, Start, ToldTime
from weir.clip import composed

StartOf = Callable[[str, str], Start]
"""Says when a clip starts, by its path and by what its container says."""


@dataclass(frozen=True)
class Corrected:
    """A clip whose start has changed.

    Attributes:
        start: as UTC text; empty where it is unknown now.
        start_from: what says it.
    """

    clip: str
    start: str
    start_from: str


class Times:
    """The table ``times``, and the starts of the clips that have no sidecar.

    Args:
        file: the record, open for writing.
    """

    def __init__(self, file: RecordFile) -> None:
        self._file = file

    def tell(
        self, lines: Iterable[ToldTime], scope: str, now: datetime
    ) -> tuple[list[Corrected], list[str]]:
        """Take lines of a table of times.

        Args:
            lines: what was told.
            scope: the delivery or folder whose clips it is about; empty for all.
            now: the present moment.

        Returns:
            The clips whose start has changed, and what could not be used.
        """
        corrected: list[Corrected] = []
        problems: list[str] = []
        with self._file.transaction() as db:
            for line in lines:
                clips = _clips_of(db, line, scope)
                if line.start.moment is None:
                    corrected += _take_back(db, line, scope, clips)
                elif len(clips) > 1:
                    problems.append(
                        f"{len(clips)} clips are called {line.clip}: say in a column"
                        " sha256 which is meant"
                    )
                else:
                    row = rows.of_time(line, scope, now)
                    db.execute(insert("times", instead="REPLACE"), row)
                    corrected += _use(db, line, clips)
                    if any(clip["sidecar_start"] for clip in clips):
                        problems.append(f"{line.clip}: the start of its sidecar holds")
        return corrected, problems

    def fill(self, start_of: StartOf, deployment: str) -> list[Corrected]:
        """Look again for the start of each clip that has none.

        Args:
            start_of: finds it out by name, folder and container.
            deployment: only clips of this one are looked at.

        Returns:
            The clips whose start is known now.
        """
        corrected = []
        with self._file.transaction() as db:
            found = db.execute(
                "SELECT sha256, clip, archive, source, made, date FROM clips"
                " WHERE start = '' AND deployment = ?",
                (deployment,),
            )
            for row in found.fetchall():
                path = row["source"] or f"{row['archive']}/{row['clip']}"
                start = start_of(path, row["made"])
                if start.moment or start.date_text not in ("", row["date"]):
                    corrected += _set(db, row, start)
        return [clip for clip in corrected if clip.start]


def use_told(db: Connection, sha256: str) -> None:
    """Give a clip that has come the start that was told of it, if it has no sidecar."""
    clip = _clips(db, "sha256 = ?", sha256)[0]
    found = db.execute(
        "SELECT * FROM times WHERE name = ? ORDER BY told DESC, sha256 DESC",
        (composed(clip["clip"]),),
    )
    for row in found.fetchall():
        start = rows.start_in(row)
        line = ToldTime(row["clip"], start, row["sha256"])
        clips = _clips_of(db, line, row["scope"])
        if [each["sha256"] for each in clips] == [sha256]:
            _use(db, line, clips)
            return


def _clips_of(db: Connection, line: ToldTime, scope: str) -> list[Row]:
    """Return the clips that a line means, without those that another stands for."""
    if line.sha256:
        return _clips(db, "sha256 = ?", line.sha256)
    name = PurePosixPath(line.clip).name
    same = _clips(
        db,
        "begins = '' AND superseded_by = '' AND clip IN (?, ?)",
        unicodedata.normalize("NFC", name),
        unicodedata.normalize("NFD", name),
    )
    return [row for row in same if _is_meant(row, line.clip, scope)]


def _clips(db: Connection, condition: str, *values: str) -> list[Row]:
    wanted = f"SELECT * FROM clips WHERE {condition}"  # noqa: S608 - a text of this module
    return db.execute(wanted, values).fetchall()


def _is_meant(row: Row, clip: str, scope: str) -> bool:
    """Whether a clip lies in the scope, at the path that was told."""
    source = composed(row["source"] or f"{row['archive']}/{row['clip']}".lstrip("/"))
    inside = source.startswith(scope + "/") if scope else True
    return inside and ("/" + source).endswith("/" + clip)


def _take_back(
    db: Connection, line: ToldTime, scope: str, clips: list[Row]
) -> list[Corrected]:
    """Forget what was told of a clip."""
    name = PurePosixPath(line.clip).name
    db.execute(
        "DELETE FROM times WHERE name = ? AND (? IN ('', sha256))"
        " AND (? IN ('', scope))",
        (name, line.sha256, scope),
    )
    told = [clip for clip in clips if clip["start_from"] == TIMES]
    return [fixed for clip in told for fixed in _set(db, clip, UNKNOWN)]


def _use(db: Connection, line: ToldTime, clips: list[Row]) -> list[Corrected]:
    free = [clip for clip in clips if not clip["sidecar_start"]]
    return [fixed for clip in free for fixed in _set(db, clip, line.start)]


def _set(db: Connection, clip: Row, start: Start) -> list[Corrected]:
    """Write when a clip starts; return it if that changes anything."""
    values = (start.moment_text, start.source, start.utc_offset, start.date_text)
    changed = db.execute(
        "UPDATE clips SET start = ?, start_from = ?, utc_offset = ?, date = ?"
        " WHERE sha256 = ? AND (start, start_from, utc_offset, date) <> (?, ?, ?, ?)",
        (*values, clip["sha256"], *values),
    )
    if not changed.rowcount:
        return []
    return [Corrected(clip["clip"], start.moment_text, start.source)]


def told_times(db: Connection) -> list[tuple[ToldTime, str]]:
    """Return everything that was told, with its scope, by the clip's name."""
    found = db.execute("SELECT * FROM times ORDER BY name, scope, clip, sha256")
    return [
        (ToldTime(row["clip"], rows.start_in(row), row["sha256"]), row["scope"])
        for row in found
    ]
