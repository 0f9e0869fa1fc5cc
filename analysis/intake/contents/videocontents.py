"""Reads a bare video, and the sidecar beside it if there is one."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Optional

from analysis.intake.contents.contents import check_sum, work_name
from analysis.intake.listing import stamp_of
from analysis.values.heartbeat import Heartbeat
from weir import ContractError
from weir.archive import NOT_AS_FILMED, DroppedClip
from weir.clip import encodable, sidecar_name
from weir.effort import EffortLine
from weir.frametimes import HEADER_BYTES, is_sure, says_times, times_names
from weir.log import LogLine
from weir.member import LARGEST_DOCUMENT, LARGEST_TIMES
from weir.sidecar import Sidecar
from weir.unread import Unread

_CHUNK = 1 << 20


class VideoContents:
    """A single video that is not in a zip.

    Args:
        path: the file, which nobody else can write to.
        heartbeat: called during long operations.
        sha256: the sum of its bytes; if empty, it is computed.

    Raises:
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path, heartbeat: Heartbeat, sha256: str = "") -> None:
        self._path, self._heartbeat = path, heartbeat
        self._stamp = stamp_of(path)
        size = self._stamp[0]
        sha256 = sha256 or _sum(path, heartbeat)
        sidecar, _ = sidecar_beside(path)
        damage = NOT_AS_FILMED if sidecar and sidecar.sha256 != sha256 else ""
        name = encodable(path.name)
        self.effort: tuple[EffortLine, ...] = ()
        self.log: tuple[LogLine, ...] = ()
        self.times: tuple[tuple[str, bytes, str], ...] = ()
        self.problems: tuple[str, ...] = ()
        self.unread: tuple[Unread, ...] = ()
        self._times, self.byproducts = times_beside(path)
        self.clips: tuple[DroppedClip, ...] = (
            DroppedClip(name, name, sha256, size, damage),
        )

    def sidecar(self, _clip: DroppedClip, /) -> tuple[Optional[Sidecar], str]:
        """Read the sidecar that lies beside the video."""
        return sidecar_beside(self._path)

    def frame_times(self, _clip: DroppedClip, /) -> Optional[tuple[bytes, str]]:
        """Read the times of the frames that lie beside the video."""
        if self._times is None:
            return None
        try:
            with self._times.open("rb") as file:
                return file.read(LARGEST_TIMES + 1), ""  # more is refused
        except OSError as exc:
            return b"", f"it cannot be read ({exc.strerror})"

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """Link the video into a folder, or copy it if it cannot be linked.

        Returns:
            The path of the file there.

        Raises:
            DecodeError: the bytes changed after they were verified.
            OSError: they cannot be read or written.
        """
        target = folder / work_name(clip)
        target.unlink(missing_ok=True)
        try:
            check_sum(clip, self._linked(target) or self._copy(target))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target

    def _linked(self, target: Path) -> str:
        """Link the video to a second name.

        Returns:
            The sha256 of its bytes, other text if they changed, or "" if no link could
            be made.
        """
        with contextlib.suppress(OSError):
            os.link(self._path, target)
            same = stamp_of(target) == self._stamp
            return self.clips[0].sha256 if same else "other bytes"
        return ""

    def _copy(self, target: Path) -> str:
        digest = hashlib.sha256()
        with self._path.open("rb") as source, target.open("xb") as sink:
            while chunk := source.read(_CHUNK):
                self._heartbeat()
                digest.update(chunk)
                sink.write(chunk)
        return digest.hexdigest()

    def close(self) -> None:
        """Do nothing, because no file is open."""


def _sum(path: Path, heartbeat: Heartbeat) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            heartbeat()
    return digest.hexdigest()


def times_beside(video: Path) -> tuple[Optional[Path], tuple[str, ...]]:
    """Find the file with the times of a video's frames.

    Returns:
        Its path, None if there is none; and the names of the other files that could be
        it by their names.
    """
    named = map(video.with_name, times_names(video.name))
    found = [path for path in named if os.path.lexists(path)]
    times = next(filter(lists_times, found), None)
    return times, tuple(encodable(path.name) for path in found if path != times)


def lists_times(path: Path) -> bool:
    """Whether a file lists times of frames, by its name or its first line."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        return says_times(path.name, file.read(HEADER_BYTES))
    return is_sure(path.name)  # it is told that it cannot be read


def sidecar_beside(path: Path) -> tuple[Optional[Sidecar], str]:
    """Read the sidecar of a video.

    Returns:
        The sidecar and "". If there is no usable sidecar: None, and the problem with
        it, or "" if there is none at all.
    """
    beside = path.with_name(sidecar_name(path.name))
    try:
        if beside.stat().st_size > LARGEST_DOCUMENT:
            return None, f"{beside.name}: it is too large for a sidecar"
        return Sidecar.read(beside), ""
    except FileNotFoundError:
        return None, ""
    except (ContractError, OSError) as exc:
        return None, str(exc)
