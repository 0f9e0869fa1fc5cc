"""A delivery: something that was dropped, opened, with the clips that it brought.

A zip, a bare video with what lies beside it, or what came later: a sidecar, a ledger.
All bytes are read once and verified before the first clip is handed out, so that a
hostile archive leaves no trace; the bytes of a clip are then fetched one at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Protocol

from analysis import DecodeError
from weir.archive import DroppedClip
from weir.clip import CLIP_SUFFIX
from weir.effort import EffortLine
from weir.log import LogLine
from weir.sidecar import Sidecar


def work_name(clip: DroppedClip) -> str:
    """Make a file name for a clip's bytes; the clip's own name could be anything."""
    return clip.sha256 + (Path(clip.name).suffix.lower() or CLIP_SUFFIX)


def check_sum(clip: DroppedClip, sha256: str) -> None:
    """Compare what was fetched with what was verified.

    Raises:
        DecodeError: these are other bytes.
    """
    if sha256 != clip.sha256:
        raise DecodeError(f"{clip.name}: its bytes changed after they were verified")


class Contents(Protocol):
    """What is asked of a zip and of a bare file alike.

    Attributes:
        clips: what it brought, in its own order.
        effort: the lines of the ledgers that came with it.
        log: the lines of the logs.
        problems: what could not be read, besides clips.
    """

    clips: tuple[DroppedClip, ...]
    effort: tuple[EffortLine, ...]
    log: tuple[LogLine, ...]
    problems: tuple[str, ...]

    def sidecar(self, clip: DroppedClip, /) -> tuple[Optional[Sidecar], str]:
        """What came with a clip; None without one that can be used, and why."""

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """Put a clip's bytes where a worker can read them; raises OSError."""

    def close(self) -> None:
        """Let go of the file."""


class PaperContents:
    """Something that came without a clip: a ledger, a sidecar that came later.

    Args:
        late: a sidecar whose clip is in the record already.
        effort, problems: of a ledger.
        log: of a log.
    """

    def __init__(
        self,
        late: Optional[Sidecar] = None,
        effort: tuple[EffortLine, ...] = (),
        problems: tuple[str, ...] = (),
        log: tuple[LogLine, ...] = (),
    ) -> None:
        self._late, self.effort, self.problems = late, effort, problems
        self.log = log
        self.clips: tuple[DroppedClip, ...] = ()
        if late:
            known = (late.clip, late.clip, late.sha256, late.bytes, "")
            self.clips = (DroppedClip(*known),)

    def sidecar(self, _clip: DroppedClip, /) -> tuple[Optional[Sidecar], str]:
        """The sidecar that it is."""
        return self._late, ""

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """There are no bytes in it."""
        raise FileNotFoundError(f"{folder}: {clip.name} did not come along")

    def close(self) -> None:
        """Nothing is held."""
