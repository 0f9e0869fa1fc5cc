"""The cameras' logs in the record: warnings and errors that came with the archives.

Every archive carries the whole log of its drive, so most lines arrive many times. Two
lines of the same camera, moment and words are one. The newest of each camera are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.record import rows
from analysis.record.columns import insert
from analysis.record.file.sqlite import Connection
from weir.log import LogLine

MOST_KEPT = 5000
"""How many lines are kept of one camera."""


def add(db: Connection, lines: Iterable[LogLine]) -> None:
    """Write lines that are not there yet, and drop the oldest.

    The caller has to begin and commit the transaction.
    """
    cameras = set()
    for line in lines:
        cameras.add((line.deployment, line.camera))
        db.execute(insert("log", instead="IGNORE"), rows.of_log(line))
    for camera in cameras:
        db.execute(
            "DELETE FROM log WHERE deployment = ? AND camera = ? AND at <="
            " (SELECT at FROM log WHERE deployment = ? AND camera = ?"
            " ORDER BY at DESC LIMIT 1 OFFSET ?)",
            (*camera, *camera, MOST_KEPT),
        )


def read(db: Connection) -> Iterator[LogLine]:
    """Yield every line that is kept, by deployment and camera, the newest first."""
    found = db.execute(
        "SELECT line FROM log ORDER BY deployment, camera, at DESC, line DESC"
    )
    for row in found:
        yield LogLine.from_json(row["line"], "the record")
