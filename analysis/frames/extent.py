"""The extent of a container: how many frames it should have.

Some headers have the number of frames. Others only say how long they last, and FFmpeg
works out a number at an even rate, which is far off if the rate varies. So a clip only
counts as short if both hold: frames are missing, and the last one is before the end.
"""

from __future__ import annotations

from typing import Optional

_SHARE = 0.02
_LEAST = 2.0  # frames; some headers also count a player's wait, which is this long
_MOST = 1 << 31  # FFmpeg gives more than this if the header has no number


def frames_expected(
    told: float, framerate: Optional[float], *, decoded: int, end_ms: float
) -> Optional[int]:
    """Work out how many frames a container should have.

    Args:
        told: the number that FFmpeg gives, counted or worked out.
        framerate: the even rate at which it was worked out.
        decoded: how many frames could be decoded.
        end_ms: when the last of them is shown, in milliseconds from the start.

    Returns:
        The number; None if the container does not say.
    """
    if not 0 < told < _MOST:
        return None
    lasted = end_ms / 1000 * framerate + 1 if framerate else 0.0
    is_short = _falls_short(decoded, told) and _falls_short(lasted, told)
    return round(told) if is_short else decoded


def _falls_short(frames: float, told: float) -> bool:
    return told - frames > max(_LEAST, _SHARE * told)
