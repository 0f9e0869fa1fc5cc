"""The table of moments: what moved and was not called a target, ranked for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.record.clip import Clip
from analysis.record.columns import Row, insert
from analysis.record.file import sqlite
from analysis.record.file.sqlite import Connection
from analysis.values.seen import Box, Moment


@dataclass(frozen=True)
class SeenMoment:
    """A moment together with its clip.

    Attributes:
        snapshot: the path of its picture below results/.
        rank: from 1: which a person should look at first.
    """

    clip: Clip
    moment: Moment
    snapshot: str
    rank: int


def put(
    db: Connection,
    sha256: str,
    run: int,
    moments: Iterable[Moment],
    snapshots: Mapping[int, str],
) -> None:
    """Write the moments of a clip, each with the path of its picture by its number."""
    rows = [row_of(sha256, run, each, snapshots[each.number]) for each in moments]
    db.executemany(insert("moments"), rows)


def row_of(sha256: str, run: int, moment: Moment, snapshot: str) -> Row:
    """Return the row of ``moments`` for a moment that a run found in a clip.

    Args:
        sha256: the clip's.
        run: the run's number.
        moment: what was found.
        snapshot: the path of its picture below results/.
    """
    return {
        "sha256": sha256,
        "run": run,
        "moment": moment.number,
        "first_frame": moment.first_frame,
        "last_frame": moment.last_frame,
        "best_frame": moment.best_frame,
        "x": moment.box.x,
        "y": moment.box.y,
        "width": moment.box.width,
        "height": moment.box.height,
        "strength": moment.strength,
        "uniqueness": moment.uniqueness,
        "elongation": moment.elongation,
        "zoom_gain": moment.zoom_gain,
        "snapshot": snapshot,
        "outline": moment.outline,
    }


def read(db: Connection, clips: Iterable[Clip]) -> list[SeenMoment]:
    """Return the moments of clips, in the order of the clips and of time.

    Their ranks are among all of them, by how promising each is.
    """
    found = [
        (clip, _moment(row), row["snapshot"])
        for clip in clips
        for row in db.execute(
            "SELECT * FROM moments WHERE sha256 = ? AND run = ? ORDER BY moment",
            (clip.sha256, clip.run),
        )
    ]
    order = sorted(range(len(found)), key=lambda place: -found[place][1].weight)
    ranks = {place: rank for rank, place in enumerate(order, 1)}
    return [SeenMoment(*each, ranks[place]) for place, each in enumerate(found)]


def _moment(row: sqlite.Row) -> Moment:
    return Moment(
        number=row["moment"],
        first_frame=row["first_frame"],
        last_frame=row["last_frame"],
        best_frame=row["best_frame"],
        box=Box(row["x"], row["y"], row["width"], row["height"]),
        strength=row["strength"],
        uniqueness=row["uniqueness"],
        elongation=row["elongation"],
        zoom_gain=row["zoom_gain"],
        outline=row["outline"],
    )
