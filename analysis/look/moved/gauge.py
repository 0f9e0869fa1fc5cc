"""The gauge: it measures in each frame what moved, against the water around that time.

A window of 41 ticks lies around each frame; every second tick is a sample, and their
median is the background. It is made anew every third tick. A tick is a second, or one
frame where frames are further apart. Near the clip's ends the nearest whole window is
used, and in a clip that is shorter than that, all of it.

So a frame is measured twenty ticks after it came, and later: several windows are
reckoned at once, which is twice as fast.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.look.moved.background import Background, backgrounds
from analysis.look.moved.flat import Flat
from analysis.look.moved.peaks import LEAST, Peak, find_peak, stands_out_elsewhere
from analysis.values.seen import Rect

AROUND = 20
"""So many ticks of water lie in the window on each side of a frame."""

LAG = AROUND + 1 + 4 * 3
"""A frame is measured at most so many ticks after it came."""

_TICKS = 2 * AROUND + 1
_EVERY, _ANEW = 2, 3
_AT_ONCE = 4  # windows
AT_ONCE = _AT_ONCE * _ANEW
"""So many ticks are measured at once."""

FIRST = (_TICKS + 11) % AT_ONCE
"""After so many ticks, and any number of times ``AT_ONCE``, it measures.

Who takes frames in steps that end there holds the fewest pictures.
"""

_LONGEST_TICK = 60  # frames; so many wait at a time, times the lag


@dataclass(frozen=True)
class Movement:
    """What moved in a frame.

    Attributes:
        frame: its index in the clip.
        picture: the frame, as it was given.
        whole: the peak of the whole frame.
        part: the peak of the part that was asked about.
        background: the water around that time.
    """

    frame: int
    picture: Flat
    whole: Peak
    part: Peak
    background: Background


@dataclass(frozen=True)
class _Waiting:
    """A frame that is not measured yet; ``at`` counts the samples before it."""

    frame: int
    picture: Flat
    part: Rect
    is_exact: bool
    at: int


def tick_of(framerate: float) -> int:
    """Return how many frames a tick is."""
    return min(_LONGEST_TICK, max(1, round(framerate)))


class MovementGauge:
    """Measures the frames of one clip, in order."""

    def __init__(self) -> None:
        self._ticks: deque[Flat] = deque()
        self._dropped = 0  # ticks that no frame needs any more
        self._waiting: deque[_Waiting] = deque()

    @property
    def _count(self) -> int:
        return self._dropped + len(self._ticks)

    def feed(
        self, frame: int, picture: Flat, part: Rect, *, is_tick: bool, is_exact: bool
    ) -> list[Movement]:
        """Take the next frame.

        Args:
            frame: its index in the clip.
            picture: the whole frame.
            part: the part of it that is asked about, in the picture's spots.
            is_tick: whether it is part of the background.
            is_exact: whether small uniqueness is to be measured, too.

        Returns:
            What moved in earlier frames that could be measured now, in order.
        """
        if is_tick or not self._count:
            self._ticks.append(picture)
        at = self._count - 1
        self._waiting.append(_Waiting(frame, picture, part, is_exact, at))
        ready = self._ready_until()
        if ready - self._waiting[0].at < _AT_ONCE * _ANEW:
            return []
        return list(self._measure(ready))

    def finish(self) -> list[Movement]:
        """Measure the frames that still wait, because the clip ends here."""
        return list(self._measure(self._count))

    def _ready_until(self) -> int:
        """Return the tick whose frames cannot be measured yet, but all before it can.

        The window of the frames from tick t to t + 2 needs the ticks up to t + 21.
        """
        if self._count < _TICKS:
            return 0
        return (self._count - AROUND - 2) // _ANEW * _ANEW + _ANEW

    def _measure(self, until: int) -> Iterator[Movement]:
        known: dict[int, Background] = {}
        while self._waiting and self._waiting[0].at < until:
            each = self._waiting.popleft()
            start = self._start(each.at)
            if start not in known:
                known = self._backgrounds(start, each.at, until)
            yield _movement(each, known[start])
        if self._waiting:
            start = max(0, self._waiting[0].at // _ANEW * _ANEW + 1 - AROUND)
            while self._dropped < min(start, self._count - _TICKS):
                self._ticks.popleft()
                self._dropped += 1

    def _start(self, tick: int) -> int:
        """Return the first tick of the window of the frames at a tick."""
        wanted = tick // _ANEW * _ANEW + 1 - AROUND
        return max(0, min(wanted, self._count - _TICKS))

    def _backgrounds(self, start: int, tick: int, until: int) -> dict[int, Background]:
        """Return the backgrounds of this window and the next ones, by their starts."""
        last = min(until, tick + _AT_ONCE * _ANEW)
        starts = sorted({start, *(self._start(each) for each in range(tick, last))})
        windows = [self._window(each) for each in starts[:_AT_ONCE]]
        return dict(zip(starts, backgrounds(windows)))

    def _window(self, start: int) -> list[Flat]:
        first = start - self._dropped
        last = min(first + _TICKS, len(self._ticks))
        return [self._ticks[each] for each in range(first, last, _EVERY)]


def _movement(each: _Waiting, background: Background) -> Movement:
    stands = background.stands_out(each.picture)
    height, width = stands.shape
    least = 0.0 if each.is_exact else LEAST
    whole = find_peak(stands, (0, 0, width, height), least)
    x, y = whole.spot
    left, top, wide, high = each.part
    is_there = left <= x < left + wide and top <= y < top + high
    part = whole if is_there else find_peak(stands, each.part, least)
    if each.is_exact or whole.strength >= LEAST:
        elsewhere = stands_out_elsewhere(stands, whole)
        whole, part = whole.over(elsewhere), part.over(elsewhere)
    return Movement(each.frame, each.picture, whole, part, background)
