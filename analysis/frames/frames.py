"""The frames of a clip, in order, decoded once and made small by exact halving.

OpenCV decodes, on one thread: workers are processes, one a core, and frame threads cost
memory and a quarter more CPU. It hands over blue, green, red whatever the footage was,
and nothing here turns the order round: a frame is BGR, and says so, until
``analysis.models`` makes an input of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

import cv2

from analysis import DecodeError
from analysis.frames import extent
from analysis.frames.decoder import open_footage
from analysis.frames.footagekind import require_kind
from analysis.frames.halving import Halving, Image, halvings
from analysis.values.seen import Rect

_Made = TypeVar("_Made")

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

_MOST_AHEAD = 24
_AHEAD_BYTES = 64 << 20


class Frame:
    """A decoded frame, after rotation.

    It lives in the reader's buffers: it is valid until ``FrameReader.ahead`` more have
    been read, and what is to stay longer is a copy, by ``keep()``.

    Attributes:
        index: from 0.
        size: width and height in pixels.

    Args:
        index: from 0.
        bgr: (height, width, 3) uint8, blue, green, red.
        halving: of the reader, which makes its frames small one by one.
    """

    def __init__(
        self, index: int, bgr: Image, halving: Optional[Halving] = None
    ) -> None:
        self.index = index
        height, width = bgr.shape[:2]
        self.size = (width, height)
        self._bgr = bgr
        self._halving = halving or Halving()
        self._made: dict[Hashable, Any] = {}

    def bgr(self) -> Image:
        """The frame, (height, width, 3) uint8, blue, green, red; not to be written."""
        return self._bgr

    def halved(self, times: int, part: Optional[Rect] = None) -> Image:
        """A part of the frame with each side halved so many times, BGR like ``bgr()``.

        It is valid until something else of the reader is halved.

        Args:
            times: how often.
            part: None for the whole frame.
        """
        part = part or (0, 0, *self.size)
        return self._halving.halve(self.index, self._bgr, part, times)

    def grey(self, width: int, height: int, part: Optional[Rect] = None) -> Image:
        """The brightness of a part of the frame, averaged over areas.

        Args:
            width, height: what it is made to.
            part: None for the whole frame.

        Returns:
            (height, width) uint8.
        """
        size = part[2:] if part else self.size
        small = self.halved(halvings(size, (width, height)), part)
        if small.shape[:2] != (height, width):
            small = cv2.resize(small, (width, height), interpolation=cv2.INTER_AREA)
        grey: Image = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        return grey

    def once(self, way: Hashable, make: Callable[[], _Made]) -> _Made:
        """What ``make`` makes of the frame; it is made once for each way of making."""
        if way not in self._made:
            self._made[way] = make()
        made: _Made = self._made[way]
        return made

    def keep(self) -> Frame:
        """A copy that stays valid for ever."""
        return Frame(self.index, self._bgr.copy())


class FrameReader:
    """Reads the frames of a clip, from its first to the last that can be decoded.

    OpenCV hides corruption: a damaged or shortened clip gives fewer frames, or the
    frame before once more. Who needs to know compares the number with the sidecar's,
    or with the container's.

    Attributes:
        ahead: how many frames stay valid at a time.

    Args:
        path: footage of a kind that ``analysis.frames.footagekind`` knows, by any name.
        rotate: degrees clockwise: 0, 90, 180 or 270.

    Raises:
        DecodeError: it is no footage, or, when iterated over, not one frame of it could
            be decoded.
        DecoderError: the decoder cannot be held to one kind of footage.
    """

    def __init__(self, path: Path, rotate: int = 0) -> None:
        self._path = path
        kind = require_kind(path)
        self._is_raw = kind.is_raw
        self._turn = _TURNS.get(rotate)
        self._upright: Optional[Image] = None
        self._capture = open_footage(path, kind)
        self._decoded, self._end_ms = 0, 0.0
        sides = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        width, height = (self._capture.get(side) for side in sides)
        fitting = int(_AHEAD_BYTES // max(1.0, 3 * width * height))
        self.ahead = min(_MOST_AHEAD, max(1, fitting))

    @property
    def framerate(self) -> Optional[float]:
        """Frames per second by the container; None for raw H.264, which has none."""
        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        return None if self._is_raw or not 0 < rate < 1000 else rate

    @property
    def frames_expected(self) -> Optional[int]:
        """Frames that the container was to have, known when all have been read.

        None where nothing says: raw H.264, a container that was not closed.
        """
        if self._is_raw:
            return None
        told = float(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        rate, end_ms = self.framerate, self._end_ms
        return extent.frames_expected(told, rate, decoded=self._decoded, end_ms=end_ms)

    def __iter__(self) -> Iterator[Frame]:
        halving = Halving()
        ring: list[Optional[Image]] = [None] * self.ahead
        index = 0
        while self._capture.grab():
            slot = index % self.ahead
            bgr = self._retrieve(ring[slot])
            if bgr is not None:
                ring[slot] = bgr
                self._note(index)
                yield Frame(index, bgr, halving)
                index += 1
        if index == 0:
            raise DecodeError(f"{self._path.name}: not one frame could be decoded")

    def _note(self, index: int) -> None:
        self._decoded = index + 1
        if self._is_raw:
            return
        # Not every frame has a time, and behind the last there is none.
        shown_ms = float(self._capture.get(cv2.CAP_PROP_POS_MSEC))
        self._end_ms = max(self._end_ms, shown_ms)

    def _retrieve(self, into: Optional[Image]) -> Optional[Image]:
        """The frame that was grabbed, turned; None where there is none after all."""
        if self._turn is None:
            decoded, bgr = self._capture.retrieve(into)
        else:
            decoded, self._upright = self._capture.retrieve(self._upright)
            bgr = cv2.rotate(self._upright, self._turn, dst=into) if decoded else None
        return bgr if decoded else None

    def close(self) -> None:
        """Let go of the file."""
        self._capture.release()

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_image(path: Path) -> Frame:
    """A picture file as a frame; raises DecodeError when it is none."""
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise DecodeError(f"{path}: is not a picture that can be read")
    return Frame(0, bgr)
