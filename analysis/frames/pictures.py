"""The coded pictures of a clip: a short sum of each, without decoding.

A recorder's raw stream and the same stream in a container have equal pictures, though
their bytes differ: a container has lengths in place of start codes, and keeps the
parameters elsewhere. So only the coded slices are summed.
"""

from __future__ import annotations

from pathlib import Path

import cv2

from analysis.frames.decoder import open_footage
from analysis.frames.footageformat import PACKET_BYTES, require_format
from analysis.frames.hearing import hearing
from analysis.values.pictures import SUM_BYTES, sum_of

_START = b"\0\0\1"
_TORN = b"torn"
_AS_CODED = -1.0  # as cv2.CAP_PROP_FORMAT: packets, with start codes
_H264_SLICES = range(1, 6)  # ITU-T H.264, table 7-1
_HEVC_SLICES = range(32)  # ITU-T H.265, table 7-1
_HEVC_NAMES = frozenset({"hevc", "hvc1", "hev1", "h265"})


def sum_pictures(path: Path) -> bytes:
    """Read a clip once, and sum its coded pictures.

    Returns:
        ``analysis.values.pictures.SUM_BYTES`` for each of them, in the order in which
        they are coded; nothing where they cannot be told apart.

    Raises:
        DecodeError: it is no footage.
        DecoderError: this OpenCV cannot be kept from opening other files.
    """
    footage_format = require_format(path)
    capture = open_footage(path, footage_format)
    try:
        if not capture.set(cv2.CAP_PROP_FORMAT, _AS_CODED):
            return b""
        name = int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little")
        is_hevc = name.decode("latin-1").lower() in _HEVC_NAMES
        sums = bytearray()
        with hearing():  # what it reports was told when the pictures were decoded
            while capture.grab():
                is_there, packet = capture.retrieve()
                if is_there and packet is not None:  # a damaged one is empty
                    sums += sum_of(_coded(packet.tobytes(), is_hevc=is_hevc))
        if footage_format.demuxer == "mpegts" and _is_torn(path):
            sums[-SUM_BYTES:] = sum_of(_TORN)
        return bytes(sums)
    finally:
        capture.release()


def _is_torn(path: Path) -> bool:
    """Whether a transport stream ends within a packet.

    Its demuxer may leave out the picture that is not whole, so the last sum tells it.
    """
    size = path.stat().st_size
    return all(size % packet for packet in PACKET_BYTES)


def _coded(packet: bytes, *, is_hevc: bool) -> bytes:
    """Return the slices of a packet; all of it where it has none.

    A stream that broke off within the parameters of a picture has them in a last packet
    of their own, by which it is known that it was cut.
    """
    if packet.endswith(_START) or not packet.startswith((_START, b"\0" + _START)):
        return packet
    units = (unit.rstrip(b"\0") for unit in packet.split(_START))
    slices = (unit for unit in units if unit and _is_slice(unit[0], is_hevc=is_hevc))
    return b"".join(slices) or packet


def _is_slice(header: int, *, is_hevc: bool) -> bool:
    if is_hevc:
        return (header >> 1) & 63 in _HEVC_SLICES
    return header & 31 in _H264_SLICES
