"""The headers of H.264 that tell whether a slice is of a field (ITU-T H.264, 7.3).

A camera that films in fields may code the two fields of a frame as two pictures, each
with slices of its own. They are one frame: fields of opposite parity with the same
``frame_num``, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

_HIGH = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
LONGEST = 512
"""So many bytes of a header are looked at."""

_MOST_BITS = 32
_MOST_CYCLE = 255
_SEPARATE_PLANES = 3
_EXTENDED_ASPECT = 255


class Bits:
    """Reads the bits of a unit, from the first one after its header.

    Args:
        data: the unit's bytes, as they lie in the stream.
    """

    def __init__(self, data: bytes) -> None:
        plain = data[:LONGEST].replace(b"\0\0\3", b"\0\0")  # emulation prevention
        self._value, self._left = int.from_bytes(plain, "big"), 8 * len(plain)

    def take(self, count: int = 1) -> int:
        """Read a number of so many bits.

        Raises:
            EOFError: the bytes end before.
        """
        if count > self._left:
            raise EOFError
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def golomb(self) -> int:
        """Read a number in the code ``ue(v)``, or half of one in ``se(v)``.

        Raises:
            EOFError: the bytes end before.
            ValueError: no number is so long.
        """
        zeros = 0
        while not self.take():
            zeros += 1
            if zeros > _MOST_BITS:
                raise ValueError
        return (1 << zeros) - 1 + self.take(zeros)


@dataclass(frozen=True)
class Parameters:
    """What a sequence's parameters (SPS) say of its slices.

    Attributes:
        has_fields: whether a picture may be a field.
        number_bits: how many bits ``frame_num`` has.
        has_planes: whether each colour is coded by itself.
        allows_gaps: whether ``frame_num`` may leave numbers out.
        has_timing: whether they say how long a picture is shown; True where that
            cannot be read.
    """

    has_fields: bool
    number_bits: int
    has_planes: bool
    allows_gaps: bool = False
    has_timing: bool = True

    @classmethod
    def parse(cls, data: bytes) -> Parameters:
        """Read the parameters.

        Args:
            data: the unit's bytes after its header.

        Raises:
            EOFError: they are cut off.
            ValueError: they are no parameters.
        """
        bits = Bits(data)
        profile = bits.take(8)
        bits.take(16)
        bits.golomb()
        has_planes = profile in _HIGH and _skip_high(bits)
        number_bits = bits.golomb() + 4
        _skip_order(bits)
        bits.golomb()
        allows_gaps = bool(bits.take())
        bits.golomb()
        bits.golomb()
        has_fields = not bits.take()
        timing = _has_timing(bits, has_fields=has_fields)
        return cls(has_fields, number_bits, has_planes, allows_gaps, timing)


def _skip_high(bits: Bits) -> bool:
    """Pass over what only high profiles have.

    Returns:
        Whether each colour is coded by itself.
    """
    chroma = bits.golomb()
    has_planes = chroma == _SEPARATE_PLANES and bool(bits.take())
    bits.golomb()
    bits.golomb()
    bits.take()
    if bits.take():
        for index in range(12 if chroma == _SEPARATE_PLANES else 8):
            if bits.take():
                _skip_scaling(bits, 16 if index < 6 else 64)
    return has_planes


def _skip_scaling(bits: Bits, size: int) -> None:
    last = scale = 8
    for _ in range(size):
        if scale:
            coded = bits.golomb()
            delta = (coded + 1) // 2 if coded % 2 else -(coded // 2)
            scale = (last + delta) % 256
        last = scale or last


def _skip_order(bits: Bits) -> None:
    """Pass over the order in which pictures are shown."""
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take()
        bits.golomb()
        bits.golomb()
        count = bits.golomb()
        if count > _MOST_CYCLE:
            raise ValueError
        for _ in range(count):
            bits.golomb()


def _has_timing(bits: Bits, *, has_fields: bool) -> bool:
    """Whether the rest of the parameters tells times (ITU-T H.264, E.1.1)."""
    try:
        bits.take(2 if has_fields else 1)
        if bits.take():  # edges that are cut away
            for _ in range(4):
                bits.golomb()
        if not bits.take():
            return False
        if bits.take() and bits.take(8) == _EXTENDED_ASPECT:
            bits.take(32)
        if bits.take():
            bits.take()
        if bits.take():
            bits.take(4)
            if bits.take():
                bits.take(24)
        if bits.take():
            bits.golomb()
            bits.golomb()
        return bool(bits.take())
    except (EOFError, ValueError):
        return True


@dataclass(frozen=True)
class Field:
    """A field, as a slice's header says: of which frame, and which half of it."""

    number: int
    is_bottom: bool
    is_key: bool

    def completes(self, first: Optional[Field]) -> bool:
        """Whether this is the second field of the frame that another began."""
        return (
            first is not None
            and first.number == self.number
            and first.is_bottom != self.is_bottom
            and (first.is_key or not self.is_key)
        )


def field_of(data: bytes, parameters: Parameters, *, is_key: bool) -> Optional[Field]:
    """Read the header of a slice.

    Args:
        data: the unit's bytes after its header.
        parameters: of its sequence.
        is_key: whether decoding can start at it.

    Returns:
        The field that it is of; None if it is of a whole frame.

    Raises:
        EOFError: it is cut off.
        ValueError: it is no slice.
    """
    bits = Bits(data[:64])
    for _ in range(3):
        bits.golomb()
    if parameters.has_planes:
        bits.take(2)
    number = bits.take(parameters.number_bits)
    if not parameters.has_fields or not bits.take():
        return None
    return Field(number, bool(bits.take()), is_key)
