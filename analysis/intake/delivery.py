"""Follows one dropped file, called a delivery, from its claim to its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

from analysis.intake.contents.contents import Contents
from analysis.intake.contents.videocontents import VideoContents
from analysis.intake.inbox import ZIP_SUFFIX
from analysis.intake.listing import Stamp
from analysis.origin.cameras import camera_in_inbox, cameras_in_archive
from analysis.values.record import KnownClip
from analysis.values.seen import FAILED
from weir.archive import DroppedClip
from weir.clip import encodable


@dataclass(eq=False)
class Delivery:
    """One dropped file, with the clips still to do and the outcome of the others.

    Attributes:
        path: the path of its file in working/.
        dropped: its path below the inbox.
        received: when it was claimed.
        stamp: the stamp of its file, before its bytes were read.
        contents: its clips and documents.
        pending: the clips that were not begun yet.
        outcomes: each clip that has ended, with its status.
        new: how many of its clips were added to the record.
        known: those of its clips that the record had before it came.
        is_resumed: whether it was claimed by a daemon before this one.
        unused: how many of its tables of times have lines that could not be used.
        spoilt: why it must be rejected; empty while nothing is wrong. A zip is never
            spoilt, because a bad clip in it does not affect the others.
    """

    path: Path
    dropped: Path
    received: datetime
    stamp: Stamp
    contents: Contents
    pending: deque[DroppedClip] = field(default_factory=deque)
    outcomes: list[tuple[DroppedClip, str]] = field(default_factory=list)
    new: int = 0
    known: list[KnownClip] = field(default_factory=list)
    is_resumed: bool = False
    unused: int = 0
    spoilt: str = ""
    _ended_bytes: int = 0

    @property
    def name(self) -> str:
        """Its path below the inbox, as text."""
        return encodable(str(self.dropped))

    @cached_property
    def cameras(self) -> Mapping[str, str]:
        """The camera that folders name, by the path of each clip in the delivery."""
        sources = [clip.source for clip in self.contents.clips]
        if outside := camera_in_inbox(self.dropped):
            return dict.fromkeys(sources, outside)
        return cameras_in_archive(sources)

    @property
    def is_zip(self) -> bool:
        """Whether it can hold several clips."""
        return self.path.suffix.lower() == ZIP_SUFFIX

    @property
    def is_bare(self) -> bool:
        """Whether it is a single video, not in a zip."""
        return isinstance(self.contents, VideoContents)

    @property
    def is_footage(self) -> bool:
        """Whether it brought clips, not only documents about clips."""
        return self.is_zip or self.is_bare

    @property
    def is_second(self) -> bool:
        """Whether it brought footage, and nothing but clips that were known before."""
        return self.is_footage and 0 < len(self.known) == len(self.outcomes)

    @property
    def is_over(self) -> bool:
        """Whether all its clips have ended."""
        return len(self.outcomes) == len(self.contents.clips)

    @property
    def failed(self) -> int:
        """How many of its clips could not be analysed."""
        return sum(status == FAILED for _, status in self.outcomes)

    @property
    def troubles(self) -> int:
        """How many of its clips failed, plus how much of it was not read or used."""
        return self.failed + len(self.contents.unread) + self.unused

    @property
    def bytes(self) -> int:
        """The size of its file."""
        return self.stamp[0]

    @cached_property
    def _clip_bytes(self) -> int:
        return sum(clip.bytes for clip in self.contents.clips)

    @property
    def bytes_left(self) -> int:
        """The size of those of its clips that have not ended."""
        return self._clip_bytes - self._ended_bytes

    def note(self, clip: DroppedClip, status: str, reason: str) -> None:
        """Note how one of its clips ended."""
        self.outcomes.append((clip, status))
        self._ended_bytes += clip.bytes
        if status == FAILED and not self.is_zip:
            self.spoilt = reason


def claimed_at(path: Path) -> datetime:
    """Return when a file in working/ was claimed, by the last change of its inode."""
    return datetime.fromtimestamp(path.stat().st_ctime, timezone.utc)
