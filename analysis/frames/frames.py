"""The frames of a clip, in order, decoded once and made small by exact halving.

OpenCV decodes on one thread: there is a worker process for each core, and decoder
threads would cost memory and a quarter more CPU. Frames are BGR (blue, green, red), as
OpenCV gives them, until ``analysis.models`` turns them into an input.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

import cv2

from analysis import DecodeError
from analysis.frames import beyond
from analysis.frames.beyond import Beyond, is_needed
from analysis.frames.condition import Condition, Mark
from analysis.frames.decoder import open_footage
from analysis.frames.files.container import alone
from analysis.frames.files.orientation import Orientation, read_orientation
from analysis.frames.files.why import why_encrypted, why_nothing
from analysis.frames.footageformat import require_format
from analysis.frames.grabs import Grabs
from analysis.frames.halving import Halving, Image, halvings
from analysis.frames.hearing import hearing
from analysis.frames.rawstream import look_through
from analysis.frames.tracks.packets import Times
from analysis.frames.tracks.rates import stream_rate
from analysis.frames.tracks.reading import read_track
from analysis.values.rate import is_plausible
from analysis.values.seen import Rect

_Made = TypeVar("_Made")

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

_SOUND = Mark()
_MOST_AHEAD = 36
_AHEAD_BYTES = 64 << 20


class Frame:
    """A decoded frame, after rotation.

    It lies in the reader's buffers, and is valid until ``FrameReader.ahead`` more
    frames have been read. ``keep()`` makes it stay valid.

    Attributes:
        index: from 0.
        size: width and height in pixels.
        mark: whether it can be trusted, and whether frames are missing before it.
        is_kept: whether it stays valid.

    Args:
        index: from 0.
        bgr: (height, width, 3) uint8, blue, green, red.
        halving: the reader's, which makes its frames small one by one.
        mark: as the attribute.
    """

    def __init__(
        self,
        index: int,
        bgr: Image,
        halving: Optional[Halving] = None,
        mark: Mark = _SOUND,
    ) -> None:
        self.index, self.mark, self.is_kept = index, mark, False
        height, width = bgr.shape[:2]
        self.size = (width, height)
        self._bgr = bgr
        self._halving = halving or Halving()
        self._made: dict[Hashable, Any] = {}

    def bgr(self) -> Image:
        """Return the frame, (height, width, 3) uint8 BGR; do not write into it."""
        return self._bgr

    def halved(self, times: int, part: Optional[Rect] = None) -> Image:
        """Halve the sides of a part of the frame, some number of times.

        Args:
            times: how often.
            part: in pixels; None for the whole frame.

        Returns:
            BGR, valid until something else of the reader is halved.
        """
        part = part or (0, 0, *self.size)
        return self._halving.halve(self.index, self._bgr, part, times)

    def grey(self, width: int, height: int, part: Optional[Rect] = None) -> Image:
        """Return the brightness of a part of the frame, made small by averaging.

        Args:
            width, height: the new size.
            part: in pixels; None for the whole frame.

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
        """Return the result of ``make``, which is called only once for each ``way``."""
        if way not in self._made:
            self._made[way] = make()
        made: _Made = self._made[way]
        return made

    def keep(self) -> Frame:
        """Let the frame stay valid: the reader does not use its memory again."""
        self.is_kept = True
        return self


