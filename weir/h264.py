"""The frames of a raw H.264 stream, found in its bytes without decoding.

The stream consists of units that each begin with 00 00 01 (ITU-T H.264, annex B). A
frame begins with a coded slice (unit type 1, or 5 if decoding can start there) whose
first field, ``first_mb_in_slice``, is 0: a single 1 bit after the unit's header. Two
such slices begin one frame where each is of a field: see ``weir.slices``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Callable, Optional

from weir.slices import LONGEST, Field, Parameters, field_of

_START = b"\x00\x00\x01"
_SLICE, _KEY_SLICE, _PARAMETERS = 1, 5, 7
_BEFORE_SLICES = frozenset({6, 7, 8, 9})  # SEI, SPS, PPS, delimiter
_UNIT = re.compile(rb"\x00?\x00\x00\x01")
_CHUNK = 1 << 20
_PIECE = 1 << 15


class FrameCounter:
    """Counts frames in a stream that arrives in pieces of any size.

    Attributes:
        frames: how many frames have begun.
        key_frames: at how many of them decoding can start.
        has_parameters: whether the stream's parameters (SPS) have come.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.key_frames = 0
        self.has_parameters = False
        self._rest = b""
        self._parameters: Optional[Parameters] = None
        self._field: Optional[Field] = None

    def feed(self, data: bytes) -> int:
        """Take the next bytes.

        Returns:
            How many frames begin in them.
        """
        before = self.frames
        buffer = self._rest + data
        position = buffer.find(_START)
        while 0 <= position <= len(buffer) - 5:
            data = buffer[position + 4 : position + 4 + LONGEST]
            try:
                self._unit(buffer[position + 3], data)
            except EOFError:
                if len(data) < LONGEST:
                    break  # its header goes on in the next piece
            position = buffer.find(_START, position + 3)
        # The end of the piece may cut a start code, or the two bytes after it.
        self._rest = buffer[position:] if position >= 0 else buffer[-2:]
        return self.frames - before

    def _unit(self, header: int, data: bytes) -> None:
        unit_type = header & 31
        if unit_type == _PARAMETERS:
            self.has_parameters = True
            with suppress(ValueError):
                self._parameters = Parameters.parse(data)
        elif unit_type in (_SLICE, _KEY_SLICE) and data[0] & 0x80:
            is_key = unit_type == _KEY_SLICE
            field = self._field_of(data, is_key=is_key)
            if field and field.completes(self._field):
                self._field = None
                return
            self._field = field
            self.frames += 1
            self.key_frames += is_key

    def _field_of(self, data: bytes, *, is_key: bool) -> Optional[Field]:
        """Read of which field a slice is; None if it is of a whole frame."""
        if self._parameters is None or not self._parameters.has_fields:
            return None
        with suppress(ValueError):
            return field_of(data, self._parameters, is_key=is_key)
        return None


def count_frames(
    path: Path, heartbeat: Callable[[], None] = lambda: None
) -> FrameCounter:
    """Count the frames of a file, and call ``heartbeat`` after each piece of it.

    Raises:
        OSError: it cannot be read.
    """
    counter = FrameCounter()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            counter.feed(chunk)
            heartbeat()
    return counter


def access_units(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of each frame, together with the parameters before it.

    Only one frame and one piece of the file are held in memory.

    Args:
        file: open for reading, at the beginning of the stream.
    """
    frame, has_slice = bytearray(), False
    for unit in _units(file):
        unit_type, is_first = _type_of(unit)
        is_slice = unit_type in (_SLICE, _KEY_SLICE)
        if has_slice and (is_first if is_slice else unit_type in _BEFORE_SLICES):
            yield bytes(frame)
            frame, has_slice = bytearray(), False
        frame += unit
        has_slice = has_slice or is_slice
    if has_slice:
        yield bytes(frame)


def _units(file: BinaryIO) -> Iterator[bytes]:
    """Yield the units with their start codes, from the first start code on."""
    buffer = b""
    while chunk := file.read(_PIECE):
        buffer += chunk
        starts = [match.start() for match in _UNIT.finditer(buffer)]
        for start, end in zip(starts, starts[1:]):
            yield buffer[start:end]
        # The last unit may go on in the next piece, and so may a start code.
        buffer = buffer[starts[-1] :] if starts else buffer[-3:]
    if _UNIT.match(buffer):
        yield buffer


def _type_of(unit: bytes) -> tuple[int, bool]:
    """Return a unit's type, and whether, if it is a slice, it is a frame's first."""
    header = unit.index(1) + 1
    first = unit[header + 1] if len(unit) > header + 1 else 0
    return (unit[header] & 31 if len(unit) > header else 0), bool(first & 0x80)
