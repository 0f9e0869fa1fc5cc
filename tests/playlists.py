"""Files that make a player open other files, under the names of footage."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tests import video

HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile {0}\nfile {0}\n"
SDP = (
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
)
DASH = (
    '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
    ' profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet'
    ' mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{0}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>\n"
)
TEXTS = {"hls": HLS, "concat": CONCAT, "sdp": SDP, "dash": DASH}
BEGINNINGS = {
    "raw": b"\0\0\0\1\x67\n",
    "mp4": b"\0\0\0\x10ftypisom\0\0\0\0",
    "avi": b"RIFF\0\1\0\0AVI ",
    "mkv": b"\x1a\x45\xdf\xa3\x84\n",
}
_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")


def texts(victim: Path) -> Iterator[tuple[str, bytes]]:
    """Playlists that name a file, by every name that footage can have.

    Args:
        victim: what they would have opened; a sibling by its name alone, too.
    """
    for what, text in TEXTS.items():
        for suffix in ("h264", "mp4", "mkv", "avi", "mov"):
            yield f"{what}.{suffix}", text.format(victim).encode()
    yield "bom.h264", b"\xef\xbb\xbf" + HLS.format(victim).encode()
    yield "clip%03d.h264", CONCAT.format(victim.name).encode()
    yield "concat:a|b.h264", CONCAT.format(victim.name).encode()
    yield "subfile,,start,0,end,0,,:a.mp4", HLS.format(victim).encode()


def disguised(victim: Path) -> Iterator[tuple[str, bytes]]:
    """The same behind the first bytes of footage."""
    for kind, beginning in BEGINNINGS.items():
        for what, text in TEXTS.items():
            name = f"{what}-behind-{kind}.{kind if kind != 'raw' else 'h264'}"
            yield name, beginning + text.format(victim).encode()


def referring_mov(folder: Path, victim: Path) -> bytes:
    """A whole MOV whose pictures lie, it says, in another file (``dref``, ``alis``)."""
    data = video.write(folder / "referring.mov", video.squares(4)).read_bytes()
    self_contained = data.index(b"\0\0\0\x0curl \0\0\0\1")
    entry = _alias(victim)
    grown = bytearray(data)
    grown[self_contained : self_contained + 12] = entry
    for parent in _PARENTS:
        at = data.rindex(parent, 0, self_contained) - 4
        size = struct.unpack_from(">I", data, at)[0] + len(entry) - 12
        struct.pack_into(">I", grown, at, size)
    return bytes(grown)


def _alias(victim: Path) -> bytes:
    """A ``dref`` entry as QuickTime wrote it for a file by its path."""
    path = str(victim).encode()
    name = victim.name.encode()[:63]
    fixed = bytes(10) + b"\4disk".ljust(28, b"\0") + bytes(12)
    fixed += bytes([len(name)]) + name.ljust(63, b"\0") + bytes(16)
    fixed += struct.pack(">hh", 0, 0) + bytes(16)
    told = struct.pack(">HH", 2, len(path)) + path + bytes(len(path) % 2)
    body = bytes(4) + fixed + told + struct.pack(">HH", 0xFFFF, 0)
    return struct.pack(">I4s", len(body) + 8, b"alis") + body
