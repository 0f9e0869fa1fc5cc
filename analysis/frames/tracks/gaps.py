"""Gaps: longer times than usual from one picture to the next.

A camera may film at any rate. But where pictures come evenly, a longer step is either
a loss or a pause, in which the camera filmed nothing. Which of them it is, the numbers
and lengths of the container's parts may tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.frames.tracks.chain import LISTED, Chain
from analysis.frames.tracks.packets import Times

LOST, PAUSE, UNCLEAR = "lost", "pause", "unclear"

_EVEN = 0.95
"""At least this share of the steps is as long as usual where pictures come evenly."""

_LONG = 1.5
_OFF, _OFF_MS = 0.1, 1.001  # a step may be off by this share, or by rounding
_LEAST_STEPS = 3
_FAR = 10.0  # times as long as almost all others
_NEAR = 25
"""Pictures; the packets that tell of a loss may come so late after it."""

_SHORT_MS = 1000.0
"""A camera that pauses does it for longer."""


@dataclass(frozen=True)
class Gap:
    """A time without a picture.

    Attributes:
        picture: the first one after it, in the order in which they are shown.
        shown_ms: when that is shown.
        lasts_ms: how long after the picture before.
        missing: how many pictures fit into it.
        kind: LOST where pictures were lost, PAUSE where none were made, UNCLEAR where
            only the times show it.
    """

    picture: int
    shown_ms: float
    lasts_ms: float
    missing: int
    kind: str

    @property
    def hides(self) -> bool:
        """Whether something may have swum by that a camera would have seen."""
        return self.kind != PAUSE or self.lasts_ms >= _SHORT_MS

    @property
    def is_filmed(self) -> bool:
        """Whether the camera only filmed slower for a moment, as in the dark."""
        return self.kind != LOST and self.lasts_ms < _SHORT_MS


def usual_step(times: Times) -> float:
    """Return the usual time between pictures in ms; 0 where they come unevenly."""
    steps = np.diff(times)
    is_usual = _usual(steps)
    few = len(steps) - int(is_usual.sum()) <= max(1, (1 - _EVEN) * len(steps))
    if len(steps) < _LEAST_STEPS or not few:
        return 0.0
    return float(steps[is_usual].mean())


def filmed_step(times: Times, gaps: tuple[Gap, ...]) -> float:
    """Return the mean time between pictures in ms while the camera filmed; else 0."""
    steps = np.diff(times)
    unseen = [gap.picture - 1 for gap in gaps if not gap.is_filmed]
    filmed = np.delete(steps, unseen)
    return float(filmed.mean()) if len(filmed) else 0.0


def find_gaps(
    times: Times, starts: tuple[int, ...], chain: Chain, *, is_damaged: bool
) -> tuple[Gap, ...]:
    """Find the gaps between pictures.

    Args:
        times: when each picture is shown, in order, in milliseconds.
        starts: where in the file each of them begins.
        chain: how the container's parts follow each other.
        is_damaged: whether its bytes show damage.
    """
    steps = np.diff(times)
    step = usual_step(times) or (_grid(steps) if is_damaged else 0.0)
    is_long = (steps > _LONG * step) & (steps - step > 2 * _OFF_MS)
    if not step:
        is_long = _far(steps)
        step = float(steps[~is_long].mean()) if is_long.any() else 1.0
    return tuple(
        Gap(
            picture=int(after) + 1,
            shown_ms=float(times[after + 1]),
            lasts_ms=float(steps[after]),
            missing=max(1, round(float(steps[after]) / step) - 1),
            kind=_kind(int(after), float(steps[after]), starts, chain, is_damaged),
        )
        for after in np.flatnonzero(is_long)
    )


def missing_in(gaps: tuple[Gap, ...]) -> list[str]:
    """Say in words what gaps hide; nothing where the camera only paused."""
    lost = [gap for gap in gaps if gap.kind == LOST]
    unclear = [gap for gap in gaps if gap.kind == UNCLEAR]
    said = []
    if lost:
        count = sum(gap.missing for gap in lost)
        are = "frame is" if count == 1 else "frames are"
        said.append(
            f"about {count} {are} missing, the first before frame {lost[0].picture}"
        )
    if unclear:
        seconds = sum(gap.lasts_ms for gap in unclear) / 1000
        said.append(
            f"no picture for {seconds:.3g} s in all, the first time before"
            f" frame {unclear[0].picture}: frames are missing, or the camera paused"
        )
    return said


def _usual(steps: Times) -> npt.NDArray[np.bool_]:
    middle = np.median(steps) if len(steps) else 0.0
    return np.asarray(np.abs(steps - middle) <= max(_OFF * middle, _OFF_MS))


def _far(steps: Times) -> npt.NDArray[np.bool_]:
    """Mark the steps that stand out even where pictures come unevenly."""
    most = float(np.quantile(steps, _EVEN)) if len(steps) else 0.0
    return np.asarray(steps > max(_SHORT_MS, _FAR * most))


def _grid(steps: Times) -> float:
    """Return the step of which all others are multiples; 0 if they are not.

    Where much was lost, few steps are as long as usual.
    """
    step = float(np.median(steps)) if len(steps) else 0.0
    if step <= 0:
        return 0.0
    off = np.abs(steps - np.rint(steps / step) * step)
    is_on = off <= max(_OFF * step, _OFF_MS)
    return step if is_on.mean() >= _EVEN else 0.0


def _kind(
    before: int,
    lasts_ms: float,
    starts: tuple[int, ...],
    chain: Chain,
    is_damaged: bool,
) -> str:
    if chain is LISTED:
        return PAUSE
    if len(starts) <= before + 1:
        return LOST if is_damaged else UNCLEAR
    first = min(starts[before : before + 2])
    last, late = (max(starts[before + 1 : before + far]) for far in (2, _NEAR + 2))
    if any(first < joint <= last for joint in chain.joints):
        return PAUSE
    if any(first < place <= late for place in chain.breaks):
        return LOST
    if chain.is_numbered:
        return LOST if is_damaged and lasts_ms < _SHORT_MS else PAUSE
    if is_damaged or chain.is_complete is False:
        return LOST
    return PAUSE if chain.is_complete else UNCLEAR
