"""What the record keeps of one look at a clip, above the threshold and below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from analysis.record.file.sqlite import Connection, Row
from analysis.values.facts import CLASSIFIER
from analysis.values.job import Flags
from analysis.values.joining import frames_in
from analysis.values.seen import LOOKED, Box, Detection, Encounter
from analysis.values.verifying import DETECTOR, VERIFIER

SHOWN = f"(found_by = '{VERIFIER}' OR (found_by = '{DETECTOR}' AND score > ?))"
"""SQL: whether a row of ``detections`` is a target, where the detector's threshold is
the question mark. A verifier's are above its own threshold, or are not kept."""


@dataclass(frozen=True)
class Kept:
    """What a run keeps of a clip.

    Attributes:
        settings: the run's.
        encounters: each with the path of its picture, in the order of their frames.
            Those below the threshold are among them.
        frames, scores: (targets,) int64 and float64: the frame of each target, and its
            score; in order, best first in a frame. Those below the threshold are among
            them.
        labels: of each target, what the detector calls it. A verifier's are not here.
        trusted: (frames,) bool, False for a picture that damage may have spoilt; None
            where all are trusted.
        reused: of each target, whether nobody looked at its frame.
        gap_frames: how many frames without a target do not end an encounter.
    """

    settings: Mapping[str, Any]
    encounters: tuple[tuple[Encounter, str], ...]
    frames: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]
    labels: tuple[str, ...]
    trusted: Optional[Flags]
    reused: Flags
    gap_frames: int


def read(db: Connection, settings: Mapping[str, Any], sha256: str, run: int) -> Kept:
    """Read what a run keeps of a clip."""
    of = (sha256, run)
    encounters = db.execute(
        "SELECT * FROM encounters WHERE sha256 = ? AND run = ?"
        " ORDER BY first_frame, encounter",
        of,
    )
    targets = db.execute(
        "SELECT frame, score, label, reused FROM detections"
        " WHERE sha256 = ? AND run = ? AND found_by <> ? ORDER BY frame, number",
        (*of, VERIFIER),
    ).fetchall()
    look = db.execute(
        "SELECT framerate, trusted FROM analyses WHERE sha256 = ? AND run = ?", of
    ).fetchone()
    gap_s = settings.get("encounter_gap_s", 0)
    trusted = look["trusted"]
    return Kept(
        settings,
        tuple((encounter_in(row), row["snapshot"]) for row in encounters),
        np.array([row[0] for row in targets], np.int64),
        np.array([row[1] for row in targets], np.float64),
        tuple(row[2] for row in targets),
        None if trusted is None else np.frombuffer(trusted, np.bool_),
        np.array([row[3] != LOOKED for row in targets], np.bool_),
        frames_in(gap_s, look["framerate"]),
    )


def own_threshold(settings: Mapping[str, Any]) -> float:
    """Return the threshold that a run counted with."""
    return float(settings["detector"].get("threshold", 0.0))


def floor_of(settings: Mapping[str, Any], kept_above: Optional[float]) -> float:
    """Return the score above which all is kept of a clip.

    Args:
        settings: those of the run.
        kept_above: the clip's; None where nothing below the threshold was kept.
    """
    threshold = own_threshold(settings)
    return threshold if kept_above is None else min(threshold, kept_above)


def bar(settings: Mapping[str, Any], threshold: Optional[float]) -> float:
    """Return the number that a stored score must be above to count.

    Boxes are compared as float32, as their scores are; whole frames are not.

    Args:
        settings: those of the run.
        threshold: None for the run's own.
    """
    if threshold is None:
        threshold = own_threshold(settings)
    is_whole = settings["detector"].get("kind", CLASSIFIER) == CLASSIFIER
    return threshold if is_whole else float(np.float32(threshold))


def encounter_in(row: Row) -> Encounter:
    """Return the encounter in a row of ``encounters``."""
    return Encounter(
        number=row["encounter"],
        first_frame=row["first_frame"],
        last_frame=row["last_frame"],
        best_frame=row["best_frame"],
        label=row["label"],
        score=row["score"],
        species=row["species"],
        species_score=row["species_score"],
        max_n=row["max_n"],
        status=row["status"],
        uniqueness=row["uniqueness"],
        background_score=row["background_score"],
        zoom_gain=row["zoom_gain"],
        elongation=row["elongation"],
        decided_by=row["decided_by"],
        would_be=row["would_be"],
        outline=row["outline"],
    )


def detection_in(row: Row) -> Detection:
    """Return the detection in a row of ``detections``."""
    box = None
    if row["x"] is not None:
        box = Box(row["x"], row["y"], row["width"], row["height"])
    return Detection(
        row["label"], row["score"], box, row["species"], row["species_score"]
    )
