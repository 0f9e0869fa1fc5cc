"""What a verifier was asked about a clip, and answered, frame by frame."""

from __future__ import annotations

from typing import Optional

from analysis.record.columns import Row, insert
from analysis.record.file.sqlite import Connection
from analysis.values.verifying import Look, Verification

TABLES = (
    *("analyses", "encounters", "detections", "moments", "tracks"),
    "verified_frames",
)
"""The tables that a look at a clip has rows in."""


def put(db: Connection, sha256: str, run: int, done: Optional[Verification]) -> None:
    """Write what the verifier saw in each frame that it looked at, if there is one."""
    rows = [row_of(sha256, run, look) for look in done.looks] if done else []
    db.executemany(insert("verified_frames"), rows)


def row_of(sha256: str, run: int, look: Look) -> Row:
    """Return the row of ``verified_frames`` for a frame."""
    return {
        "sha256": sha256,
        "run": run,
        "frame": look.frame,
        "score": look.score,
        "boxes": len(look.boxes),
    }
