"""What is drawn into the frames of a moment, and where its footage lies."""

from __future__ import annotations

import json
from collections.abc import Iterator

from analysis.record.file.sqlite import Connection
from analysis.record.thresholds.kept import SHOWN
from analysis.values.seen import BETWEEN, Box, Detection


def boxes(
    db: Connection, sha256: str, run: int, frames: tuple[int, int], above: float
) -> Iterator[tuple[int, Detection]]:
    """Yield the boxes from one frame to another, each with its frame.

    Between the frames of ``sample_fps`` a fish swims on, and nobody knows where to.

    Args:
        db: the record.
        sha256, run: the clip and the run that saw them.
        frames: the first and the last frame.
        above: lower scores are left out.
    """
    rows = db.execute(
        "SELECT * FROM detections WHERE sha256 = ? AND run = ? AND x IS NOT NULL"  # noqa: S608 - its parts are texts of this package
        f" AND frame BETWEEN ? AND ? AND {SHOWN} AND reused <> ?"
        " ORDER BY frame, number",
        (sha256, run, *frames, above, BETWEEN),
    )
    for row in rows:
        box = Box(row["x"], row["y"], row["width"], row["height"])
        name = row["species"] or row["label"]
        yield row["frame"], Detection(name, row["score"], box)


def rotation(db: Connection, run: int) -> int:
    """Return by how many degrees a run turned the frames before it looked."""
    row = db.execute("SELECT settings FROM runs WHERE id = ?", (run,)).fetchone()
    return int(json.loads(row["settings"]).get("rotate", 0))


def is_even(db: Connection, sha256: str, run: int) -> bool:
    """Whether the frames of a clip follow each other evenly, as far as is known."""
    found = "SELECT times IS NULL AS even FROM analyses WHERE sha256 = ? AND run = ?"
    row = db.execute(found, (sha256, run)).fetchone()
    return row is not None and bool(row["even"])


def sources(db: Connection) -> dict[str, tuple[str, str]]:
    """Return when each clip came, and its path below the inbox, by its sha256."""
    rows = db.execute("SELECT sha256, received, source FROM clips")
    return {row["sha256"]: (row["received"], row["source"]) for row in rows}
