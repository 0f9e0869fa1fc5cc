"""The extent of a container: how many pictures it should have.

Some containers list their pictures, so that one picture less is a loss. Others only say
how long they last. Their number is worked out at an even rate, which is far off if the
rate varies. So a clip only counts as short by its length if both hold: pictures are
missing, and the last one is well before the end.
"""

from __future__ import annotations

from typing import Optional

from analysis.frames.tracks.track import Track

_SHARE = 0.02
_LEAST = 2.0  # frames; some headers also count a player's wait, which is this long
_LOOSE = frozenset({"mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4v3", "vc1", "wmv3"})
"""Codecs with places in the container that hold no picture of their own."""


def frames_expected(
    track: Track, decoded: int, *, is_damaged: bool = False
) -> Optional[int]:
    """Work out how many pictures a container should have.

    Args:
        track: what the container says.
        decoded: how many pictures could be decoded.
        is_damaged: whether the decoder met damage.

    Returns:
        The number; None if the container does not say, and all that is there came.
    """
    there, share = track.delivered + track.lost, _SHARE
    if is_damaged or track.is_damaged:
        there += track.unclear + track.unfilled
        share = 0.0  # an uneven rate is no reason where something is damaged
    expected = max(there, track.stated or 0, _by_length(track, decoded, share))
    if track.codec in _LOOSE and not _falls_short(decoded, expected):
        expected = decoded
    if expected > decoded:
        return expected
    says = track.stated is not None or track.lasts_s is not None
    return decoded if says else None


def _by_length(track: Track, decoded: int, share: float) -> int:
    """Work out the number by the length, if the last picture is well before its end."""
    if track.lasts_s is None or track.rate is None:
        return 0
    told = track.lasts_s * track.rate - track.paused
    end_ms = float(track.times_ms[-1]) if len(track.times_ms) else 0.0
    lasted = end_ms / 1000 * track.rate + 1 - track.paused
    is_short = _falls_short(decoded, told, share) and _falls_short(lasted, told, share)
    return round(told) if is_short else 0


def _falls_short(frames: float, told: float, share: float = _SHARE) -> bool:
    return told - frames > max(_LEAST, share * told)
