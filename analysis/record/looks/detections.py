"""Detections in the record: each target in each frame, looked at or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from analysis.record.clip import Clip
from analysis.record.columns import Row
from analysis.record.file.sqlite import Connection
from analysis.record.thresholds import kept
from analysis.values.job import Findings
from analysis.values.seen import LOOKED, Detection, Encounter


@dataclass(frozen=True)
class SeenDetection:
    """A detection with its clip, its frame and the encounter that it is part of.

    Attributes:
        encounter: None where it is in no encounter that is shown.
        track: the number of its track; None where it was not followed.
        reused: what it is of, where the detector did not look at its frame: see
            ``analysis.values.seen.LOOKED``.
    """

    clip: Clip
    frame: int
    detection: Detection
    encounter: Optional[Encounter]
    track: Optional[int] = None
    reused: int = LOOKED


def read(
    db: Connection, clip: Clip, bar: float, encounters: Sequence[Encounter]
) -> Iterator[SeenDetection]:
    """Yield the detections of one clip, counted or not.

    Args:
        db: the record.
        clip: the clip.
        bar: lower scores are left out.
        encounters: those of the clip that are shown.
    """
    rows = db.execute(
        "SELECT * FROM detections WHERE sha256 = ? AND run = ? AND score > ?"
        " ORDER BY frame, number",
        (clip.sha256, clip.run, bar),
    )
    for row in rows:
        frame, found = row["frame"], kept.detection_in(row)
        own = (e for e in encounters if e.first_frame <= frame <= e.last_frame)
        yield SeenDetection(
            clip, frame, found, next(own, None), row["track"], row["reused"]
        )


def rows_of(sha256: str, run: int, findings: Findings) -> list[Row]:
    """Return the rows of ``detections``, numbered in each frame from 0."""
    rows: list[Row] = []
    frame_before, number = -1, 0
    reused = findings.reused
    tracks = findings.track_of or (0,) * len(findings.detections)
    above = ((*one, track or None) for one, track in zip(findings.detections, tracks))
    lower = ((*one, None) for one in findings.lower)
    for frame, d, track in sorted((*above, *lower), key=lambda one: one[0]):
        number = number + 1 if frame == frame_before else 0
        frame_before = frame
        rows.append(
            {
                "sha256": sha256,
                "run": run,
                "frame": frame,
                "number": number,
                "label": d.label,
                "score": d.score,
                "x": d.box.x if d.box else None,
                "y": d.box.y if d.box else None,
                "width": d.box.width if d.box else None,
                "height": d.box.height if d.box else None,
                "species": d.species,
                "species_score": d.species_score,
                "track": track,
                "reused": LOOKED if reused is None else int(reused[frame]),
            }
        )
    return rows
