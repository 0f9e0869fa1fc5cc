"""Rewrites the stream's parameters (SPS) as a Pi's firmware writes them.

x264 always writes a frame rate into the SPS's usability part (VUI, ITU-T H.264 annex
E). A Pi writes none, so nobody can read a time from its stream. This module cuts that
part off.
"""

from __future__ import annotations

_CHROMA_PROFILES = frozenset({100, 110, 122, 244})


class _Bits:
    """Reads the bits of a unit, most significant first."""

    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in data)
        self.position = 0

    def fixed(self, count: int) -> int:
        """Read an unsigned number that has ``count`` bits."""
        self.position += count
        return int(self._bits[self.position - count : self.position], 2)

    def number(self) -> int:
        """Read an unsigned exponential-Golomb number."""
        zeros = self._bits.index("1", self.position) - self.position
        self.position += zeros
        return self.fixed(zeros + 1) - 1

    def read_bits(self) -> str:
        """Return all bits before the current position."""
        return self._bits[: self.position]


def without_timing(unit: bytes) -> bytes:
    """Return an SPS unit without its frame rate.

    Args:
        unit: the SPS unit, with its header and without its start code.
    """
    bits = _Bits(unit.replace(b"\x00\x00\x03", b"\x00\x00"))
    bits.fixed(8)
    _skip_to_usability(bits)
    # A 0 for "no usability part", the stop bit, and zeros to the end of the byte.
    kept = bits.read_bits() + "0" + "1"
    kept += "0" * (-len(kept) % 8)
    plain = bytes(int(kept[at : at + 8], 2) for at in range(0, len(kept), 8))
    return _protected(plain)


def _skip_to_usability(bits: _Bits) -> None:
    """Read the fields of 7.3.2.1.1 that x264 writes, in their order."""
    profile = bits.fixed(8)
    bits.fixed(16)  # constraints, level
    bits.number()
    if profile in _CHROMA_PROFILES:
        bits.number()
        bits.number()
        bits.number()
        bits.fixed(2)  # no bypass, no scaling matrices: x264's presets use none
    bits.number()
    if bits.number() == 0:  # picture order count; x264 writes type 0 or 2
        bits.number()
    bits.number()
    bits.fixed(1)
    bits.number()
    bits.number()
    if not bits.fixed(1):
        bits.fixed(1)
    bits.fixed(1)
    if bits.fixed(1):
        for _ in range(4):
            bits.number()


def _protected(data: bytes) -> bytes:
    """Insert bytes so that 00 00 0x never occurs in a unit, as Annex B demands."""
    protected, zeros = bytearray(), 0
    for byte in data:
        if zeros >= 2 and byte <= 3:
            protected.append(3)
            zeros = 0
        protected.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(protected)
