"""The extent of a container: how many frames it speaks of, against those that came.

A header counts the frames, or says how long they last; then FFmpeg reckons their number
at an even rate, which is far off where the rate varies. So a clip is short only when it
is short by both: frames are missing, and the last one comes before the end.
"""

from __future__ import annotations

from typing import Optional

_SHARE = 0.02
_LEAST = 2.0  # players wait for so many, and some headers count the wait
_MOST = 1 << 31  # a header without a number gives an absurd one


def frames_expected(
    told: float, framerate: Optional[float], *, decoded: int, end_ms: float
) -> Optional[int]:
    """How many frames a container was to have; None when it does not say.

    Args:
        told: their number by the container, guessed or counted.
        framerate: the even rate that a guess is made at.
        decoded: how many came.
        end_ms: when the last of them is shown, in milliseconds from the start.
    """
    if not 0 < told < _MOST:
        return None
    lasted = end_ms / 1000 * framerate + 1 if framerate else 0.0
    is_short = _falls_short(decoded, told) and _falls_short(lasted, told)
    return round(told) if is_short else decoded


def _falls_short(frames: float, told: float) -> bool:
    return told - frames > max(_LEAST, _SHARE * told)
