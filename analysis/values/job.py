"""What a worker is asked, and what it answers: one clip's job and its findings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Optional

import numpy as np
import numpy.typing as npt

from analysis.config import AnalysisConfig
from analysis.values.facts import Facts
from analysis.values.seen import COUNTED, Detection, Encounter

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ClipJob:
    """What a worker is asked to do.

    Attributes:
        path: the clip's bytes, with the clip's ending.
        framerate: frames per second, where the sidecar says; None for what the
            container says, or what is assumed.
        config: how to look.
        require_motion: whether encounters in which nothing moves are static; decided
            once, for the run, where ``config`` may say "auto".
        models: the detector and the classifier as the run's record has them; None for
            whatever lies there.
    """

    path: Path
    framerate: Optional[float]
    config: AnalysisConfig
    require_motion: bool
    models: Optional[Facts] = None


@dataclass(frozen=True)
class Findings:
    """What was seen in a clip.

    Attributes:
        framerate: frames per second that times are reckoned by.
        size: width and height in pixels, after rotation.
        scores: (frames,) float32, the highest target score in each frame, 0 to 1.
        motion, detail: (frames,) float32, see ``analysis.look.water``.
        visible: (frames,) bool.
        detections: frame index and target, in order.
        snapshots: JPEG for each encounter number.
        seconds: that the work took.
        frames_expected: by the container; None when it does not say.
    """

    framerate: float
    size: tuple[int, int]
    scores: Scores
    motion: Scores
    detail: Scores
    visible: npt.NDArray[np.bool_]
    detections: tuple[tuple[int, Detection], ...]
    encounters: tuple[Encounter, ...]
    snapshots: dict[int, bytes]
    seconds: float
    frames_expected: Optional[int] = None

    @property
    def counted(self) -> tuple[Encounter, ...]:
        """The encounters that count."""
        return tuple(e for e in self.encounters if e.status == COUNTED)

    @cached_property
    def fish_frames(self) -> int:
        """Frames with a target that lie in a counted encounter."""
        frames = np.unique([frame for frame, _ in self.detections])
        # Encounters are in order and apart: each frame has one candidate.
        ends = np.array([-1, *(e.last_frame for e in self.counted)])
        starts = [e.first_frame for e in self.counted]
        return int((frames <= ends[np.searchsorted(starts, frames, "right")]).sum())

    @property
    def max_n(self) -> int:
        """The largest number of targets in one frame of a counted encounter."""
        return max((encounter.max_n for encounter in self.counted), default=0)
