"""Files in which a recorder wrote when it filmed each frame of a raw clip: their names.

``rpicam-vid --save-pts`` and picamera2 write to whatever name they are given: beside
``a.h264`` that is ``a.pts`` or ``a.txt``, and ``timestamps.txt`` where the clip has a
folder of its own. A ``.txt`` is such a file only if its first line says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath, PurePosixPath

from weir.clip import RAW_SUFFIXES

_SURE = (".pts", ".timecodes", ".timestamps")
_LONE = ".timestamps.txt"
"""What a file gets behind its clip's name that is named after none."""

_SUFFIXES = (
    *(".pts", ".PTS", ".timecodes", ".timestamps"),
    *(_LONE, ".txt", ".TXT"),
)
_LONE_NAMES = frozenset(
    f"{name}{ending}"
    for name in ("timestamp", "timestamps", "timecode", "timecodes", "pts")
    for ending in ("", ".txt", ".pts")
)
HEADER = re.compile(rb"#\s*(?:timecode|timestamp)s? format v(\d+)\s*", re.IGNORECASE)
HEADER_BYTES = 64


def says_times(name: str, head: bytes) -> bool:
    """Whether a file lists times, by its name or its first ``HEADER_BYTES`` bytes."""
    if name.lower().endswith(_SURE):
        return True
    first = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    return HEADER.fullmatch(first.strip()) is not None


def is_sure(name: str) -> bool:
    """Whether a file is made for frame times, and nothing else, by its name."""
    return name.lower().endswith(_SURE)


def is_raw(name: str) -> bool:
    """Whether a clip's name is that of a bare stream, which has no times."""
    return PurePath(name).suffix.lower() in RAW_SUFFIXES


def times_names(clip: str) -> tuple[str, ...]:
    """Return the names that a file with the times of a raw clip's frames may have.

    Returns:
        Its names, with the clip's folders, the surest first; none for footage in a
        container.
    """
    if not is_raw(clip):
        return ()
    stem = clip[: -len(PurePath(clip).suffix)]
    return tuple(base + suffix for suffix in _SUFFIXES for base in (stem, clip))


def lone_name(clip: str) -> str:
    """Return the name that a file of times gets which is named after no clip."""
    return clip[: -len(PurePath(clip).suffix)] + _LONE


def clips_of_times(name: str) -> tuple[str, ...]:
    """Return the names of the clips that a file may have the times of.

    Returns:
        Their names; none if it is no file of frame times by its name.
    """
    for suffix in _SUFFIXES:
        stem = name[: -len(suffix)]
        if stem and name.endswith(suffix):
            if stem.lower().endswith(RAW_SUFFIXES):
                return (stem,)
            return tuple(stem + raw for raw in RAW_SUFFIXES)
    return ()


def lone_clip(name: str, others: Iterable[str]) -> str:
    """Return the clip that a file is about which is named after none.

    Args:
        name: its base name, such as ``timestamps.txt``.
        others: the base names beside it.

    Returns:
        The only raw clip beside it; empty where there is none, or more than one.
    """
    if name.lower() not in _LONE_NAMES:
        return ""
    clips = {other for other in others if is_raw(other)}
    return clips.pop() if len(clips) == 1 else ""


def is_lone(name: str) -> bool:
    """Whether a file may have frame times and is named after no clip."""
    return PurePosixPath(name).name.lower() in _LONE_NAMES
