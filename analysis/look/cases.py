"""Cases: encounters whose measures are still being taken.

What moved in a frame is known some time after the frame came. So the best frame of an
encounter waits for it, and then for the last frame's. What cannot be decided by then
waits for the end of the clip, when the background of the whole clip is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Optional

from analysis.frames.halving import Image, half
from analysis.look.counterfactual import Counterfactual, Spot
from analysis.look.judgement import UNIQUE, Against, CloseUp, judge
from analysis.look.moved.flat import Flat
from analysis.look.moved.gauge import Movement
from analysis.look.moved.outline import Outline, corners, corners_of_box, widened
from analysis.look.moved.peaks import find_others, find_unique
from analysis.look.recent import Recent, Sample, Surroundings
from analysis.look.water import HEIGHT, WIDTH
from analysis.values.seen import COUNTED, Box, Encounter, Rect

_MOST_PICTURES = 32
_FEWEST_BESIDE = 5  # pictures; fewer have no median that is empty of what passes


@dataclass
class _Case:
    """An encounter, and what is known of it so far."""

    encounter: Optional[Encounter] = None
    first: int = -1  # the first frame with a target
    beside: tuple[Sample, ...] = ()  # the water before it, and then after it, too
    last: int = -1  # the last frame with a target so far
    measured: int = -1  # the last frame whose movement is known
    best: int = -1
    picture: Optional[Image] = None
    box: Optional[Box] = None
    part: Rect = (0, 0, 0, 0)
    flat: Optional[Flat] = None
    uniqueness: float = 0.0
    spot: Optional[Spot] = None


class Cases:
    """Takes the measures of one clip's encounters.

    Args:
        counterfactual: asks the model.
        decides: whether the measures decide the status, or are only written down.
        level_camera: whether elongation may speak.
        whole_frame: whether the detector judges whole frames; others are asked about
            boxes, and not close up.
    """

    def __init__(
        self,
        counterfactual: Counterfactual,
        *,
        decides: bool,
        level_camera: bool,
        whole_frame: bool,
    ) -> None:
        self._counterfactual = counterfactual
        self._decides, self._level_camera = decides, level_camera
        self._whole_frame = whole_frame
        self._open: dict[int, _Case] = {}
        self._frames: dict[int, int] = {}
        self.judged: dict[int, Encounter] = {}

    def see(self, number: int, frame: int, recent: Recent) -> None:
        """Note that a frame is part of the encounter with this number."""
        self._frames[frame] = number
        if number not in self._open:
            self._open[number] = _Case(first=frame, beside=recent.calm_before())
        self._open[number].last = frame

    def also(self, number: int, frame: int) -> None:
        """Note that a frame of before, which still waits, is part of an encounter."""
        self._frames[frame] = number

    def best(self, number: int, frame: int, picture: Image, box: Optional[Box]) -> None:
        """Note the encounter's best frame so far, and its picture."""
        case = self._open[number]
        waiting = sum(each.picture is not None for each in self._open.values())
        small = half(picture) if waiting > _MOST_PICTURES else picture
        case.best, case.picture, case.box = frame, small, box
        case.spot = None

    def close(self, encounter: Encounter) -> None:
        """Note that an encounter is over."""
        case = self._open[encounter.number]
        case.encounter = encounter
        if case.measured == case.last:
            self._measure_near(encounter.number, case)

    def feed(self, movement: Movement, part: Rect, recent: Recent) -> None:
        """Take what moved in the next frame, in order."""
        number = self._frames.pop(movement.frame, None)
        if number is None:
            return
        case = self._open[number]
        case.uniqueness = max(case.uniqueness, movement.part.uniqueness)
        if movement.frame == case.best and case.picture is not None:
            around = recent.around(movement.frame)
            others = find_others(
                movement.background.stands_out(movement.picture), part, movement.part
            )
            case.spot = Spot(case.picture, around, movement.part, others)
            case.flat, case.part = movement.picture, part
        case.measured = movement.frame
        if case.measured == case.last:
            case.beside += recent.calm_after(case.last)
        if case.encounter and case.measured == case.last:
            self._measure_near(number, case)

    def _measure_near(self, number: int, case: _Case) -> None:
        """Measure an encounter against the water around its time."""
        encounter, spot = case.encounter, case.spot
        assert encounter and spot  # noqa: S101 - its best frame came before its last
        near = Against(case.uniqueness, self._gain(case, encounter, spot))
        close, around = CloseUp(), None
        if near.is_fish and self._whole_frame:
            close, around = self._close_up(near, spot)
        if not self._counts(near, close) and (beside := self._stayed(case, near, spot)):
            near, close, around = beside
        status, decided = judge(near, close, None, level_camera=self._level_camera)
        measured = replace(
            encounter,
            uniqueness=near.uniqueness,
            background_score=min(1.0, max(0.0, encounter.score - near.gain)),
            zoom_gain=close.zoom_gain,
            elongation=close.elongation,
            outline=self._outline(spot, around) if near.is_unique else "",
        )
        if self._decides:
            measured = replace(measured, status=status, decided_by=decided)
        self.judged[number] = measured
        case.picture = case.spot = None
        case.beside = ()
        if near.is_fish or status == COUNTED or not self._decides:
            del self._open[number]

    def _close_up(self, near: Against, spot: Spot) -> tuple[CloseUp, Outline]:
        """Look closely at what moved, and where that is no fish at what is meant."""
        looked = self._counterfactual.close_up(spot)
        if self._counts(near, looked[0]):
            return looked
        meant = self._counterfactual.meant(spot)
        elsewhere = meant and meant is not spot
        return self._counterfactual.close_up(meant) if meant and elsewhere else looked

    def _stayed(
        self, case: _Case, near: Against, spot: Spot
    ) -> Optional[tuple[Against, CloseUp, Outline]]:
        """Measure a fish that stayed against the calm water beside its visit.

        The water around its time is not empty of it then, and it may not be unique in
        it. That beside it may be other water. So it is asked only where it counts: what
        stands out from that must itself make a fish of the empty water, and is looked
        at closely.
        """
        beside, outside = spot.around.beside, spot.around.outside
        within = len(beside) - len(outside(case.first, case.last))
        is_long = 2 * within >= len(beside)
        if not (self._whole_frame and is_long):
            return None
        if len(case.beside) < _FEWEST_BESIDE:
            return None
        assert case.flat is not None  # noqa: S101 - it came with the spot
        around = Surroundings(case.beside)
        stands = around.background().stands_out(case.flat)
        peak = find_unique(stands, case.part)
        others = find_others(stands, case.part, peak)
        spot = replace(spot, around=around, peak=peak, others=others)
        unique = max(near.uniqueness, peak.uniqueness)
        stayed = Against(unique, self._counterfactual.gain(spot))
        if not stayed.is_fish:
            return None
        meant = self._counterfactual.meant(spot)
        if not meant:
            return None
        close, outline = self._counterfactual.close_up(meant)
        return (stayed, close, outline) if self._counts(stayed, close) else None

    def _counts(self, near: Against, close: CloseUp) -> bool:
        status, _ = judge(near, close, None, level_camera=self._level_camera)
        return status == COUNTED

    def _outline(self, spot: Spot, around: Optional[Outline]) -> str:
        """Return the corners of what moved; of the spots that did, if nobody looked."""
        if not self._whole_frame:
            return ""  # the model's own boxes say it
        height, width = spot.picture.shape[:2]
        if around:
            return corners(widened(around.points, width), width, height)
        return corners_of_box(spot.peak.blob, WIDTH, HEIGHT)

    def _gain(self, case: _Case, encounter: Encounter, spot: Spot) -> float:
        """Return the score less the background's; exactly where it may decide."""
        if self._whole_frame and case.uniqueness >= UNIQUE:
            return self._counterfactual.gain(spot)
        return encounter.score - self._counterfactual.empty(spot.around, case.box)

    def finish(
        self,
        unique: Callable[[Flat, Rect], float],
        empty: Callable[[Optional[Box]], float],
    ) -> None:
        """Judge what could not be decided yet, against the whole clip.

        Args:
            unique: measures a frame, in a part of it, against the whole clip.
            empty: asks the model about the whole clip's background.
        """
        for number, case in self._open.items():
            judged = self.judged[number]
            assert case.flat is not None  # noqa: S101 - it has been measured near
            near = Against(
                judged.uniqueness or 0.0, judged.score - (judged.background_score or 0)
            )
            whole = Against(
                unique(case.flat, case.part), judged.score - empty(case.box)
            )
            status, decided = judge(
                near, CloseUp(), whole, level_camera=self._level_camera
            )
            self.judged[number] = replace(judged, status=status, decided_by=decided)
        self._open.clear()
