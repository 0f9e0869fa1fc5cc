"""Moments: what moved, and was not called a target.

They are for people to look at, and are never counted. A moment is a run of frames in
which something unique stands out, anywhere in the frame, with gaps of up to three
ticks. What lies within an encounter is left out, except where the model calls the scene
a target for minutes: such an encounter says nothing of a single moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Optional

from analysis.look.counterfactual import Counterfactual, Spot
from analysis.look.moved.gauge import Movement
from analysis.look.moved.outline import corners, widened
from analysis.look.moved.peaks import Peak
from analysis.look.recent import Recent
from analysis.look.snapshots import draw
from analysis.look.water import HEIGHT, WIDTH
from analysis.values.seen import Box, Encounter, Moment

MOST = 60
"""So many moments of a clip are kept, the most promising ones."""

_STRENGTH, _UNIQUENESS = 1.7, 2.0
_GAP, _BESIDE, _LONG = 3, 2, 300  # ticks


@dataclass
class _Run:
    """A moment that goes on."""

    first: int
    last: int
    best: Movement
    spot: Spot


class Moments:
    """Finds the moments of one clip.

    Args:
        counterfactual: looks closely at each.
        tick: how many frames a tick is.
    """

    def __init__(self, counterfactual: Counterfactual, tick: int) -> None:
        self._counterfactual, self._tick = counterfactual, tick
        self._run: Optional[_Run] = None
        self._kept: list[tuple[Moment, bytes]] = []

    def feed(
        self, movement: Movement, recent: Recent, encounters: Iterable[Encounter]
    ) -> None:
        """Take what moved in the next frame that can be trusted.

        Args:
            movement: of the frame.
            recent: the pictures around it.
            encounters: those that are known.
        """
        peak = movement.whole
        if self._run and movement.frame - self._run.last > _GAP * self._tick:
            self.finish(encounters)
        if peak.strength <= _STRENGTH or peak.uniqueness <= _UNIQUENESS:
            return
        if self._run is None or peak.strength > self._run.best.whole.strength:
            first = self._run.first if self._run else movement.frame
            sample = recent.at(movement.frame)
            spot = Spot(sample.picture, recent.around(movement.frame), peak)
            self._run = _Run(first, movement.frame, movement, spot)
        self._run.last = movement.frame

    def finish(self, encounters: Iterable[Encounter]) -> None:
        """End the moment that goes on; call this at the end of the clip too."""
        run, self._run = self._run, None
        if run is None or self._is_within(run.first, run.last, encounters):
            return
        close, outline = self._counterfactual.close_up(run.spot)
        height, width = run.spot.picture.shape[:2]
        moment = Moment(
            number=0,
            first_frame=run.first,
            last_frame=run.last,
            best_frame=run.best.frame,
            box=_box(run.best.whole),
            strength=run.best.whole.strength,
            uniqueness=run.best.whole.uniqueness,
            elongation=1.0 if close.elongation is None else close.elongation,
            zoom_gain=close.zoom_gain or 0.0,
            outline=corners(widened(outline.points, width), width, height),
        )
        self._kept.append((moment, draw(run.spot.picture, ())))
        if len(self._kept) > MOST:
            self._kept.remove(min(self._kept, key=lambda each: each[0].weight))

    def found(
        self, encounters: Iterable[Encounter]
    ) -> tuple[tuple[Moment, ...], dict[int, bytes]]:
        """Return the moments outside all encounters, and the picture of each."""
        found = [
            each
            for each in self._kept
            if not self._is_within(each[0].first_frame, each[0].last_frame, encounters)
        ]
        moments = [replace(each, number=n) for n, (each, _) in enumerate(found, 1)]
        return tuple(moments), {n: data for n, (_, data) in enumerate(found, 1)}

    def _is_within(
        self, first: int, last: int, encounters: Iterable[Encounter]
    ) -> bool:
        beside, long = _BESIDE * self._tick, _LONG * self._tick
        return any(
            e.first_frame - beside <= last
            and first - beside <= e.last_frame
            and e.last_frame - e.first_frame < long
            for e in encounters
        )


def _box(peak: Peak) -> Box:
    x, y, width, height = peak.blob
    return Box(x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT)
