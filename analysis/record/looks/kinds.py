"""The kinds in an encounter: who swam beside whom, by what the models said of each box.

A kind is a label and a species. It is *sure* if it was seen in three frames or more, or
in the only frame of its encounter, and its name scores above one half on average. What
is less may be a slip of the classifier in a few frames.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Optional

import numpy as np

from analysis.record.clip import Clip
from analysis.record.file.sqlite import Connection, Row
from analysis.record.thresholds.kept import SHOWN
from analysis.values.seen import COUNTED, Encounter
from analysis.values.verifying import VERIFIER

_LEAST_FRAMES = 3
_LEAST_SCORE = 0.5


@dataclass(frozen=True)
class SeenKind:
    """A kind in an encounter.

    Attributes:
        first_frame, last_frame: the first and the last frame that show it.
        best_frame: that of its encounter if it is in it, so that the encounter's
            picture shows it; else the one in which the detector is surest of it.
        frames: how many show it.
        score: the detector's, in the best frame.
        species_score: the mean score of its species; None without a classifier.
        max_n: the most of it in one frame.
        is_sure: whether it is more than a slip.
        is_pictured: whether the encounter's picture shows it.
    """

    label: str
    species: str
    first_frame: int
    last_frame: int
    best_frame: int
    frames: int
    score: float
    species_score: Optional[float]
    max_n: int
    is_sure: bool
    is_pictured: bool


class Kinds:
    """The kinds in the encounters of one clip.

    A model that judges whole frames tells no kinds apart. Frames that damage may have
    spoilt name nothing, nor do those that nobody looked at. Where a verifier decided
    that it counts, only what the verifier saw names anything.

    Args:
        db: the record.
        clip: the clip.
        bar: the score above which a detection counts.
    """

    def __init__(self, db: Connection, clip: Clip, bar: float) -> None:
        self._rows: list[Row] = []
        if not clip.can_count:
            return
        of = (clip.sha256, clip.run)
        found = db.execute(
            "SELECT frame, label, species, count(*) AS number, max(score) AS score,"  # noqa: S608 - its parts are texts of this package
            " avg(species_score) AS species_score, found_by FROM detections"
            f" WHERE sha256 = ? AND run = ? AND {SHOWN} AND NOT reused"
            " AND x IS NOT NULL"
            " GROUP BY frame, label, species ORDER BY frame, min(number)",
            (*of, bar),
        )
        trusted = db.execute(
            "SELECT trusted FROM analyses WHERE sha256 = ? AND run = ?", of
        ).fetchone()[0]
        sound = None if trusted is None else np.frombuffer(trusted, np.bool_)
        self._rows = [row for row in found if sound is None or sound[row["frame"]]]

    def within(self, encounter: Encounter) -> tuple[SeenKind, ...]:
        """Return the kinds in an encounter, those in most frames first."""
        kinds: dict[tuple[str, str], list[Row]] = defaultdict(list)
        frames = set()
        is_decided = encounter.decided_by == VERIFIER
        is_verified = is_decided and encounter.status == COUNTED
        for row in self._rows:
            if is_verified and row["found_by"] != VERIFIER:
                continue
            if encounter.first_frame <= row["frame"] <= encounter.last_frame:
                kinds[row["label"], row["species"]].append(row)
                frames.add(row["frame"])
        least = _LEAST_FRAMES if len(frames) > 1 else 1
        shown = encounter.best_frame
        found = (_kind(*kind, rows, least, shown) for kind, rows in kinds.items())
        return tuple(sorted(found, key=lambda kind: -kind.frames))


def _kind(
    label: str, species: str, rows: list[Row], least: int, shown: int
) -> SeenKind:
    is_pictured = any(row["frame"] == shown for row in rows)
    best = max(rows, key=lambda row: row["score"])
    named = [row["species_score"] for row in rows if row["species_score"] is not None]
    species_score = sum(named) / len(named) if named else None
    scores = named or [row["score"] for row in rows]
    return SeenKind(
        label=label,
        species=species,
        first_frame=rows[0]["frame"],
        last_frame=rows[-1]["frame"],
        best_frame=shown if is_pictured else best["frame"],
        frames=len(rows),
        score=best["score"],
        species_score=species_score,
        max_n=max(row["number"] for row in rows),
        is_sure=len(rows) >= least and sum(scores) / len(scores) > _LEAST_SCORE,
        is_pictured=is_pictured,
    )
