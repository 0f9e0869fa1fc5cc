"""Whole numbers out of a FlexBuffer, the form in which custom operators keep options.

Only what that needs of the format (FlexBuffers internals, flatbuffers.dev): a map at
the root, and whole numbers that lie in it. No engine brings a reader of its own along.
"""

from __future__ import annotations

from typing import Literal, Optional

_INTEGER, _UNSIGNED, _MAP = 1, 2, 9


def integer(data: bytes, key: str) -> Optional[int]:
    """The whole number of a key; None where there is no map, key or such number."""
    try:
        return _integer(data, key.encode())
    except (IndexError, ValueError):
        return None


def _integer(data: bytes, key: bytes) -> Optional[int]:
    packed, width = data[-2], data[-1]
    if packed >> 2 != _MAP:
        return None
    values = _back(data, len(data) - 2 - width, width)
    width = 1 << (packed & 3)
    # In front of the values: where the keys are, their width, and how many.
    count = _number(data, values - width, width)
    keys = _back(data, values - 3 * width, width)
    key_width = _number(data, values - 2 * width, width)
    for each in range(count):
        start = _back(data, keys + each * key_width, key_width)
        if data[start : data.index(b"\0", start)] == key:
            kind = data[values + count * width + each] >> 2
            if kind in (_INTEGER, _UNSIGNED):
                signed = kind == _INTEGER
                return _number(data, values + each * width, width, signed=signed)
    return None


def _number(data: bytes, at: int, width: int, *, signed: bool = False) -> int:
    if at < 0 or at + width > len(data) or width not in (1, 2, 4, 8):
        raise IndexError(at)
    order: Literal["little"] = "little"
    return int.from_bytes(data[at : at + width], order, signed=signed)


def _back(data: bytes, at: int, width: int) -> int:
    """Where an offset leads, which counts backwards from where it lies."""
    return at - _number(data, at, width)
