"""A delivery: something that was dropped, opened, with the clips that it brought.

A zip, or a bare video with what lies beside it (sidecar, truth). All bytes are read
once and verified before the first clip is handed out, so that a hostile archive leaves
no trace; the bytes of a clip are then fetched one clip at a time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Protocol, Union

from analysis import DecodeError
from analysis.inbox import ZIP_SUFFIX, is_ledger
from weir import ContractError
from weir.archive import Archive, ArchivedClip, Limits
from weir.clip import CLIP_SUFFIX, is_video, sidecar_name
from weir.effort import EffortLine, parse_ledger
from weir.sidecar import Sidecar

_CHUNK = 1 << 20

Heartbeat = Callable[[], None]
"""Called while something long goes on."""


@dataclass(frozen=True)
class DroppedClip:
    """One clip of a delivery, as its bytes are.

    Attributes:
        name: base name.
        damage: why these are not all the bytes that were filmed; empty when they are.
        sidecar_problem: why the sidecar that came with it cannot be used.
    """

    name: str
    sha256: str
    bytes: int
    damage: str
    sidecar: Optional[Sidecar]
    sidecar_problem: str
    source: Union[ArchivedClip, Path]


class Delivery(Protocol):
    """What is asked of a zip and of a bare video alike.

    Attributes:
        clips: what it brought, in its own order.
        effort: the lines of the ledgers that came with it.
        problems: what could not be read, besides clips.
    """

    clips: tuple[DroppedClip, ...]
    effort: tuple[EffortLine, ...]
    problems: tuple[str, ...]

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """Put a clip's bytes where a worker can read them; raises OSError."""

    def close(self) -> None:
        """Let go of the file."""


class ZipDelivery:
    """A zip, open and verified.

    Raises:
        weir.archive.ArchiveError: it cannot be taken; the text says why.
    """

    def __init__(
        self, path: Path, heartbeat: Heartbeat, limits: Optional[Limits] = None
    ) -> None:
        self._archive = Archive(path, limits or Limits())
        try:
            self.clips = tuple(self._verified(heartbeat))
            self.effort, self.problems = self._archive.ledger()
        except BaseException:
            self.close()
            raise

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:  # noqa: D102
        assert isinstance(clip.source, ArchivedClip)  # noqa: S101 - ours
        target = folder / _work_name(clip)
        target.unlink(missing_ok=True)
        try:
            self._archive.extract(clip.source, target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target

    def close(self) -> None:  # noqa: D102
        self._archive.__exit__(None, None, None)

    def _verified(self, heartbeat: Heartbeat) -> list[DroppedClip]:
        clips = []
        for found in self._archive.verify():
            heartbeat()
            clips.append(
                DroppedClip(
                    name=found.name,
                    sha256=found.sha256,
                    bytes=found.bytes,
                    damage=found.damage,
                    sidecar=found.sidecar,
                    sidecar_problem=found.sidecar_problem,
                    source=found,
                )
            )
        return clips


class FileDelivery:
    """A bare video, with the sidecar beside it where there is one."""

    def __init__(self, path: Path, heartbeat: Heartbeat) -> None:
        sha256, size = _sum(path, heartbeat)
        sidecar, problem = _sidecar_beside(path)
        damage = ""
        if sidecar and sidecar.sha256 != sha256:
            damage = "its bytes are not those that its sidecar names (sha256)"
        self.effort: tuple[EffortLine, ...] = ()
        self.problems: tuple[str, ...] = ()
        self.clips: tuple[DroppedClip, ...] = (
            DroppedClip(path.name, sha256, size, damage, sidecar, problem, path),
        )

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """A second name for the same bytes; a copy where the drive knows no links."""
        assert isinstance(clip.source, Path)  # noqa: S101 - ours
        target = folder / _work_name(clip)
        target.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.link(clip.source, target)
            return target
        try:
            with clip.source.open("rb") as source, target.open("xb") as sink:
                while chunk := source.read(_CHUNK):
                    sink.write(chunk)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target

    def close(self) -> None:
        """Nothing is held."""


class LedgerDelivery:
    """A bare effort ledger."""

    def __init__(self, path: Path) -> None:
        lines, problems = parse_ledger(path.read_bytes(), path.name)
        self.clips: tuple[DroppedClip, ...] = ()
        self.effort, self.problems = tuple(lines), tuple(problems)

    def fetch(self, clip: DroppedClip, folder: Path) -> Path:
        """There is no clip in it."""
        raise FileNotFoundError(f"{folder}: {clip.name} is in no ledger")

    def close(self) -> None:
        """Nothing is held."""


def open_delivery(path: Path, heartbeat: Heartbeat) -> Delivery:
    """Open what was dropped, whatever it is.

    Raises:
        ArchiveError, DecodeError: it is nothing that can be worked; the text says why.
    """
    if is_ledger(path):
        return LedgerDelivery(path)
    if is_video(path.name):
        return FileDelivery(path, heartbeat)
    if path.suffix.lower() != ZIP_SUFFIX:
        raise DecodeError("it is neither footage (.h264, .mp4, ...) nor a .zip of it")
    opened = ZipDelivery(path, heartbeat)
    if not opened.clips and not opened.effort:
        opened.close()
        raise DecodeError("there is no video in it")
    return opened


def _work_name(clip: DroppedClip) -> str:
    """A name of our own making: the clip's could be anything."""
    suffix = Path(clip.name).suffix.lower() or CLIP_SUFFIX
    return clip.sha256 + suffix


def _sum(path: Path, heartbeat: Heartbeat) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            heartbeat()
    return digest.hexdigest(), size


def _sidecar_beside(path: Path) -> tuple[Optional[Sidecar], str]:
    beside = path.with_name(sidecar_name(path.name))
    try:
        return Sidecar.read(beside), ""
    except FileNotFoundError:
        return None, ""
    except (ContractError, OSError) as exc:
        return None, str(exc)
