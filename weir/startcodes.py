"""Start codes: 00 00 01 begins each unit of a raw stream, whichever coding made it.

H.264 and HEVC are told apart by the headers of their units, because people give both
the names that they give H.264. The header of one is seldom a possible header of the
other, and each unit votes.
"""

from __future__ import annotations

from collections.abc import Iterator

START = b"\x00\x00\x01"
_MOST_UNITS = 200
# ITU-T H.264, table 7-1. The second set never has a reference, the third always.
_H264 = frozenset(range(1, 24))
_H264_NO_REFERENCE = frozenset({6, 9, 10, 11, 12})
_H264_REFERENCE = frozenset({5, 7, 8})
_H264_VOTERS = frozenset({1, 5, 6, 7, 8, 9, 10, 11, 12})
_HEVC = frozenset({*range(10), *range(16, 22), *range(32, 41)})  # ITU-T H.265, 7-1


def begins(head: bytes) -> bool:
    """Whether a start code comes first, after any number of zeros."""
    return head[_first(head) :].startswith(START)


def begins_with_unit(head: bytes) -> bool:
    """Whether a stream begins with a unit of H.264, after any number of zeros."""
    return _is_unit(head, _first(head))


def has_unit(head: bytes) -> bool:
    """Whether a unit of H.264 or HEVC is anywhere in these bytes."""
    return any(
        _is_unit(head, at) or _is_hevc(head[at + 3], head[at + 4])
        for at in _starts(head)
    )


def is_hevc(head: bytes) -> bool:
    """Whether more units in these bytes must be HEVC than must be H.264."""
    votes = 0
    for number, at in enumerate(_starts(head)):
        if number == _MOST_UNITS:
            break
        first, second = head[at + 3], head[at + 4]
        votes += _is_hevc(first, second) - _is_h264(first)
    return votes > 0


def _first(head: bytes) -> int:
    """Where the start code is that comes after zeros alone, if there is one."""
    return max(0, len(head) - len(head.lstrip(b"\0")) - 2)


def _starts(head: bytes) -> Iterator[int]:
    """Find the start codes that have two bytes of header after them."""
    at = head.find(START)
    while 0 <= at < len(head) - 4:
        yield at
        at = head.find(START, at + 3)


def _is_unit(head: bytes, at: int) -> bool:
    if head[at : at + 3] != START or len(head) < at + 4:
        return False
    return head[at + 3] < 0x80 and head[at + 3] & 31 in _H264


def _is_h264(first: int) -> bool:
    kind, has_reference = first & 31, first >> 5 != 0
    if first >= 0x80 or kind not in _H264_VOTERS:
        return False
    return kind not in (_H264_NO_REFERENCE if has_reference else _H264_REFERENCE)


def _is_hevc(first: int, second: int) -> bool:
    # Bits: 0, six of the type, six of the layer (0), three of the temporal id plus 1.
    return not first & 0x81 and first >> 1 in _HEVC and 0 < second < 8
