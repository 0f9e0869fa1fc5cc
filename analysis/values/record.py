"""What is written down of a clip: where it comes from, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from analysis.values.job import Findings
from analysis.values.start import UNKNOWN, Start
from weir.archive import NOT_AS_FILMED
from weir.clock import format_utc
from weir.sidecar import Sidecar


@dataclass(frozen=True)
class ClipRecord:
    """What is known of a clip besides what is seen in it.

    Attributes:
        sha256, bytes: the sum and the length of the file that arrived.
        archive: the name of its delivery as it was dropped; empty for a bare video.
        received: when its delivery was claimed, as UTC text.
        date: local date at the camera, ISO; empty where it is unknown.
        frames_expected: how many frames were filmed; None if this is unknown.
        camera_from: what names the camera: sidecar, folder or config.
        told: when it starts, as something else than a sidecar says it.
        source: its path below the inbox; in an archive, its path there behind it.
        made: when its container was made, as it says; empty if it does not.
    """

    sha256: str
    clip: str
    archive: str
    deployment: str
    camera: str
    date: str
    bytes: int
    frames_expected: Optional[int]
    sidecar: Optional[Sidecar]
    received: str = ""
    camera_from: str = ""
    told: Start = UNKNOWN
    source: str = ""
    made: str = ""

    @property
    def start(self) -> str:
        """When the clip starts, by the best clock, as UTC text; empty if unknown."""
        if self.sidecar:
            return format_utc(self.sidecar.best_start)
        return self.told.moment_text

    @property
    def has_own_sidecar(self) -> bool:
        """Whether the sidecar names the sha256 of these bytes."""
        return self.sidecar is not None and self.sidecar.sha256 == self.sha256

    def faults(self, decoded: int, damage: str = "", noticed: str = "") -> str:
        """Say why the clip is not whole.

        Args:
            decoded: how many of its frames could be decoded.
            damage: what its delivery says of damage.
            noticed: what was noticed of damage while it was decoded.

        Returns:
            The reasons in words; empty where the clip is whole.
        """
        if not damage and self.sidecar and not self.has_own_sidecar:
            damage = NOT_AS_FILMED
        expected, short = self.frames_expected, ""
        if expected is not None and decoded < expected:
            short = f"{decoded} of {expected} frames could be decoded"
        return "; ".join(fault for fault in (damage, short, noticed) if fault)


@dataclass(frozen=True)
class KnownClip:
    """A clip of the record, by what its footage is found again.

    Attributes:
        received: when its delivery was claimed, as UTC text.
    """

    sha256: str
    clip: str
    bytes: int
    received: str


@dataclass(frozen=True)
class Outcome:
    """What became of a clip in a run: what was seen, or why nothing was.

    Attributes:
        status: analysed, salvaged or failed.
        reason: why the status is not ``analysed``; empty where it is.
        findings: what was seen; None where it failed.
    """

    status: str
    reason: str
    findings: Optional[Findings]


@dataclass(frozen=True)
class UnreadMember:
    """A file that a delivery brought and that nobody understood.

    Attributes:
        delivery: the delivery's path below done/.
        member: the file's path in the delivery.
        reason: why it was not understood, in words.
        received: when its delivery was claimed, as UTC text.
    """

    delivery: str
    member: str
    bytes: int
    reason: str
    received: str


@dataclass(frozen=True)
class ArchiveRecord:
    """A delivery whose work is finished.

    Attributes:
        name: its path below done/.
        received, finished: when it was claimed and when it was done, as UTC text.
        clips, failed: how many clips it brought, and how many of them failed.
    """

    name: str
    received: str
    finished: str
    clips: int
    failed: int
    bytes: int


def snapshot_name(clip: str, sha256: str, run: int, encounter: int) -> str:
    """Return a snapshot's path below results/, which is the same if work is redone."""
    return _picture_name(clip, sha256, run, f"e{encounter:04d}")


def moment_name(clip: str, sha256: str, run: int, moment: int) -> str:
    """Return the path of a moment's picture below results/, as ``snapshot_name``."""
    return _picture_name(clip, sha256, run, f"m{moment:04d}")


def _picture_name(clip: str, sha256: str, run: int, what: str) -> str:
    stem = clip.rsplit(".", 1)[0]
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", stem)[:80]
    return f"snapshots/{safe}_{sha256[:10]}_run{run}_{what}.jpg"
