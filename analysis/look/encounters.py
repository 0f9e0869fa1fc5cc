"""Encounters: the frames that show one visit of fish are joined into one encounter.

A fish is new when the frame before had none. So consecutive frames with a target are
one encounter; a gap of up to ``encounter_gap_s`` does not end it. This is the rule of
the original system, and counts visits, not individuals. MaxN, the most targets in any
one frame, never counts an individual twice (Priede et al. 1994, Cappo et al. 2003, the
standard of baited and remote underwater video).

Damage may smear pictures until the next key picture. Such frames are not trusted: they
make no encounter by themselves, and neither name nor count what is in one. Where frames
are missing an encounter ends, because nobody knows what swam by.

Whether an encounter counts is judged later, by ``analysis.look.judgement``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
import numpy.typing as npt

from analysis.frames.condition import Mark
from analysis.values.seen import COUNTED, Detection, Encounter

_SOUND = Mark()


@dataclass(frozen=True)
class SeenFrame:
    """What was seen in one frame.

    Attributes:
        index: the frame's, from 0.
        detections: the targets, highest score first.
        species: (labels,) float32, the classifier's mean scores over the detections;
            None without a classifier.
        mark: whether it can be trusted, and whether frames are missing before it.
    """

    index: int
    detections: tuple[Detection, ...]
    species: Optional[npt.NDArray[np.float32]]
    mark: Mark = _SOUND


class EncounterBuilder:
    """Joins the frames of one clip, in order, into encounters.

    Args:
        gap_frames: how many frames without a target may lie within an encounter.
        species: the classifier's labels.

    Attributes:
        is_best: whether the last frame is the best one of its encounter so far.
    """

    def __init__(self, *, gap_frames: int, species: tuple[str, ...] = ()) -> None:
        self._gap_frames = gap_frames
        self._species = species
        self._open: list[SeenFrame] = []
        self._best = -1.0
        self._closed = 0
        self.is_best = False

    @property
    def number(self) -> int:
        """The number of the encounter that is open, or of the next one."""
        return self._closed + 1

    def feed(self, frame: SeenFrame) -> Optional[Encounter]:
        """Take the next frame.

        Returns:
            The encounter that is over now; None if none is.
        """
        self.is_best = False
        over = self.finish() if self._ends_at(frame) else None
        if frame.detections:
            self._open.append(frame)
            score = frame.detections[0].score
            if frame.mark.is_trusted and score > self._best:
                self._best, self.is_best = score, True
        return over

    def _ends_at(self, frame: SeenFrame) -> bool:
        """Whether the open encounter is over before this frame."""
        if not self._open:
            return False
        gap = frame.index - self._open[-1].index
        is_gone = not frame.detections and gap > self._gap_frames
        return is_gone or frame.mark.after_hole

    def finish(self) -> Optional[Encounter]:
        """End the open encounter; call this at the end of the clip too.

        Returns:
            The encounter; None if none was open, or none of its frames is trusted.
        """
        frames, self._open, self._best = self._open, [], -1.0
        trusted = [frame for frame in frames if frame.mark.is_trusted]
        if not trusted:
            return None
        self._closed += 1
        seen = self._close(trusted)
        first, last = frames[0].index, frames[-1].index
        return replace(seen, first_frame=first, last_frame=last)

    def _close(self, frames: list[SeenFrame]) -> Encounter:
        best = max(frames, key=lambda frame: frame.detections[0].score)
        species, species_score = self._name(frames)
        return Encounter(
            number=self._closed,
            first_frame=frames[0].index,
            last_frame=frames[-1].index,
            best_frame=best.index,
            label=_label(frames),
            score=best.detections[0].score,
            species=species,
            species_score=species_score,
            max_n=_max_n(frames),
            status=COUNTED,
        )

    def _name(self, frames: list[SeenFrame]) -> tuple[str, Optional[float]]:
        """Find the species with the highest mean score over the encounter's frames."""
        vectors = [frame.species for frame in frames if frame.species is not None]
        if not vectors:
            return "", None
        mean = np.mean(vectors, axis=0)
        winner = int(mean.argmax())
        return self._species[winner], float(mean[winner])


def _max_n(frames: list[SeenFrame]) -> Optional[int]:
    """Count the targets of the fullest frame; a model without boxes cannot."""
    if not all(found.box for frame in frames for found in frame.detections):
        return None
    return max(len(frame.detections) for frame in frames)


def _label(frames: list[SeenFrame]) -> str:
    """Find the label with the highest sum of scores; of equals, the first seen."""
    sums: dict[str, float] = defaultdict(float)
    for frame in frames:
        for detection in frame.detections:
            sums[detection.label] += detection.score
    return max(sums, key=lambda label: sums[label])
