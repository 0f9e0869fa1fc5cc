"""What a raw stream itself shows of damage, read without decoding (ITU-T H.264, H.265).

Nothing states how many frames a raw stream should have. But each picture that others
need has the next ``frame_num``, modulo a power of two, and begins again at 0 with a key
picture: a number that is left out is a hole. And no picture has three zero bytes in a
row: they are what a power cut, a bad sector or a transfer that broke off leaves.
"""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from analysis.frames.files.zeros import LEAST, zeros_at_end
from analysis.frames.footageformat import RAW_H264, RAW_HEVC, FootageFormat
from weir.slices import Bits, Field, Parameters

_RUN = re.compile(rb"\0\0+[^\0]?")  # a start code is two zeros or more, and a 1
_LEAST_ZEROS = 3
_SLICE, _KEY_SLICE, _TOLD, _PARAMETERS = 1, 5, 6, 7
_HEADER = 64  # bytes of a slice that hold its header's beginning
_LONGEST = 512  # bytes of a unit that are looked at
_PADDING = 4096
"""An encoder may fill up with fewer zeros than this between units."""


_BARE = ("mpegvideo", "m4v")  # demuxers of streams that only state a rate
_LEAST_NUMBERS = 256
"""With fewer numbers than this, a hole of any length may look like a short one."""


@dataclass(frozen=True)
class Hole:
    """A place at which pictures are missing.

    Attributes:
        frame: the first picture after it, counted as they begin in the stream.
        missing: at least how many pictures are missing; 0 if this is unknown.
    """

    frame: int
    missing: int


@dataclass
class RawStream:
    """What is found in a stream.

    Attributes:
        begun: how many pictures begin in it.
        holes: where pictures are missing.
        zeros: how many bytes were overwritten with zeros.
        broken: the pictures that are damaged by their bytes, as they begin.
        lost: how many units of pictures cannot be understood.
        delay: how many pictures the decoder may hold back.
        may_tell: whether it may say at which rate it was filmed, or how its pictures
            stand.
    """

    begun: int = 0
    holes: list[Hole] = field(default_factory=list)
    zeros: int = 0
    broken: set[int] = field(default_factory=set)
    lost: int = 0
    delay: int = 0
    may_tell: bool = False

    @property
    def expected(self) -> int:
        """At least how many pictures there were."""
        return self.begun + sum(hole.missing for hole in self.holes)

    @property
    def damage(self) -> str:
        """What was noticed of damage, in words; empty where none was."""
        said = []
        if self.zeros:
            said.append(f"{self.zeros} bytes are zeros that no camera wrote")
        if self.lost:
            said.append(f"{self.lost} parts of the stream cannot be understood")
        if self.holes:
            first, missing = self.holes[0], sum(hole.missing for hole in self.holes)
            count = f"at least {missing} frames" if missing else "frames"
            said.append(
                f"{count} are missing, the first before frame {first.frame}, so that"
                " later times may be early"
            )
        return "; ".join(said)


def look_through(path: Path, footage_format: FootageFormat) -> Optional[RawStream]:
    """Look through a raw stream; others than H.264 and HEVC only show how they end.

    Returns:
        What is found; None for a container.

    Raises:
        OSError: it cannot be read.
    """
    if not footage_format.is_raw and footage_format.demuxer not in _BARE:
        return None
    if footage_format in (RAW_H264, RAW_HEVC):
        return read_stream(path, is_hevc=footage_format is RAW_HEVC)
    return RawStream(zeros=zeros_at_end(path), may_tell=True)


def read_stream(path: Path, *, is_hevc: bool = False) -> RawStream:
    """Look through a raw stream of H.264 or HEVC.

    Raises:
        OSError: it cannot be read.
    """
    reading = _Reading(is_hevc=is_hevc)
    if not path.stat().st_size:
        return reading.found
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        for run in _RUN.finditer(data):
            start, end = run.span()
            after = data[end - 1]
            if after == 1:
                reading.padding(end - start - 1)
                reading.unit(start, data[end : end + _LONGEST])
            elif after:
                reading.zeros(end - start - 1)
            elif end - start >= LEAST:
                reading.zeros(end - start)
    return reading.found


class _Reading:
    """Follows the pictures of a stream, unit by unit."""

    def __init__(self, *, is_hevc: bool) -> None:
        self.found = RawStream(may_tell=is_hevc)
        self._is_hevc = is_hevc
        self._parameters: Optional[Parameters] = None
        self._field: Optional[Field] = None
        self._number: Optional[int] = None
        self._has_free = False
        self._zeros = self._place = 0

    def padding(self, count: int) -> None:
        """Take zeros before a start code, which an encoder may write."""
        if count >= _PADDING:
            self.zeros(count)

    def zeros(self, count: int) -> None:
        """Take zeros within a unit; two of them may be the picture's own."""
        if count >= _LEAST_ZEROS:
            self.found.zeros += count
            self.found.broken.add(max(0, self.found.begun - 1))
            self._zeros += count

    def unit(self, place: int, data: bytes) -> None:
        """Take the next unit, of which the first bytes are enough."""
        self._place = place
        if self._is_hevc:
            # Its pictures' numbers stand deep in the slices; they are only counted.
            self.found.begun += len(data) > 2 and data[0] < 64 and data[2] >= 128
            return
        kind = data[0] & 31 if data else 0
        try:
            if kind == _PARAMETERS:
                self._parameters = Parameters.parse(data[1:])
                self.found.may_tell |= self._parameters.has_timing
            elif kind == _TOLD:
                self.found.may_tell = True
            elif kind in (_SLICE, _KEY_SLICE):
                self._slice(data, is_key=kind == _KEY_SLICE)
        except (EOFError, ValueError):
            self.found.lost += 1
            self.found.may_tell = True

    def _slice(self, data: bytes, *, is_key: bool) -> None:
        if len(data) < 2 or not data[1] & 0x80:
            return  # not the first slice of its picture
        parameters = self._parameters
        if parameters is None:
            self.found.begun += 1
            self.found.lost += 1
            return
        bits = Bits(data[1 : _HEADER + 1])
        for _ in range(3):
            bits.golomb()
        if parameters.has_planes:
            bits.take(2)
        number = bits.take(parameters.number_bits)
        if parameters.has_fields and bits.take():
            half = Field(number, bool(bits.take()), is_key)
            is_second = half.completes(self._field)
            self._field = None if is_second else half
            if is_second:
                return
        self._picture(number, parameters, is_key=is_key, is_needed=data[0] >> 5 & 3 > 0)
        self.found.begun += 1

    def _picture(
        self, number: int, parameters: Parameters, *, is_key: bool, is_needed: bool
    ) -> None:
        """Hold a picture's number against the one before that others need."""
        numbers = 1 << parameters.number_bits
        if not is_key and self._number is not None and not parameters.allows_gaps:
            step = (number - self._number) % numbers
            if step != 1:
                self._hole(step, numbers)
        self._zeros = 0
        if is_key or is_needed:
            self._number = number
        self._has_free = self._has_free or not is_needed
        self.found.delay = 4 if self._has_free else 0

    def _hole(self, step: int, numbers: int) -> None:
        usual = self._place / max(1, self.found.begun)
        is_short = 0 < self._zeros < numbers / 2 * usual
        is_sure = 1 < step <= numbers // 2 and (is_short or numbers >= _LEAST_NUMBERS)
        missing = step - 1 if is_sure and not self._has_free else 0
        self.found.holes.append(Hole(self.found.begun, missing))
