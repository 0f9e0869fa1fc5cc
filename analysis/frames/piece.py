"""A piece of a clip: some of its frames, without decoding all that come before.

Decoding can only begin at a key picture. In a raw stream the last one before the piece
is found by its bytes, and the stream from there on is a stream of its own; in a
container by its time. Where this is not sure to give the frames that the whole clip
would give, the clip is decoded from its beginning.
"""

from __future__ import annotations

import mmap
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis.frames.cut import cut
from analysis.frames.footageformat import RAW_H264, format_of
from analysis.frames.frames import Frame, FrameReader

_UNIT = re.compile(rb"\x00\x00\x01")
_SLICE, _KEY_SLICE, _SEI, _SPS, _PPS, _DELIMITER = 1, 5, 6, 7, 8, 9
_BEFORE = frozenset({_SEI, _SPS, _PPS, _DELIMITER})
_HELD_BACK = 16
"""So many pictures more than needed: a decoder may give them late."""


@dataclass(frozen=True)
class Places:
    """Where the pictures of a raw stream begin.

    Attributes:
        starts: the place of each picture's first byte, parameters before it included,
            and at the end that of the stream's end.
        keys: the pictures at which decoding can begin.
        parameters: the bytes of the stream's first parameters.
    """

    starts: tuple[int, ...]
    keys: tuple[int, ...]
    parameters: bytes


def places(path: Path) -> Places:
    """Find where the pictures of raw H.264 begin.

    Raises:
        OSError: it cannot be read.
    """
    starts: list[int] = []
    keys: list[int] = []
    parameters = b""
    with path.open("rb") as file, _mapped(file.fileno()) as data:
        begin: Optional[int] = None  # of what comes before the next picture
        begun_parameters: Optional[int] = None
        for match in _UNIT.finditer(data):
            at, header = match.start(), match.end()
            kind = data[header] & 31 if header < len(data) else 0
            if begun_parameters is not None and kind not in (_SPS, _PPS):
                parameters = parameters or data[begun_parameters:at]
                begun_parameters = None
            if kind in _BEFORE:
                begin = at if begin is None else begin
                if kind in (_SPS, _PPS) and begun_parameters is None:
                    begun_parameters = at
            elif kind in (_SLICE, _KEY_SLICE):
                is_first = header + 1 < len(data) and data[header + 1] & 0x80
                if is_first:
                    if kind == _KEY_SLICE:
                        keys.append(len(starts))
                    starts.append(at if begin is None else begin)
                begin = None
        starts.append(len(data))
    return Places(tuple(starts), tuple(keys), parameters)


@contextmanager
def piece(
    path: Path,
    first: int,
    last: int,
    *,
    frames: int,
    rate: float = 0.0,
    rotate: int = 0,
) -> Iterator[Iterator[Frame]]:
    """Open the frames of a clip from one to another, both included.

    Args:
        path: the clip.
        first, last: the frames that are wanted, from 0.
        frames: how many frames the whole clip gave when it was decoded.
        rate: how many of them a second, evenly; 0 where they are not even.
        rotate: degrees clockwise.

    Yields:
        The frames; each has its number in the whole clip.

    Raises:
        DecodeError: not one frame can be decoded.
        OSError: it cannot be read.
    """
    suffix = ".h264" if format_of(path) == RAW_H264 else ".mkv"
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        target = Path(file.name)
        begins = _cut(path, target, (first, last), frames, rate)
        source = path if begins is None else target
        with FrameReader(source, rotate) as reader:
            yield _between(reader, begins or 0, first, last)


def _cut(
    path: Path, target: Path, wanted: tuple[int, int], frames: int, rate: float
) -> Optional[int]:
    """Cut the piece out.

    Returns:
        The number of its first picture; None where the whole clip has to be decoded.
    """
    found = format_of(path)
    if found == RAW_H264:
        return _cut_raw(path, target, wanted, frames)
    return cut(path, found, target, frames=wanted, rate=rate) if found else None


def _cut_raw(
    path: Path, target: Path, wanted: tuple[int, int], frames: int
) -> Optional[int]:
    found, (first, last) = places(path), wanted
    if len(found.starts) - 1 != frames:  # damaged, or of fields: numbers may differ
        return None
    key = max((key for key in found.keys if key <= first), default=0)
    end = found.starts[min(last + 1 + _HELD_BACK, frames)]
    with path.open("rb") as file:
        file.seek(found.starts[key])
        target.write_bytes(found.parameters + file.read(end - found.starts[key]))
    return key


def _between(
    reader: FrameReader, begins: int, first: int, last: int
) -> Iterator[Frame]:
    for frame in reader:
        number = begins + frame.index
        if number > last:
            return
        if number >= first:
            frame.index = number
            yield frame


@contextmanager
def _mapped(descriptor: int) -> Iterator[mmap.mmap]:
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as data:
        yield data
