"""The table of tracks: the individuals that were followed from frame to frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.record.clip import Clip
from analysis.record.columns import Row, insert
from analysis.record.file import sqlite
from analysis.record.file.sqlite import Connection
from analysis.values.seen import Box, Track

_SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True)
class SeenTrack:
    """A track together with its clip."""

    clip: Clip
    track: Track


def put(db: Connection, sha256: str, run: int, tracks: Iterable[Track]) -> None:
    """Write the individuals that a run followed in a clip."""
    db.executemany(insert("tracks"), [row_of(sha256, run, each) for each in tracks])


def row_of(sha256: str, run: int, track: Track) -> Row:
    """Return the row of ``tracks`` for an individual that a run followed in a clip."""
    return {
        "sha256": sha256,
        "run": run,
        "track": track.number,
        "label": track.label,
        "species": track.species,
        "first_frame": track.first_frame,
        "last_frame": track.last_frame,
        "frames": track.frames,
        "score": track.score,
        **{f"entry_{side}": getattr(track.entry, side) for side in _SIDES},
        **{f"exit_{side}": getattr(track.exit, side) for side in _SIDES},
    }


def read(db: Connection, clip: Clip) -> Iterator[SeenTrack]:
    """Yield the tracks of a clip, in the order of their first frames."""
    rows = db.execute(
        "SELECT * FROM tracks WHERE sha256 = ? AND run = ? ORDER BY track",
        (clip.sha256, clip.run),
    )
    return (SeenTrack(clip, _track_in(row)) for row in rows)


def _track_in(row: sqlite.Row) -> Track:
    return Track(
        number=row["track"],
        label=row["label"],
        species=row["species"],
        first_frame=row["first_frame"],
        last_frame=row["last_frame"],
        frames=row["frames"],
        score=row["score"],
        entry=Box(*(row[f"entry_{side}"] for side in _SIDES)),
        exit=Box(*(row[f"exit_{side}"] for side in _SIDES)),
    )
