"""Frames of H.264 that are coded as two fields, each of which is a packet.

Camcorders film so (AVCHD). A player shows one frame for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from weir.slices import LONGEST, Field, Parameters, field_of

_START = b"\0\0\1"
_SLICE, _KEY_SLICE, _PARAMETERS = 1, 5, 7
_LENGTHS = 1  # begins the parameters of a stream whose units have lengths
_HEAD = 8  # bytes before the first parameters there


class Fields:
    """Follows the packets of a track, in the order of decoding.

    Args:
        codec: FFmpeg's name of it.
        extradata: the parameters that the container has; empty where it has none.
    """

    def __init__(self, codec: str, extradata: bytes) -> None:
        self._is_h264 = codec == "h264"
        self._prefix = 0
        self._parameters: Optional[Parameters] = None
        self._first: Optional[Field] = None
        if extradata[:1] == bytes([_LENGTHS]) and len(extradata) > _HEAD:
            self._prefix = (extradata[4] & 3) + 1
            self._learn(extradata[_HEAD : _HEAD + LONGEST])
        else:
            for unit in _started(extradata):
                self._learn(unit)

    def is_second(self, packet: Any) -> bool:
        """Whether a packet is the second field of the frame before."""
        if not self._is_h264 or (self._parameters and not self._parameters.has_fields):
            return False
        data = bytes(packet)
        for unit in self._prefixed(data) if self._prefix else _started(data):
            self._learn(unit)
            if unit[0] & 31 in (_SLICE, _KEY_SLICE):
                return self._follow(unit)
        return False

    def _follow(self, unit: bytes) -> bool:
        field = None
        if self._parameters:
            is_key = unit[0] & 31 == _KEY_SLICE
            try:
                field = field_of(unit[1:], self._parameters, is_key=is_key)
            except (EOFError, ValueError):
                field = None
        is_second = field is not None and field.completes(self._first)
        self._first = None if is_second else field
        return is_second

    def _learn(self, unit: bytes) -> None:
        """Keep the parameters, if a unit has them."""
        if unit[:1] and unit[0] & 31 == _PARAMETERS:
            try:
                self._parameters = Parameters.parse(unit[1:])
            except (EOFError, ValueError):
                self._parameters = None

    def _prefixed(self, data: bytes) -> Iterator[bytes]:
        """Yield the beginnings of units that have their lengths before them."""
        at = 0
        while at + self._prefix < len(data):
            size = int.from_bytes(data[at : at + self._prefix], "big")
            at += self._prefix
            if size:
                yield data[at : at + min(size, LONGEST)]
            at += size


def _started(data: bytes) -> Iterator[bytes]:
    """Yield the beginnings of units that have start codes before them."""
    at = data.find(_START)
    while 0 <= at < len(data) - len(_START):
        at += len(_START)
        yield data[at : at + LONGEST]
        at = data.find(_START, at)
