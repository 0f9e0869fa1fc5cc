"""Describes what a delivery contains: its clips and its documents.

A delivery is a zip, a bare video with the files beside it, or a document that came
later (a sidecar, a ledger, a log). All its bytes are read once and verified before the
first clip is handed out, so that a hostile archive leaves no trace. Then clips are
fetched one at a time.
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
from weir.unread import Unread


def work_name(clip: DroppedClip) -> str:
    """Make a safe file name for a clip, whose own name could be anything."""
    return clip.sha256 + (Path(clip.name).suffix.lower() or CLIP_SUFFIX)


def check_sum(clip: DroppedClip, sha256: str) -> None:
    """Check that the fetched bytes are those that were verified.

    Raises:
        DecodeError: the bytes have changed.
    """
    if sha256 != clip.sha256:
        raise DecodeError(f"{clip.name}: its bytes changed after they were verified")


class Contents(Protocol):
    """The interface that zips, bare videos and documents have in common.

    Attributes:
        clips: its clips, in the order in which they lie in it.
        effort: the lines of its ledgers.
        log: the lines of its logs.
        times: its tables of times, each with its path in the delivery and how it is
            damaged.
        problems: what could not be read, apart from clips.
        unread: what it holds that is neither read nor known to be no footage.
        byproducts: the names of what a recorder wrote beside its clips.
    """

    clips: tuple[DroppedClip, ...]
    effort: tuple[EffortLine, ...]
    log: tuple[LogLine, ...]
    times: tuple[tuple[str, bytes, str], ...]
    problems: tuple[str, ...]
    unread: tuple[Unread, ...]
    byproducts: tuple[str, ...]

    def sidecar(self, clip: DroppedClip, /) -> tuple[Optional[Sidecar], str]:
        """Read the sidecar that came with a clip.

        Returns:
            The sidecar and "". If there is no usable sidecar: None, and the problem
            with it, or "" if there is none at all.
        """

    def frame_times(self, clip: DroppedClip, /) -> Optional[tuple[bytes, str]]:
        """Read the file with the times of a clip's frames that came with it.

        Returns:
            Its bytes, and how they are damaged; None if there is no such file.
        """

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """Put a clip's bytes into a folder that workers can read.

        Returns:
            The path of the file there.

        Raises:
            DecodeError: the bytes changed after they were verified.
            OSError: they cannot be read or written.
        """

    def close(self) -> None:
        """Close the file."""


class PaperContents:
    """A document that came without a clip, such as a ledger, log or late sidecar.

    Args:
        late: a sidecar whose clip is in the record already.
        effort: the lines of a ledger.
        problems: what could not be read in a ledger or log.
        log: the lines of a log.
        byproduct: its name, if it is a by-product of a recorder.
        times: a table of times, with its name and no damage.
    """

    def __init__(
        self,
        late: Optional[Sidecar] = None,
        effort: tuple[EffortLine, ...] = (),
        problems: tuple[str, ...] = (),
        log: tuple[LogLine, ...] = (),
        byproduct: str = "",
        times: tuple[tuple[str, bytes, str], ...] = (),
    ) -> None:
        self._late, self.effort, self.problems = late, effort, problems
        self.log, self.times = log, times
        self.unread: tuple[Unread, ...] = ()
        self.byproducts: tuple[str, ...] = (byproduct,) if byproduct else ()
        self.clips: tuple[DroppedClip, ...] = ()
        if late:
            known = (late.clip, late.clip, late.sha256, late.bytes, "")
            self.clips = (DroppedClip(*known),)

    def sidecar(self, _clip: DroppedClip, /) -> tuple[Optional[Sidecar], str]:
        """Return the sidecar if the document is one, else None."""
        return self._late, ""

    def frame_times(self, _clip: DroppedClip, /) -> None:
        """Return None, because a document contains no clip."""

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """Refuse to fetch a clip, because a document contains none.

        Raises:
            FileNotFoundError: always.
        """
        raise FileNotFoundError(f"{folder}: {clip.name} did not come along")

    def close(self) -> None:
        """Do nothing, because no file is open."""
