"""Archives and videos that are not read: each is named, with what its owner can do.

They are told by their first bytes, and the parts of a split one by their names, too.
"""

from __future__ import annotations

import re

HEAD_BYTES = 512
"""How many of a file's first bytes are enough to name it."""

UNPACK = "unpack it, and drop what is in it, or a .zip of that"
JOIN = (
    "join the parts again (zip -s 0 name.zip --out whole.zip; where they end in .001,"
    " cat name.zip.* > whole.zip), and drop the whole"
)

CONVERT = "convert it, for example with: ffmpeg -i IN -c:v libx264 -crf 16 OUT.mp4"
_LOCAL, _SPANNED = b"PK\x03\x04", b"PK\x07\x08"
_MARKS = (
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"\x1f\x8b", "a gzip file (.gz, .tgz)"),
    (0, b"BZh", "a bzip2 file (.bz2)"),
    (0, b"\xfd7zXZ\x00", "an xz file (.xz)"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file (.zst)"),
    (0, b"LZIP", "an lzip file (.lz)"),
    (257, b"ustar", "a tar archive"),
    (0, b"xar!", "a xar archive"),
    (0, b"MSCF", "a cabinet (.cab)"),
)
_VIDEOS = (
    (b"OggS", "Ogg (.ogv)"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "MXF"),
    (b"\x1f\x07\x00", "DV"),
    (b"YUV4MPEG2", "Y4M"),
    (b".RMF", "RealMedia"),
    (b"DHAV", "Dahua's own form (.dav)"),
    (b"GIF8", "a GIF"),
)
_PICTURES = (
    (b"\xff\xd8\xff", "a photograph (JPEG)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"II*\0", "a picture (TIFF, or a raw photograph)"),
    (b"MM\0*", "a picture (TIFF, or a raw photograph)"),
)
_PART = re.compile(
    r"(?P<zip>\.z\d\d+|\.zip\.\d{3,})|(?P<rar>\.part\d+\.rar|\.r\d\d)|(\.\w+\.\d{3})",
    re.IGNORECASE,
)


def is_split(head: bytes) -> bool:
    """Whether a file begins as the first part of a split zip does."""
    return head.startswith(_SPANNED + _LOCAL)


def name_archive(name: str, head: bytes) -> str:
    """Name the kind of an archive that is not read as it is.

    Args:
        name: the file's name.
        head: its first ``HEAD_BYTES`` bytes.

    Returns:
        What it is, and what to do; empty if it is no archive.
    """
    part = next((m for m in _PART.finditer(name) if m.end() == len(name)), None)
    if is_split(head) or (part and part["zip"]):
        return f"it is a part of a split zip: {JOIN}"
    if part and part["rar"]:
        return f"it is a part of a split RAR archive: with the other parts, {UNPACK}"
    for at, mark, kind in _MARKS:
        if head[at : at + len(mark)] == mark:
            split = " in parts" if part else ""
            return f"it is {kind}{split}, which is not read: {UNPACK}"
    if part:
        return f"it is a part of a split file: join the parts, and then {UNPACK}"
    return ""


def name_video(head: bytes) -> str:
    """Name the form of a video or a picture that is not read, by its first bytes.

    Returns:
        What it is, and what to do; empty where it is none that is known.
    """
    for mark, kind in _VIDEOS:
        if head.startswith(mark):
            return f"it is {kind}, which is not read: {CONVERT}"
    for mark, kind in _PICTURES:
        if head.startswith(mark):
            return f"it is {kind}, no video: drop the video that goes with it"
    return ""


def name_member(name: str, head: bytes) -> str:
    """Name the kind of an archive that lies in a zip.

    Returns:
        What it is, and what to do; empty if it is no archive.
    """
    if head.startswith((_LOCAL, b"PK\x05\x06")) or name.lower().endswith(".zip"):
        return f"it is a zip in a zip: {UNPACK}"
    return name_archive(name, head) or name_video(head)
