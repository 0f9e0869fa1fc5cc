"""Made-up scores, as a detector gives them and as the record keeps them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.config import AnalysisConfig, DetectorConfig
from analysis.frames.condition import Mark
from analysis.frames.frames import Frame
from analysis.look.encounters import EncounterBuilder, SeenFrame
from analysis.look.lower import Lower
from analysis.models import Seen
from analysis.values.job import Findings
from analysis.values.record import Outcome
from analysis.values.seen import ANALYSED, Box, Detection, Encounter

NOTHING = np.zeros((2, 3, 3), np.uint8)
BOX = Box(0.1, 0.1, 0.2, 0.1)
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class MadeClip:
    """Frames in which up to three targets score, some of them damaged.

    Attributes:
        scores: (frames, 3) float32, best first.
        trusted: (frames,) bool.
        gap: how many frames may lie within an encounter.
    """

    scores: Scores
    trusted: npt.NDArray[np.bool_]
    gap: int = 0

    def seen(self, index: int, threshold: float) -> tuple[Detection, ...]:
        """The targets of a frame above a threshold."""
        label = ("fish", "eel")[index % 2]
        scores = map(float, self.scores[index])
        return tuple(Detection(label, s, BOX) for s in scores if s > threshold)

    def encounters(self, threshold: float) -> list[Encounter]:
        """What a run with this threshold counts."""
        builder = EncounterBuilder(gap_frames=self.gap)
        found = []
        for index, trusted in enumerate(self.trusted):
            seen = self.seen(index, threshold)
            mark = Mark(is_trusted=bool(trusted))
            found.append(builder.feed(SeenFrame(index, seen, None, mark)))
        return [e for e in (*found, builder.finish()) if e is not None]

    def outcome(self, threshold: float, floor: float = 0.3) -> Outcome:
        """What a worker answers with this threshold."""
        detector = DetectorConfig(threshold=threshold, keep_above=floor)
        config = AnalysisConfig(detector=detector, encounter_gap_s=self.gap)
        lower, detections = Lower(config, 1.0, require_motion=False), []
        rests: list[tuple[int, Detection]] = []
        for index, trusted in enumerate(self.trusted):
            above = self.seen(index, threshold)
            rest = self.seen(index, detector.floor)[len(above) :]
            frame = Frame(index, NOTHING, None, Mark(is_trusted=bool(trusted)))
            lower.feed(frame, Seen(float(self.scores[index, 0]), above, rest))
            detections += [(index, each) for each in above]
            rests += [(index, each) for each in rest]
        encounters = tuple(self.encounters(threshold))
        count = len(self.trusted)
        findings = Findings(
            framerate=1,
            size=(720, 480),
            scores=self.scores[:, 0],
            motion=np.full(count, 5, np.float32),
            detail=np.ones(count, np.float32),
            visible=np.ones(count, np.bool_),
            detections=tuple(detections),
            encounters=encounters,
            snapshots={e.number: b"\xff\xd8 no real picture" for e in encounters},
            seconds=0.5,
            trusted=self.trusted,
            lower=tuple(rests),
            **lower.finish(encounters, [5.0] * count),
        )
        return Outcome(ANALYSED, "", findings)


def made_clip(seed: int, gap: int = 0, frames: int = 900) -> MadeClip:
    """A clip in which scores rise and fall as fish come and go."""
    random = np.random.default_rng(seed)
    scores = 0.2 + 0.02 * random.standard_normal(frames)
    for middle in random.integers(0, frames, 25):
        height, width = random.uniform(0.05, 0.75), random.uniform(1, 8)
        away = (np.arange(frames) - middle) / width
        scores = np.maximum(scores, 0.2 + height * np.exp(-(away**2)))
    three = scores[:, None] * np.array([1, 0.9, 0.7])
    return MadeClip(three.astype(np.float32), random.random(frames) > 0.1, gap)