class FrameReader:
    """Reads the frames of a clip, from its first to the last that can be decoded.

    OpenCV hides damage: a damaged or cut clip gives fewer frames, or smeared ones. What
    can be noticed of it is known once all frames have been read.

    Attributes:
        ahead: how many frames stay valid at a time.
        track: what the container says of its pictures; None for a bare stream.
        stream_rate: the rate that a raw stream states; None where it states none.
        unbelieved: the rate that the footage states where no camera films so.
        promised: how many frames lie in the file, damaged ones too; 0 if unknown.
        time_ms: says when a frame is shown that was read: see ``Condition.time_ms``.

    Args:
        path: footage in a format of ``analysis.frames.footageformat``, of any name.
        rotate: degrees clockwise: 0, 90, 180 or 270.

    Raises:
        DecodeError: it is no footage, or (when iterated over) not one frame could be
            decoded.
        DecoderError: this OpenCV cannot be kept from opening other files.
    """

    def __init__(self, path: Path, rotate: int = 0) -> None:
        self._path = path
        footage_format = require_format(path)
        self._turn = _TURNS.get(rotate)
        self._upright: Optional[Image] = None
        if why := why_encrypted(path, footage_format):
            raise DecodeError(f"{path.name}: {why}")
        self._format = footage_format
        self.track = read_track(path, footage_format)
        self._capture: Any
        self._capture, self._hearing = self._open()
        raw = look_through(path, footage_format)
        self._stands, self.stream_rate = Orientation(), None
        if raw is None or raw.may_tell:
            turned = self._capture.get(cv2.CAP_PROP_ORIENTATION_META)
            self._stands = read_orientation(path, footage_format, turned)
            self.stream_rate = stream_rate(path, footage_format)
        self.unbelieved = self.track.unbelieved if self.track else None
        if self.stream_rate and not is_plausible(self.stream_rate):
            self.unbelieved, self.stream_rate = self.stream_rate, None
        self.promised = self.track.delivered if self.track else raw.begun if raw else 0
        self._condition = Condition(self.track, raw)
        self.time_ms = self._condition.time_ms
        sides = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        width, height = (self._capture.get(side) for side in sides)
        fitting = int(_AHEAD_BYTES // max(1.0, 3 * width * height))
        self.ahead = min(_MOST_AHEAD, max(1, fitting))

    @property
    def framerate(self) -> Optional[float]:
        """The container's frames per second; None for raw H.264, which has no rate."""
        return self.track.rate if self.track and not self.unbelieved else None

    @property
    def measured(self) -> Optional[float]:
        """The rate by the times of the frames, where the container's is unbelieved."""
        return self.track.rate if self.track and self.unbelieved else None

    @property
    def unturned(self) -> float:
        """By how many degrees it is turned where that is not obeyed; else 0."""
        return self._stands.degrees

    @property
    def frames_expected(self) -> Optional[int]:
        """The number of frames that a player of the undamaged footage would show.

        It is None where nothing says it; raw H.264 only says it if frames are missing.
        """
        return self._condition.expected

    @property
    def damage(self) -> str:
        """What was noticed of damage, in words; empty where none was."""
        return self._condition.damage

    def times_ms(self, rate: float) -> Optional[Times]:
        """When each frame is shown, from the first one: (frames,) float64.

        Args:
            rate: frames per second, where the footage has no times.

        Returns:
            The times; None where the frames follow each other evenly.
        """
        return self._condition.times_ms(rate)

    def __iter__(self) -> Iterator[Frame]:
        halving = Halving()
        ring: list[Optional[Frame]] = [None] * self.ahead
        index = 0

        def take() -> Optional[Image]:
            old = ring[index % self.ahead]
            return self._retrieve(None if old is None or old.is_kept else old.bgr())

        grabs = Grabs(self._capture, self.promised, take, self._hearing)
        for grab in grabs:
            if grab.bgr is not None:
                frame = Frame(index, grab.bgr, halving, self._condition.note(grab))
                ring[index % self.ahead] = frame
                yield frame
                index += 1
        self._condition.end(grabs)
        if index == 0:
            why = why_nothing(self._path, self._format)
            raise DecodeError(f"{self._path.name}: {why}")

    def _open(self) -> tuple[Any, Any]:
        """Open the footage, or a copy of its film if OpenCV would read another track.

        Returns:
            The capture, and what hears its errors.

        Raises:
            DecodeError: the film cannot be copied.
        """
        path, track = self._path, self.track
        if track and is_needed(track, self._format):
            return Beyond(path, self._format), beyond.hearing
        if track is None or not track.is_hidden:
            return open_footage(path, self._format), hearing
        with alone(path, self._format, track.index) as (own, own_format):
            return open_footage(own, own_format), hearing

    def _retrieve(self, into: Optional[Image]) -> Optional[Image]:
        """Decode the grabbed frame, mirror and rotate it.

        Returns:
            The picture; None if the frame cannot be decoded after all.
        """
        if self._turn is None:
            decoded, into = self._capture.retrieve(into)
            return self._standing(into) if decoded and into is not None else None
        decoded, self._upright = self._capture.retrieve(self._upright)
        if not decoded or self._upright is None:
            return None
        bgr: Image = cv2.rotate(self._standing(self._upright), self._turn, dst=into)
        return bgr

    def _standing(self, bgr: Image) -> Image:
        """Let a picture stand as players show it, beyond what OpenCV did."""
        if self._stands.turn:
            bgr = cv2.rotate(bgr, _TURNS[self._stands.turn])
        flip = self._stands.flip
        return bgr if flip is None else cv2.flip(bgr, flip)

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_image(path: Path) -> Frame:
    """Read a picture file as a frame.

    Raises:
        DecodeError: the file is not a picture.
    """
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise DecodeError(f"{path}: is not a picture that can be read")
    return Frame(0, bgr)
