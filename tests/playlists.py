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


def referring(folder: Path, victim: Path) -> Iterator[tuple[str, bytes]]:
    """Whole containers that say that pictures or words lie in another file."""
    mov, avi, mkv = (
        video.write(folder / f"whole.{kind}", video.squares(4)).read_bytes()
        for kind in ("mov", "avi", "mkv")
    )
    path = str(victim).encode()
    yield "alias.mov", _with_reference(mov, _alias(victim))
    for text in (path, b"file://" + path):
        yield f"url{len(text)}.mov", _with_reference(mov, _box(b"url ", text))
    yield "urn.mov", _with_reference(mov, _box(b"urn ", b"x\0" + path))
    there = b"url " + struct.pack(">I", len(path) + 1) + path + b"\0"
    instead = _nested(_box(b"rdrf", there), b"rmda", b"rmra", b"moov")
    yield "elsewhere.mov", instead + mov
    for what, playlist in TEXTS.items():
        yield f"{what}.avi", _with_subtitles(avi, playlist.format(victim).encode())
    yield "next.mkv", _with_next(mkv, victim.name.encode())


def _with_reference(mov: bytes, entry: bytes) -> bytes:
    """Let a MOV's pictures lie, it says, where an entry of its ``dref`` says."""
    self_contained = mov.index(b"\0\0\0\x0curl \0\0\0\1")
    grown = bytearray(mov)
    grown[self_contained : self_contained + 12] = entry
    for parent in _PARENTS:
        at = mov.rindex(parent, 0, self_contained) - 4
        size = struct.unpack_from(">I", mov, at)[0] + len(entry) - 12
        struct.pack_into(">I", grown, at, size)
    return bytes(grown)


def _box(kind: bytes, body: bytes) -> bytes:
    """A box of MP4 with a version and flags of 0."""
    return struct.pack(">I4s4x", len(body) + 12, kind) + body


def _nested(box: bytes, *kinds: bytes) -> bytes:
    for kind in kinds:
        box = struct.pack(">I4s", len(box) + 8, kind) + box
    return box


def _with_subtitles(avi: bytes, text: bytes) -> bytes:
    """Add a stream of subtitles to an AVI, in a file of their own kind (GAB2)."""
    head = _chunk(b"strh", b"txts".ljust(20, b"\0") + struct.pack("<II28x", 1, 25))
    stream = _chunk(b"LIST", b"strl" + head + _chunk(b"strf", bytes(4)))
    told = struct.pack("<HIHI", 2, 0, 4, len(text)) + text
    words = _chunk(b"01tx", b"GAB2\0" + told)
    streams, first = avi.index(b"strl") - 8, avi.index(b"movi") + 4
    behind = streams + 8 + struct.unpack_from("<I", avi, streams + 4)[0]
    grown = bytearray(avi[:behind] + stream + avi[behind:first] + words + avi[first:])
    for at, more in (
        (4, len(stream) + len(words)),
        (avi.index(b"hdrl") - 4, len(stream)),
        (avi.index(b"avih") + 32, 1),  # how many streams there are
        (first - 8 + len(stream), len(words)),
    ):
        struct.pack_into("<I", grown, at, struct.unpack_from("<I", grown, at)[0] + more)
    return bytes(grown)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _with_next(mkv: bytes, name: bytes) -> bytes:
    """Let a Matroska file be followed by another, in the room that was left free."""
    free = mkv.index(b"\xec\1")  # whose length has seven bytes
    room = 9 + int.from_bytes(mkv[free + 2 : free + 9], "big")
    said = b"\x3e\x83\xbb" + bytes([0x80 | len(name)]) + name
    said += b"\x3e\xb9\x23\x90" + bytes(range(16))
    info = b"\x15\x49\xa9\x66" + bytes([0x80 | len(said)]) + said
    left = room - len(info) - 2
    rest = b"\xec" + bytes([0x80 | left]) + bytes(left)
    return mkv[:free] + info + rest + mkv[free + room :]


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
