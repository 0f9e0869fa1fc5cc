"""Several copies of one clip: which of them counts.

A clip may come damaged and be fetched again, or break off on its way and come whole
later. All of these are the same minutes of the same water, so only one may count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from analysis.record.clip import Clip
from analysis.values.seen import ANALYSED


def without_superseded(clips: Iterable[Clip]) -> tuple[Clip, ...]:
    """Leave out each copy of a clip if there is a better copy.

    Two clips are copies of one when their sidecars name the same bytes, or when one is
    the beginning of the other. The whole copy counts; where none is whole, the copy of
    which most frames could be decoded.
    """
    clips, copies = list(clips), defaultdict(list)
    known = {clip.sha256: clip for clip in clips}
    for clip in clips:
        copies[_filmed(clip, known)].append(clip)
    best = {clip.sha256 for same in copies.values() for clip in _best_of(same)}
    return tuple(clip for clip in clips if clip.sha256 in best)


def _best_of(copies: list[Clip]) -> Iterator[Clip]:
    """Yield the best copy, and whatever only claims to be a copy of it.

    A sidecar may lie about the bytes beside it. A copy that broke off begins with the
    clip's first bytes, and a damaged one has the clip's length; a file with neither is
    other footage.
    """
    while copies:
        best = max(copies, key=_worth)
        yield best
        copies = [c for c in copies if c.mark and best.mark and _differs(c, best)]


def _differs(clip: Clip, best: Clip) -> bool:
    return clip.mark != best.mark and clip.bytes != best.bytes


def _filmed(clip: Clip, known: Mapping[str, Clip]) -> str:
    """Return the sha256 of the clip as it was filmed; this clip is a copy of it."""
    while clip.begins in known:  # this ends, because each is longer than the last
        clip = known[clip.begins]
    return clip.sidecar.sha256 if clip.sidecar else clip.begins or clip.sha256


def _worth(clip: Clip) -> tuple[bool, bool, int, int]:
    is_whole = clip.status == ANALYSED and not clip.begins
    return clip.is_usable, is_whole, clip.frames_decoded, clip.bytes
