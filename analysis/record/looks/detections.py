"""Detections in the record: each target in each frame, looked at or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from analysis.record.clip import Clip
from analysis.record.columns import Row, insert
from analysis.record.file.sqlite import Connection
from analysis.record.thresholds import kept
from analysis.values.job import Findings
from analysis.values.seen import LOOKED, Detection, Encounter
from analysis.values.verifying import DETECTOR, OVERRULED, VERIFIER, Verification


@dataclass(frozen=True)
class SeenDetection:
    """A detection with its clip, its frame and the encounter that it is part of.

    Attributes:
        encounter: None where it is in no encounter that is shown.
        track: the number of its track; None where it was not followed.
        reused: what it is of, where the detector did not look at its frame: see
            ``analysis.values.seen.LOOKED``.
        found_by: detector or verifier.
    """

    clip: Clip
    frame: int
    detection: Detection
    encounter: Optional[Encounter]
    track: Optional[int] = None
    reused: int = LOOKED
    found_by: str = DETECTOR


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
        f"SELECT * FROM detections WHERE sha256 = ? AND run = ? AND {kept.SHOWN}"  # noqa: S608 - its parts are texts of this package
        " ORDER BY frame, number",
        (clip.sha256, clip.run, bar),
    )
    for row in rows:
        frame, found = row["frame"], kept.detection_in(row)
        own = (e for e in encounters if e.first_frame <= frame <= e.last_frame)
        yield SeenDetection(
            clip,
            frame,
            found,
            next(own, None),
            row["track"],
            row["reused"],
            row["found_by"],
        )


def put(db: Connection, sha256: str, run: int, findings: Findings) -> None:
    """Write what a run found in each frame of a clip."""
    db.executemany(insert("detections"), rows_of(sha256, run, findings))


def rows_of(sha256: str, run: int, findings: Findings) -> list[Row]:
    """Return the rows of ``detections``, numbered in each frame from 0."""
    rows: list[Row] = []
    frame_before, number = -1, 0
    reused = findings.reused
    tracks = findings.track_of or (0,) * len(findings.detections)
    done = findings.verification
    overruled = done.overruled if done else frozenset()

    def by(frame: int) -> str:
        return OVERRULED if frame in overruled else DETECTOR

    every = [
        (frame, found, track or None, by(frame))
        for (frame, found), track in zip(findings.detections, tracks)
    ]
    every += [(frame, found, None, by(frame)) for frame, found in findings.lower]
    every += _of_verifier(done) if done else ()
    for frame, d, track, found_by in sorted(every, key=lambda one: one[0]):
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
                "reused": LOOKED
                if reused is None or found_by == VERIFIER
                else int(reused[frame]),
                "found_by": found_by,
            }
        )
    return rows


def _of_verifier(
    done: Verification,
) -> list[tuple[int, Detection, Optional[int], str]]:
    boxes = ((look.frame, box) for look in done.looks for box in look.boxes)
    return [
        (frame, box, track or None, VERIFIER)
        for (frame, box), track in zip(boxes, done.tracks)
    ]
