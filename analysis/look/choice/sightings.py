"""Sightings: what is kept of each frame of a clip, looked at or not.

A frame that was not looked at takes what is seen in the last one that was: score,
targets and their tracks. If less is seen in the next one, it takes that; so what is
seen begins and ends with frames that were looked at. Such a frame is marked as reused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Optional

import numpy as np

from analysis.look.choice.watch import Glance, rank_of
from analysis.look.tracks import Tracker
from analysis.models import Seen
from analysis.values.seen import BETWEEN, LOOKED, UNCHANGED, Detection, Track


class _Known(NamedTuple):
    """What is seen in a frame that was looked at.

    Attributes:
        rank: 2 for what counts, 1 for what is only kept, 0 for nothing.
        tracks: of each detection the number of its track.
    """

    score: float
    rank: int
    detections: tuple[Detection, ...]
    lower: tuple[Detection, ...]
    tracks: Sequence[int]


class Sightings:
    """Keeps what is seen in the frames of one clip, in order.

    Args:
        a_second: how many frames a second are due.
    """

    def __init__(self, a_second: float) -> None:
        self._tracker = Tracker(a_second)
        self._steps: list[int] = []
        self._scores: list[float] = []
        self._reused: list[int] = []
        self._detections: list[tuple[int, Detection]] = []
        self._lower: list[tuple[int, Detection]] = []
        self._track_of: list[int] = []
        self._last = _Known(0.0, 0, (), (), ())
        self._between: list[Glance] = []

    @property
    def detections(self) -> tuple[Detection, ...]:
        """What counts in the last frame that was looked at, named."""
        return self._last.detections

    @property
    def is_kept(self) -> bool:
        """Whether anything in it is kept, above the threshold or below it."""
        return self._last.rank > 0

    @property
    def between(self) -> list[int]:
        """The frames since that one."""
        return [glance.frame.index for glance in self._between]

    def pass_over(self, glance: Glance) -> None:
        """Take a frame that was not looked at."""
        self._between.append(glance)
        self._scores.append(self._last.score)
        self._reused.append(UNCHANGED if glance.is_due else BETWEEN)

    def look(
        self, glance: Glance, seen: Seen, detections: tuple[Detection, ...]
    ) -> None:
        """Take a frame that was looked at.

        Args:
            glance: the frame.
            seen: what the detector sees in it.
            detections: its targets, as the classifier names them.
        """
        frame = glance.frame
        rank = rank_of(seen)
        if self._between:
            self._settle(_Known(seen.score, rank, detections, seen.lower, ()))
        self._steps.append(frame.index)
        numbers = self._tracker.feed(
            len(self._steps) - 1, detections, frame.size, frame.mark
        )
        self._last = _Known(seen.score, rank, detections, seen.lower, numbers)
        self._scores.append(seen.score)
        self._reused.append(LOOKED)
        self._put(frame.index, self._last)

    def _settle(self, now: Optional[_Known]) -> None:
        """Decide what the frames since the last look take."""
        is_less = now is not None and now.rank < self._last.rank
        taken = now if now and is_less else self._last
        for glance in self._between:
            index = glance.frame.index
            self._scores[index] = taken.score
            if glance.is_due:
                self._steps.append(index)
            if taken is self._last:
                step = len(self._steps) - 1 if glance.is_due else None
                self._tracker.rest(taken.tracks, step)
            self._put(index, taken)
        self._between.clear()

    def _put(self, index: int, known: _Known) -> None:
        self._detections += [(index, each) for each in known.detections]
        self._lower += [(index, each) for each in known.lower]
        self._track_of += known.tracks or [0] * len(known.detections)

    def finish(self) -> dict[str, Any]:
        """End the clip, and return fields of its findings by their names."""
        self._settle(None)
        return {
            "scores": np.array(self._scores, np.float32),
            "reused": np.array(self._reused, np.uint8) if any(self._reused) else None,
            "detections": tuple(self._detections),
            "lower": tuple(self._lower),
            "track_of": tuple(self._track_of),
            "tracks": tuple(self._in_frames(each) for each in self._tracker.finish()),
        }

    def _in_frames(self, track: Track) -> Track:
        """Count a track's ends in frames again, and not in steps."""
        first, last = (
            self._steps[step] for step in (track.first_frame, track.last_frame)
        )
        return replace(track, first_frame=first, last_frame=last)
