"""The condition of footage: how much of it came, and which pictures can be trusted.

A picture is made from those before it. So from an error to the next key picture all
pictures are smeared, though the decoder gives them as if nothing had happened.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Optional

import numpy as np

from analysis.frames.grabs import Grab, Grabs
from analysis.frames.rawstream import RawStream
from analysis.frames.tracks import extent
from analysis.frames.tracks.gaps import PAUSE, missing_in
from analysis.frames.tracks.packets import Times
from analysis.frames.tracks.track import Track
from weir.printable import many

_UNEVEN = 0.5
"""Times are kept where they are off the even rate by this share of a step."""

_HOLE = 1.5
"""Steps; in damaged footage a longer one is a hole."""

_SAME_MS = 0.6
_NEVER_MS = -1e12  # what OpenCV makes of a time that is not known lies before it
_EITHER = (False, True)
_CUT_AWAY = ("mmco: unref short failure", "co located POCs unavailable")


@dataclass(frozen=True)
class Mark:
    """What is known of a picture besides its content.

    Attributes:
        is_trusted: False where damage may have spoilt it.
        after_hole: whether pictures are missing just before it.
    """

    is_trusted: bool = True
    after_hole: bool = False


_MARKS = {(one, other): Mark(one, other) for one in _EITHER for other in _EITHER}
"""All that there can be: a frame has one that is there already."""


@dataclass
class _Errors:
    """Counts the decoder's errors, and keeps the first one."""

    count: int = 0
    first: str = ""

    def add(self, errors: tuple[str, ...], frame: int) -> None:
        if errors and not self.first:
            self.first = f"the first at frame {frame}: {errors[0]}"
        self.count += len(errors)


def _without_cuts(grab: Grab) -> Grab:
    """Leave out what the decoder reports of pictures that were cut away."""
    errors = (text for text in grab.errors if not text.startswith(_CUT_AWAY))
    return grab._replace(errors=tuple(errors))


class Condition:
    """Follows the pictures of footage from the first to the last.

    Args:
        track: what the container says; None for raw H.264.
        raw: what raw H.264 shows itself; None for all else.
    """

    def __init__(self, track: Optional[Track], raw: Optional[RawStream] = None) -> None:
        self._track, self._raw = track, raw
        self._delay = track.delay if track else raw.delay if raw else 0
        self._holes = {hole.frame: hole.missing for hole in raw.holes} if raw else {}
        self._step_ms = track.step_ms if track and track.is_damaged else None
        self._times = track.times_ms if track else np.empty(0)
        gaps = [gap for gap in track.gaps if gap.hides] if track else []
        self._gaps = deque(gaps)
        self._spoilt = np.array(track.spoilt_ms if track else ())
        self._errors = _Errors()
        self._shown_ms: list[float] = []
        self._is_smeared, self._since = False, 0

    @property
    def decoded(self) -> int:
        """How many pictures came."""
        return len(self._shown_ms)

    def note(self, grab: Grab) -> Mark:
        """Take the next picture."""
        frame = self.decoded
        grab = self._with_time(grab)
        if self._track and self._track.is_cut_out and frame <= self._delay:
            grab = _without_cuts(grab)
        self._errors.add(grab.lost_errors + grab.errors, frame)
        is_late, paused = self._is_late(grab.shown_ms)
        after_hole = bool(grab.failed and frame) or is_late or frame in self._holes
        self._shown_ms.append(grab.shown_ms)
        self._follow(grab, after_hole)
        return _MARKS[not self._is_smeared, after_hole or paused]

    def _with_time(self, grab: Grab) -> Grab:
        """Give a picture the track's time where OpenCV knows none."""
        times, frame = self._times, self.decoded
        if grab.shown_ms > _NEVER_MS or frame >= len(times):
            return grab
        return grab._replace(shown_ms=float(times[frame]))

    def end(self, grabs: Grabs) -> None:
        """Take what was reported after the last picture."""
        self._errors.add(grabs.lost_errors, self.decoded)

    @property
    def expected(self) -> Optional[int]:
        """How many pictures there should be; None where nothing says it."""
        if self._track:
            is_damaged = self._errors.count > 0
            return extent.frames_expected(
                self._track, self.decoded, is_damaged=is_damaged
            )
        known = self._raw.expected if self._raw else 0
        return known if known > self.decoded else None

    @property
    def damage(self) -> str:
        """What was noticed of damage, in words; empty where none was."""
        errors, track, said = self._errors, self._track, []
        if errors.count:
            said.append(f"{many(errors.count, 'error')} while decoding, {errors.first}")
        if track and track.errors and track.errors[0] not in errors.first:
            said.append(f"the container is damaged: {track.errors[0]}")
        elif track and track.spoilt_ms and not errors.count:
            spoilt = many(len(track.spoilt_ms), "frame")
            said.append(f"the bytes of {spoilt} are damaged")
        if self._raw and self._raw.damage:
            said.append(self._raw.damage)
        if track:
            said += missing_in(track.gaps)
        return "; ".join(said)

    def times_ms(self, rate: float) -> Optional[Times]:
        """When each picture is shown, from the first; None where they come evenly.

        Args:
            rate: pictures per second of a stream that has no times.
        """
        track = self._track
        if any(self._holes.values()):
            missing = [self._holes.get(frame, 0) for frame in range(self.decoded)]
            places: Times = np.arange(self.decoded) + np.cumsum(missing)
            return places * 1000 / rate
        if track is None or track.rate is None or not self.decoded:
            return None
        times = np.array(self._shown_ms)
        if self.decoded == track.delivered == len(track.times_ms):
            times = track.times_ms  # OpenCV has none for some pictures
        even = np.arange(len(times)) * 1000 / track.rate
        off = np.abs(times - even).max() * track.rate / 1000
        return times if off > _UNEVEN and (np.diff(times) > 0).all() else None

    def time_ms(self, frame: int, rate: float) -> float:
        """When a picture is shown that came, from the first one.

        Args:
            frame: its index.
            rate: pictures per second of a stream that has no times.
        """
        if self._track and self._track.rate is not None:
            return self._shown_ms[frame]
        missing = sum(count for hole, count in self._holes.items() if hole <= frame)
        return (frame + missing) * 1000 / rate

    def _is_late(self, shown_ms: float) -> tuple[bool, bool]:
        """Whether there is a hole before this picture, and whether there is a gap."""
        past = []
        while self._gaps and self._gaps[0].shown_ms < shown_ms + _SAME_MS:
            past.append(self._gaps.popleft().kind)
        if past and self._shown_ms:
            return past != [PAUSE] * len(past), True
        step_ms = self._step_ms
        if step_ms is None or not self._shown_ms:
            return False, False
        return shown_ms - self._shown_ms[-1] > _HOLE * step_ms, False

    def _follow(self, grab: Grab, after_hole: bool) -> None:
        """Find out whether this picture is smeared."""
        is_spoilt = len(self._spoilt) > 0 and bool(
            (np.abs(self._spoilt - grab.shown_ms) < _SAME_MS).any()
        )
        if self._raw and self.decoded - 1 in self._raw.broken:
            is_spoilt = True
        if grab.errors or is_spoilt:
            self._is_smeared, self._since = True, 0
        elif grab.failed or after_hole:
            self._is_smeared, self._since = True, 1
        else:
            self._since += 1
        # An error is heard when a picture is decoded, and it may be shown later.
        if grab.is_key and self._since > self._delay:
            self._is_smeared = False
