"""The log of the camera's machines in the record: what their archives told of trouble.

Every archive carries the whole log of its drive, so most lines come again and again; a
line is known by its camera, moment and words. Of each camera the newest are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from weir.clock import format_utc
from weir.log import LogLine

if TYPE_CHECKING:
    from analysis.record.file.sqlite import Connection

MOST_KEPT = 5000
"""Lines of one camera."""


def add(db: Connection, lines: Iterable[LogLine]) -> None:
    """Take the lines of a log, within a transaction."""
    cameras = set()
    for line in lines:
        cameras.add((line.deployment, line.camera))
        db.execute(
            "INSERT OR IGNORE INTO log VALUES (?, ?, ?, ?)",
            (line.deployment, line.camera, format_utc(line.at), line.to_json()),
        )
    for camera in cameras:
        db.execute(
            "DELETE FROM log WHERE deployment = ? AND camera = ? AND at <="
            " (SELECT at FROM log WHERE deployment = ? AND camera = ?"
            " ORDER BY at DESC LIMIT 1 OFFSET ?)",
            (*camera, *camera, MOST_KEPT),
        )


def read(db: Connection) -> Iterator[LogLine]:
    """Every line that is kept, by deployment and camera, the newest first."""
    rows = db.execute(
        "SELECT line FROM log ORDER BY deployment, camera, at DESC, line DESC"
    )
    for row in rows:
        yield LogLine.from_json(row["line"], "the record")
