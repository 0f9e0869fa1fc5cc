"""Writes raw H.264 that is coded in fields, as old recorders do.

Each field is one macroblock of bare values (``I_PCM``), so that any decoder shows it:
a frame is 16 pixels wide and 32 high.
"""

from __future__ import annotations

_SPS, _PPS, _KEY, _OTHER = 0x67, 0x68, 0x65, 0x61


class BitWriter:
    """Collects bits, first one first."""

    def __init__(self) -> None:
        self.bits = ""

    def put(self, value: int, count: int) -> BitWriter:
        """Add a number of so many bits."""
        self.bits += f"{value:0{count}b}"
        return self

    def golomb(self, *values: int) -> BitWriter:
        """Add numbers in the code ``ue(v)``."""
        for value in values:
            coded = f"{value + 1:b}"
            self.bits += "0" * (len(coded) - 1) + coded
        return self

    def unit(self, header: int, *, ended: bool = True) -> bytes:
        """Return the bits as a unit, with the start code before it."""
        bits = self.bits + ("1" if ended else "")
        bits += "0" * (-len(bits) % 8)
        data = int(bits, 2).to_bytes(len(bits) // 8, "big")
        return b"\0\0\0\1" + bytes([header]) + data


def parameters() -> bytes:
    """Main profile, frames of 16 by 32 pixels that may be coded as fields."""
    sps = BitWriter().put(77, 8).put(0, 8).put(20, 8)
    sps.golomb(0, 0, 2, 1).put(0, 1).golomb(0, 0)  # id, frame_num, order, references
    sps.put(0, 1).put(0, 1).put(1, 1).put(0, 1).put(0, 1)  # fields; no cropping, no VUI
    pps = BitWriter().golomb(0, 0).put(0, 2).golomb(0, 0, 0).put(0, 3)
    pps.golomb(0, 0, 0).put(0, 3)
    return sps.unit(_SPS) + pps.unit(_PPS)


def field(number: int, value: int, *, is_bottom: bool, is_key: bool = False) -> bytes:
    """A field of one brightness."""
    bits = BitWriter().golomb(0, 7, 0).put(number % 16, 4).put(1, 1)
    bits.put(is_bottom, 1)
    if is_key:
        bits.golomb(0).put(0, 2)
    else:
        bits.put(0, 1)
    bits.golomb(0, 25)  # no change of quantisation; bare values follow
    bits.bits += "0" * (-len(bits.bits) % 8)
    for _ in range(256):
        bits.put(value, 8)
    for _ in range(128):
        bits.put(128, 8)
    return bits.unit(_KEY if is_key else _OTHER)


def stream(frames: int) -> bytes:
    """So many frames, each of two fields."""
    units = [parameters()]
    for index in range(frames):
        value = 60 + 10 * (index % 15)
        units.append(field(index, value, is_bottom=False, is_key=index == 0))
        units.append(field(index, value, is_bottom=True))
    return b"".join(units)
