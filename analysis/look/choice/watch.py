"""The watch: it goes through a clip, and chooses the frames that are looked at.

Every frame is, unless the config says otherwise: ``sample_fps`` makes so many a second
due, and ``reuse_below`` passes over those in which nothing has changed.

A frame is looked at in any case if nothing is known of it from the frame before: the
first one, one behind a hole, one of another size, and where pictures begin or cease to
be trusted. So is every 300th at least, in case that something changed too little.

Where what is seen begins or ends between two frames that were looked at, frames between
them are looked at too, from the later one back, until one agrees with the earlier one.
Where the clip ends, or a hole comes, while something is seen, the last frame is. How
far back is bounded by the frames that stay valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Optional

from analysis.frames.frames import Frame
from analysis.look.choice.spacing import Spacing
from analysis.look.choice.still import Cells, Stillness, cells_of
from analysis.look.moved.gauge import FIRST
from analysis.models import Detector, Seen

_LONGEST = 300  # frames
_ROOM = 12  # frames, among which an end that came too softly is looked for


@dataclass(frozen=True)
class Glance:
    """A frame, and what is seen in it.

    Attributes:
        frame: is valid until the next glance.
        seen: None where the detector did not look.
        is_due: False for a frame that lies between those of ``sample_fps``.
    """

    frame: Frame
    seen: Optional[Seen]
    is_due: bool = True


@dataclass
class _Waiting:
    """A frame that is not handed on yet."""

    frame: Frame
    cells: Optional[Cells]
    is_due: bool
    seen: Optional[Seen] = None


def rank_of(seen: Seen) -> int:
    """Return 2 for what counts, 1 for what is only kept, 0 for nothing."""
    return 2 if seen.detections else 1 if seen.lower else 0


class Watch:
    """Looks at the frames of one clip that are worth it.

    Args:
        detector: looks.
        still: says what has changed; None to not ask.
        spacing: says which frames are due; None for all.
    """

    def __init__(
        self,
        detector: Detector,
        still: Optional[Stillness],
        spacing: Optional[Spacing],
    ) -> None:
        self._detector, self._still, self._spacing = detector, still, spacing
        self._waiting: list[_Waiting] = []
        self._looked: Optional[Frame] = None
        self._seen = Seen(0.0, ())

    def through(self, frames: Iterable[Frame], ahead: int) -> Iterator[Glance]:
        """Go through the frames of a clip.

        Args:
            frames: in order.
            ahead: how many of them stay valid at a time.

        Raises:
            ModelError: the engine failed.
        """
        if self._still is None and self._spacing is None:
            for frame, seen in self._detector.watch(frames, ahead, FIRST):
                yield Glance(frame, seen)
            return
        # One at least waits beside another; of huge frames the reader keeps only one.
        room = max(2, min(ahead, _ROOM))
        for frame in frames:
            self._take(frame if ahead > 1 else frame.keep())
            if len(self._waiting) >= room:
                yield from self._leave(room // 2 if self._still else 0)
        self._look_at_end()
        yield from self._leave(0)

    def _take(self, frame: Frame) -> None:
        """Take the next frame, and look at it if that is needed."""
        before = self._waiting[-1].frame if self._waiting else self._looked
        is_other = before is None or before.size != frame.size
        if frame.mark.after_hole or is_other:
            self._look_at_end()
        is_due = self._spacing is None or self._spacing.is_due(frame.index)
        cells, is_changed = None, True
        if self._still and (is_due or frame.mark.after_hole):
            if is_other:
                self._still.forget()
            cells = cells_of(frame, self._detector.field(frame.size))
            is_changed = self._still.is_changed(cells)
        self._waiting.append(_Waiting(frame, cells, is_due))
        if self._is_new(frame) or is_other or (is_due and is_changed):
            self._look()

    def _is_new(self, frame: Frame) -> bool:
        """Whether the last frame that was looked at says nothing of this one."""
        looked = self._looked
        return (
            looked is None
            or frame.mark.after_hole
            or frame.mark.is_trusted != looked.mark.is_trusted
            or (self._still is not None and frame.index - looked.index >= _LONGEST)
        )

    def _look(self) -> None:
        """Look at the newest frame, and back from it where what is seen has changed."""
        newest, known = self._waiting[-1], self._seen
        self._looked, self._seen = newest.frame, self._at(newest)
        if self._still is None:
            return
        if newest.cells is None:
            newest.cells = cells_of(
                newest.frame, self._detector.field(newest.frame.size)
            )
        self._still.look(newest.cells, self._seen.score)
        if newest.frame.mark.after_hole or rank_of(self._seen) == rank_of(known):
            return
        for each in reversed(self._waiting[:-1]):
            if each.seen or (each.is_due and rank_of(self._at(each)) == rank_of(known)):
                return

    def _look_at_end(self) -> None:
        """Look at the last frame, where something is seen until there."""
        if not (self._still and self._waiting and rank_of(self._seen)):
            return
        if self._waiting[-1].seen is None and self._waiting[-1].is_due:
            self._look()

    def _at(self, waiting: _Waiting) -> Seen:
        waiting.seen = self._detector.detect(waiting.frame)
        return waiting.seen

    def _leave(self, most: int) -> Iterator[Glance]:
        """Hand on frames, but for the last ones if they may still be looked at.

        Args:
            most: how many may be held back.
        """
        held = 0
        while held < min(most, len(self._waiting)):
            if self._waiting[-1 - held].seen:
                break
            held += 1
        ready = self._waiting[: len(self._waiting) - held]
        del self._waiting[: len(ready)]
        for each in ready:
            yield Glance(each.frame, each.seen, each.is_due)
