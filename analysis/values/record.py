"""What is written down of a clip: who it is, and what became of it in a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from analysis.values.job import Findings
from weir.archive import NOT_AS_FILMED
from weir.clock import format_utc
from weir.sidecar import Sidecar


@dataclass(frozen=True)
class ClipRecord:
    """What is known of a clip besides what is seen in it.

    Attributes:
        sha256, bytes: of the bytes that arrived.
        archive: as it was dropped; empty for a bare video.
        received: when its delivery was claimed, as UTC text.
        date: local date at the camera, ISO; empty when unknown.
        frames_expected: None when nothing says.
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

    @property
    def start(self) -> str:
        """The best start as UTC text; empty when unknown."""
        return format_utc(self.sidecar.best_start) if self.sidecar else ""

    @property
    def has_own_sidecar(self) -> bool:
        """Whether its sidecar names these bytes, not those of another clip."""
        return self.sidecar is not None and self.sidecar.sha256 == self.sha256

    def faults(self, decoded: int, damage: str = "") -> str:
        """Why so many frames are not all that was filmed; empty when they are.

        Args:
            decoded: how many of its frames could be.
            damage: what its delivery says.
        """
        if not damage and self.sidecar and not self.has_own_sidecar:
            damage = NOT_AS_FILMED
        expected, short = self.frames_expected, ""
        if expected is not None and decoded < expected:
            short = f"{decoded} of {expected} frames could be decoded"
        return "; ".join(fault for fault in (damage, short) if fault)


@dataclass(frozen=True)
class Outcome:
    """What became of a clip in a run: seen, or why not.

    Attributes:
        status: analysed, salvaged or failed.
        reason: why it is not ``analysed``; empty when it is.
        findings: None when it failed.
    """

    status: str
    reason: str
    findings: Optional[Findings]


@dataclass(frozen=True)
class ArchiveRecord:
    """A delivery that was worked to its end.

    Attributes:
        name: its path below done/.
        received, finished: UTC text.
        clips, failed: how many it brought, and how many of them failed.
    """

    name: str
    received: str
    finished: str
    clips: int
    failed: int
    bytes: int


def snapshot_name(clip: str, sha256: str, run: int, encounter: int) -> str:
    """The path of a snapshot below results/; the same again when work is repeated."""
    stem = clip.rsplit(".", 1)[0]
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", stem)[:80]
    return f"snapshots/{safe}_{sha256[:10]}_run{run}_e{encounter:04d}.jpg"
