"""Several copies of one clip: which of them counts.

A clip may come damaged and be fetched again, break off on its way and come whole later,
or be put into another container. All of these are the same minutes of the same water,
so only one may count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.record.clip import Clip
from analysis.values.seen import ANALYSED


@dataclass(frozen=True)
class Superseded:
    """A clip that does not count, because a copy of it does.

    Attributes:
        clip: the clip that does not count.
        by: the copy that counts.
    """

    clip: Clip
    by: Clip

    @property
    def reason(self) -> str:
        """Why they are copies of one another, in words."""
        if self.clip.begins and self.clip.has_holes:
            return "its bytes are the other's but for zeros in between"
        is_longer = self.clip.bytes > self.by.bytes
        if self.clip.begins and is_longer and _same_film(self.clip, self.by):
            return "its bytes are the other's, with zeros behind them"
        if self.clip.begins:
            return "its bytes are only the beginning of the other's"
        if _same_film(self.clip, self.by):
            return "its coded pictures are the other's"
        return "their sidecars name the same bytes"


@dataclass(frozen=True)
class Judged:
    """Clips, and which of them count.

    Attributes:
        shown: the clips that count, in their order.
        superseded: the others.
    """

    shown: tuple[Clip, ...]
    superseded: tuple[Superseded, ...]


def judge(clips: Iterable[Clip]) -> Judged:
    """Find the copies of each clip, and the one that counts.

    Two clips are copies of one when their sidecars name the same bytes, when one is the
    beginning of the other or the other with holes, or when all their coded pictures are
    equal. The whole copy
    counts; where none is whole, the copy of which most frames could be decoded.
    """
    clips = list(clips)
    lost = {
        each.clip.sha256: each for same in _groups(clips) for each in _lost_in(same)
    }
    return Judged(
        tuple(clip for clip in clips if clip.sha256 not in lost),
        tuple(lost[clip.sha256] for clip in clips if clip.sha256 in lost),
    )


def _groups(clips: list[Clip]) -> Iterable[list[Clip]]:
    """Put together all clips that claim to be copies of one another."""
    known = {clip.sha256: clip for clip in clips}
    joined: dict[str, str] = {}

    def top(key: str) -> str:
        while key in joined:
            key = joined[key]
        return key

    films: dict[str, Clip] = {}
    for clip in clips:
        first = films.setdefault(clip.film, clip) if clip.film else clip
        one, other = top(_filmed(clip, known)), top(_filmed(first, known))
        if one != other and _same_film(clip, first):
            joined[one] = other
    groups: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        groups[top(_filmed(clip, known))].append(clip)
    return groups.values()


def _lost_in(copies: list[Clip]) -> Iterable[Superseded]:
    """Yield the copies that do not count.

    What only claims to be a copy of the best one counts itself. A sidecar may lie about
    the bytes beside it: a copy that broke off begins with the clip's first bytes, and a
    damaged one has the clip's length; a file with neither is other footage.
    """
    while copies:
        best = max(copies, key=_worth)
        same = [clip for clip in copies if not _differs(clip, best)]
        yield from (Superseded(clip, best) for clip in same if clip is not best)
        copies = [clip for clip in copies if _differs(clip, best)]


def _differs(clip: Clip, best: Clip) -> bool:
    if clip.begins or best.begins or _same_film(clip, best):
        return False
    are_read = bool(clip.mark and best.mark)
    return are_read and clip.mark != best.mark and clip.bytes != best.bytes


def _same_film(clip: Clip, other: Clip) -> bool:
    """Whether all coded pictures are equal, and nothing says that it is by chance.

    A camera in the dark may make the same pictures at two times.
    """
    if not clip.film or clip.film != other.film:
        return False
    return not (clip.start and other.start and clip.start != other.start)


def _filmed(clip: Clip, known: Mapping[str, Clip]) -> str:
    """Return the sha256 of the clip as it was filmed; this clip is a copy of it."""
    passed = {clip.sha256}
    while clip.begins in known and clip.begins not in passed:
        clip = known[clip.begins]
        passed.add(clip.sha256)
    return clip.sidecar.sha256 if clip.sidecar else clip.begins or clip.sha256


def _worth(clip: Clip) -> tuple[bool, bool, bool, int, bool, bool, bool, int]:
    """Return what makes one copy better than another, the weightiest first.

    Bytes that the sidecar names are those that were filmed, however long a copy is that
    somebody made of them.
    """
    is_whole = clip.status == ANALYSED and not clip.begins
    is_as_filmed = clip.sidecar is not None and clip.sidecar.sha256 == clip.sha256
    return (
        *(clip.is_usable, is_whole, is_as_filmed, clip.frames_decoded),
        *(clip.start is not None, bool(clip.date), clip.states_rate, clip.bytes),
    )
