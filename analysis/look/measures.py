"""The measures of one clip: what moved, and what the model says of it without that.

Nothing here needs the whole clip in memory. Of the frames that wait to be measured the
small pictures are kept, of the last minute one picture a tick, and of the whole clip
some sixty samples.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from analysis.config import AnalysisConfig
from analysis.frames.frames import Frame
from analysis.look.blindness import Blindness
from analysis.look.cases import Cases
from analysis.look.counterfactual import Counterfactual
from analysis.look.moments import Moments
from analysis.look.moved.flat import Flat
from analysis.look.moved.gauge import Movement, MovementGauge, tick_of
from analysis.look.recent import Recent, small_picture
from analysis.look.water import HEIGHT, WIDTH
from analysis.look.wholeclip import WholeClip
from analysis.models import Detector
from analysis.values.seen import Box, Encounter, Rect


@dataclass(frozen=True)
class _Waiting:
    """A frame whose movement is not known yet."""

    part: Rect
    shows: bool  # whether it is trusted, and a fish could be seen in it


class Measures:
    """Takes the measures of one clip, frame by frame.

    Args:
        config: how to look.
        detector: the detector that looks at the clip.
        framerate: frames per second.
        require_motion: whether the measures decide.

    Attributes:
        uniqueness: of each frame that is measured, in the part that was asked about; 0
            where it is small.
    """

    def __init__(
        self,
        config: AnalysisConfig,
        detector: Detector,
        framerate: float,
        *,
        require_motion: bool,
    ) -> None:
        asked = Counterfactual(detector)
        self._detector = detector
        self._tick = tick_of(framerate)
        self._gauge, self._recent = MovementGauge(), Recent()
        self._whole = WholeClip(detector)
        self._blindness = Blindness(detector, config.detector.threshold)
        self._moments = Moments(asked, self._tick)
        self._cases = Cases(
            asked,
            decides=require_motion,
            level_camera=config.level_camera,
            whole_frame=detector.whole_frame,
        )
        self._waiting: deque[_Waiting] = deque()
        self._next_tick = 0
        self._closed: list[Encounter] = []
        self._motion: list[float] = []
        self.uniqueness: list[float] = []

    def feed(
        self,
        frame: Frame,
        picture: Flat,
        part: Rect,
        *,
        encounter: Optional[int],
        is_visible: bool,
        is_called: bool = False,
    ) -> None:
        """Take the next frame, which must still be valid.

        Args:
            frame: the frame.
            picture: it, made small and flat.
            part: the part of it that the detector looks at, or its best box.
            encounter: the number of the encounter that it is part of; None for none.
            is_visible: whether a fish could be seen in it.
            is_called: whether it may be part of one: nobody looked at it, and the last
                frame that somebody looked at is.
        """
        is_trusted = frame.mark.is_trusted
        is_tick = is_trusted and frame.index >= self._next_tick
        if is_tick:
            self._next_tick = frame.index + self._tick
            prepared = self._detector.prepare(frame)
            self._recent.add(frame, prepared, is_called=encounter is not None)
            self._whole.offer(picture, prepared)
        called = is_called or encounter is not None
        if encounter is not None:
            self._cases.see(encounter, frame.index, self._recent)
        self._waiting.append(_Waiting(part, is_trusted and is_visible))
        moved = self._gauge.feed(
            frame.index, picture, part, is_tick=is_tick, is_exact=called
        )
        self._take(moved)
        self._blindness.feed(
            self._recent, is_tick=is_tick, is_visible=is_visible, is_called=called
        )

    def also(self, encounter: int, frames: Iterable[int]) -> None:
        """Note that frames of before are part of an encounter, as far as they wait."""
        for frame in frames:
            if frame >= len(self._motion):
                self._cases.also(encounter, frame)

    def best(self, frame: Frame, encounter: int, box: Optional[Box]) -> None:
        """Note the best frame of an encounter so far."""
        self._cases.best(encounter, frame.index, small_picture(frame), box)

    def close(self, encounter: Encounter) -> None:
        """Note that an encounter is over."""
        self._closed.append(encounter)
        self._cases.close(encounter)

    def _take(self, moved: list[Movement]) -> None:
        for movement in moved:
            frame = self._waiting.popleft()
            self._motion.append(movement.part.strength)
            self.uniqueness.append(movement.part.uniqueness)
            self._cases.feed(movement, frame.part, self._recent)
            if frame.shows:
                self._moments.feed(movement, self._recent, self._closed)
        if moved:
            self._recent.forget(moved[-1].frame + 1)

    def finish(self) -> dict[str, Any]:
        """End the clip.

        Returns:
            What these measures add to the clip's findings, by the fields' names.
        """
        self._take(self._gauge.finish())
        self._moments.finish(self._closed)
        self._blindness.finish(self._recent)
        self._cases.finish(self._whole.uniqueness, self._whole.empty)
        moments, pictures = self._moments.found(self._closed)
        judged = tuple(self._cases.judged[each.number] for each in self._closed)
        return {
            "motion": np.array(self._motion, np.float32),
            "encounters": judged,
            "blind_frames": self._blindness.frames(judged),
            "moments": moments,
            "moment_pictures": pictures,
        }


def spots_of_box(box: Box) -> Rect:
    """Return where a box lies in the small picture of the frame, at least one spot."""
    left, top = int(box.x * WIDTH), int(box.y * HEIGHT)
    left, top = min(left, WIDTH - 1), min(top, HEIGHT - 1)
    right = min(WIDTH, round((box.x + box.width) * WIDTH))
    bottom = min(HEIGHT, round((box.y + box.height) * HEIGHT))
    return left, top, max(1, right - left), max(1, bottom - top)
