"""The names of clips, and of the files that belong to a clip.

A new name, ``clip00012_2026-05-01_07-00-00.h264``, has a number that is never used
again on its drive, and the local date and time of the start. A name of the original
system, ``clip12_2026-05-01.h264``, has no time of day, and its number began again with
each start of the script. A name only identifies a clip; settings are in the sidecar.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Optional

from weir import ContractError

CLIP_SUFFIX = ".h264"
SIDECAR_SUFFIX = ".json"
TRUTH_SUFFIX = ".truth.json"
TIMES_NAME = "times.csv"
"""The table in which a person says when clips start."""

RAW_SUFFIXES = (*(".h264", ".264", ".avc", ".h265", ".265"), ".hevc", ".mjpeg", ".mjpg")
"""The names of bare streams, as cameras write them: they hold no times."""

VIDEO_SUFFIXES = frozenset(
    {
        *RAW_SUFFIXES,
        *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".f4v", ".insv", ".360"),
        *(".avi", ".divx", ".mkv", ".webm", ".flv", ".wmv", ".asf"),
        *(".ts", ".m2t", ".mts", ".m2ts", ".mpg", ".mpeg", ".mpe", ".m1v", ".m2v"),
        *(".vob", ".mod", ".tod"),
    }
)
"""The names of footage; a file's first bytes decide what it is."""

_NAME = re.compile(
    r"clip(?P<number>\d+)_(?P<date>\d{4}-\d\d-\d\d)(?:_(?P<time>\d\d-\d\d-\d\d))?\.h264"
)
_DATE = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)")


@dataclass(frozen=True)
class ClipName:
    """What a clip's name says.

    Attributes:
        number: counts up; original names may have it twice.
        date: local date of the start.
        time: local time of the start, to the second; None in original names.
    """

    number: int
    date: date
    time: Optional[time]

    @classmethod
    def at(cls, number: int, start: datetime) -> ClipName:
        """Make the name of a clip from its number and its local start."""
        return cls(number, start.date(), start.time().replace(microsecond=0))

    @classmethod
    def parse(cls, name: str) -> ClipName:
        """Read a clip's base name, new or original.

        Raises:
            ContractError: it is no clip's name, or its date or time does not exist.
        """
        match = _NAME.fullmatch(name)
        if not match:
            raise ContractError(
                f"{name!r} is no clip name like clip00012_2026-05-01_07-00-00.h264"
            )
        try:
            day = date.fromisoformat(match["date"])
            clock = match["time"]
            moment = time.fromisoformat(clock.replace("-", ":")) if clock else None
        except ValueError as exc:
            raise ContractError(f"{name!r} has a date that does not exist") from exc
        return cls(int(match["number"]), day, moment)

    def format(self) -> str:
        """Write the name as it stands on the drive."""
        if self.time is None:
            return f"clip{self.number}_{self.date.isoformat()}{CLIP_SUFFIX}"
        moment = self.time.strftime("%H-%M-%S")
        return f"clip{self.number:05d}_{self.date.isoformat()}_{moment}{CLIP_SUFFIX}"


@dataclass(frozen=True)
class DroppedClip:
    """A clip that was dropped, as its bytes were when they were verified.

    Attributes:
        name: base name.
        source: its whole name in what was dropped, with folders.
        sha256, bytes: sum and number of the bytes that could be read.
        damage: how these bytes differ from those that were filmed; empty if they do
            not.
    """

    name: str
    source: str
    sha256: str
    bytes: int
    damage: str


def is_video(name: str) -> bool:
    """Whether a file's name ends as the name of a video does."""
    return PurePath(name).suffix.lower() in VIDEO_SUFFIXES


def sidecar_name(clip: str) -> str:
    """Return the name of a clip's sidecar."""
    return clip + SIDECAR_SUFFIX


def truth_name(clip: str) -> str:
    """Return the name of the truth that a simulated camera writes beside a clip."""
    return clip + TRUTH_SUFFIX


def companion_names(clip: str) -> tuple[str, ...]:
    """Return the names of all files that belong to a clip, besides the clip itself."""
    return sidecar_name(clip), truth_name(clip)


def clip_of(name: str) -> str:
    """Return the name of the clip that a sidecar or truth belongs to.

    Returns:
        The clip's name; for any other file, ``name`` itself.
    """
    for suffix in (TRUTH_SUFFIX, SIDECAR_SUFFIX):
        clip = name[: -len(suffix)]
        if name.endswith(suffix) and is_video(clip):
            return clip
    return name


def encodable(name: str) -> str:
    """Turn a file's name into valid UTF-8; bytes that are not UTF-8 are replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def composed(name: str) -> str:
    """Write a name in the one form that equal names share (Unicode's NFC).

    macOS writes an accent behind its letter, where others have one sign for both.
    """
    return unicodedata.normalize("NFC", encodable(name))


def date_in(name: str) -> Optional[date]:
    """Find the date in a file's name.

    Returns:
        The date; None if the name has none.
    """
    match = _DATE.search(name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
