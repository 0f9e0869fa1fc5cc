"""Grabs: one picture after the other from the decoder, past those that fail.

A grab that fails is not the end of the footage. After a damaged packet OpenCV gives no
picture once, and the next one after that. So grabs are tried until nothing more can
come; each failed one uses up a packet, so that the footage's own number of packets is
the most that one can need.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Callable, NamedTuple, Optional

import cv2

from analysis.frames.halving import Image
from analysis.frames.hearing import hearing

_SLACK = 32
"""So many grabs may fail in a row after all pictures that the footage promises."""

_KEY = ord("I")
Hearing = Callable[[], AbstractContextManager[list[str]]]


class Grab(NamedTuple):
    """A picture that the decoder has ready.

    Attributes:
        failed: how many grabs failed since the picture before.
        errors: what the decoder reported while it decoded up to this picture.
        lost_errors: what it reported in the grabs that failed before.
        is_key: whether it needs no other picture.
        shown_ms: when it is shown, from the track's start; 0 where that is unknown.
        bgr: the picture; None if it cannot be handed over after all.
    """

    failed: int
    errors: tuple[str, ...]
    lost_errors: tuple[str, ...]
    is_key: bool
    shown_ms: float
    bgr: Optional[Image] = None


class Grabs:
    """Grabs the pictures of footage, as long as one can come.

    Args:
        capture: the open footage.
        promised: how many pictures the footage may have.
        take: hands over the picture that was grabbed.
        hear: collects what the decoder reports.

    Attributes:
        failed: how many grabs failed since the last picture.
        lost_errors: what the decoder reported in them.
    """

    def __init__(
        self,
        capture: Any,
        promised: int,
        take: Callable[[], Optional[Image]],
        hear: Hearing = hearing,
    ) -> None:
        self._capture, self._promised = capture, promised
        self._take, self._hear = take, hear
        self.failed = 0
        self.lost_errors: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Grab]:
        grabbed = 0
        while self.failed <= max(0, self._promised - grabbed) + _SLACK:
            with self._hear() as heard:
                is_there = self._capture.grab()
                bgr = self._take() if is_there else None
            if is_there:
                yield self._grab(tuple(heard), bgr)
                grabbed += 1
            else:
                self.failed += 1
                self.lost_errors += tuple(heard)

    def _grab(self, errors: tuple[str, ...], bgr: Optional[Image]) -> Grab:
        grab = Grab(
            failed=self.failed,
            errors=errors,
            lost_errors=self.lost_errors,
            is_key=self._capture.get(cv2.CAP_PROP_FRAME_TYPE) == _KEY,
            shown_ms=float(self._capture.get(cv2.CAP_PROP_POS_MSEC)),
            bgr=bgr,
        )
        self.failed, self.lost_errors = 0, ()
        return grab
