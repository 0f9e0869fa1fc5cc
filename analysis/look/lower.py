"""What scored below the threshold: it counts nowhere, and is kept for another one.

A threshold is a choice, and people want to see what it does to the counts. So targets
are kept down to ``keep_above``. Where such targets alone make an encounter, by the same
rule as any other, it is kept with the status below. It has no picture, and no species:
there are five times as many as above the threshold, and nearly all are nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from analysis.config import AnalysisConfig
from analysis.frames.frames import Frame
from analysis.look.encounters import EncounterBuilder, SeenFrame
from analysis.look.judgement import UNIQUE
from analysis.models import Seen
from analysis.values.joining import frames_in
from analysis.values.seen import BELOW, COUNTED, STATIC, Encounter


class LowerFindings(TypedDict):
    """Two of the fields of ``analysis.values.job.Findings``."""

    below: tuple[Encounter, ...]
    kept_above: float


class Lower:
    """Finds the encounters of what scored below the threshold in one clip.

    Args:
        config: how to look.
        framerate: of the clip.
        require_motion: whether an encounter in which nothing unique moves would be
            static. The model is not asked about its background: there are too many.
    """

    def __init__(
        self, config: AnalysisConfig, framerate: float, *, require_motion: bool
    ) -> None:
        self._kept_above = config.detector.floor
        self._require_motion = require_motion
        self._builder = EncounterBuilder(
            gap_frames=frames_in(config.encounter_gap_s, framerate)
        )
        self._over: list[Encounter] = []

    def feed(self, frame: Frame, seen: Seen) -> None:
        """Take the next frame, with all that the detector sees in it."""
        every = (*seen.detections, *seen.lower)
        over = self._builder.feed(SeenFrame(frame.index, every, None, frame.mark))
        self._over += [over] if over else []

    def finish(
        self, above: Sequence[Encounter], uniqueness: Sequence[float]
    ) -> LowerFindings:
        """End the clip, and return what was kept.

        Args:
            above: the clip's encounters above the threshold; the numbers go on behind
                theirs.
            uniqueness: of each frame of the clip: how unique what moved is.
        """
        over = self._builder.finish()
        alone = [
            e for e in (*self._over, *([over] if over else ())) if _is_alone(e, above)
        ]
        below = (
            replace(
                each,
                number=number,
                status=BELOW,
                would_be=self._status(each, uniqueness),
            )
            for number, each in enumerate(alone, len(above) + 1)
        )
        return LowerFindings(
            below=tuple(below),
            kept_above=self._kept_above,
        )

    def _status(self, encounter: Encounter, uniqueness: Sequence[float]) -> str:
        moved = max(uniqueness[encounter.first_frame : encounter.last_frame + 1])
        still = self._require_motion and moved < UNIQUE
        return STATIC if still else COUNTED


def _is_alone(encounter: Encounter, above: Sequence[Encounter]) -> bool:
    """Whether it shares no frame with an encounter above the threshold."""
    return not any(
        encounter.first_frame <= other.last_frame
        and other.first_frame <= encounter.last_frame
        for other in above
    )
